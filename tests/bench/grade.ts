import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { course } from '#grader/course/course.ts';
import { PROJECT } from '../support/project.ts';
import { type Command, inTurns, median } from './measure.ts';
import { bareJest, bareVitest, vitestOver } from './peers.ts';
import { type Row, row } from './table.ts';

const SOLUTIONS = join(PROJECT, 'solutions');
const START = 'grader/build/start.mjs';

/** How often each side is run; the median counts. */
const TURNS = 5;

/** One submission in a process of its own. */
export async function measureGrade(root: string): Promise<Row[]> {
  const ids = course.map(({ id }) => id);
  const sides = [
    { args: [START, 'grade', '--submission', SOLUTIONS] },
    vitestOver(SOLUTIONS, ids),
    await bareVitest(root),
    await bareJest(root),
  ];
  const [ours, vitest, emptyVitest, emptyJest] = (await inTurns(TURNS, sides)).map(({ wall }) => wall);
  const seconds = (what: string, value = Number.NaN) => ({ what, value, unit: 's' });
  const whole = 'whole course, solutions, cold process, wall';
  const rows = [
    row(whole, seconds('grade', ours), seconds('Vitest, same checks', vitest), { atMost: 0.4 }),
    row(whole, seconds('grade', ours), seconds('Vitest, twelve trivial tests', emptyVitest), { atMost: 1 }),
    row(whole, seconds('grade', ours), seconds('Jest, twelve trivial tests', emptyJest), { atMost: 1 }),
  ];

  const edition = join(root, 'edition');
  execFileSync(process.execPath, [START, 'release', '--out', edition], { cwd: PROJECT });
  execFileSync('npm', ['ci', '--omit=dev', '--ignore-scripts'], { cwd: edition, stdio: 'ignore' });
  const singles: { ours: number; edition: number; vitest: number }[] = [];
  for (const id of ids) {
    const each: Command[] = [
      { args: [START, 'grade', id, '--submission', SOLUTIONS] },
      { args: ['grader/bin/main.mjs', 'grade', id, '--submission', SOLUTIONS], cwd: edition },
      vitestOver(SOLUTIONS, [id]),
    ];
    const [one = Number.NaN, two = Number.NaN, peer = Number.NaN] = (await inTurns(3, each)).map(({ wall }) => wall);
    singles.push({ ours: one, edition: two, vitest: peer });
  }
  const middle = (of: (single: (typeof singles)[number]) => number) => median(singles.map(of));
  const peer = seconds(
    'Vitest, same checks',
    middle((each) => each.vitest),
  );
  rows.push(
    row(
      'one exercise, cold process, wall, median of twelve',
      seconds(
        'grade',
        middle((each) => each.ours),
      ),
      peer,
      {
        atMost: 0.35,
        ratio: middle((each) => each.ours / each.vitest),
      },
    ),
    row(
      'one exercise, student edition, wall, median of twelve',
      seconds(
        'grade',
        middle((each) => each.edition),
      ),
      peer,
      {
        atMost: 0.25,
        ratio: middle((each) => each.edition / each.vitest),
      },
    ),
  );
  return rows;
}
