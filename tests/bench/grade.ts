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
    await vitestOver(root, SOLUTIONS, ids),
    await vitestOver(root, SOLUTIONS, ids, 'one file'),
    await bareVitest(root),
    await bareJest(root),
  ];
  const [ours, vitest, oneFile, emptyVitest, emptyJest] = (await inTurns(TURNS, sides)).map(({ wall }) => wall);
  const seconds = (what: string, value = Number.NaN) => ({ what, value, unit: 's' });
  const whole = 'whole course, solutions, cold process, wall';
  const rows = [
    row(whole, seconds('grade', ours), seconds('Vitest, same checks', vitest), { atMost: 0.4 }),
    row(whole, seconds('grade', ours), seconds('Vitest, same checks in one file', oneFile)),
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
      { args: ['grader/bin/main.cjs', 'grade', id, '--submission', SOLUTIONS], cwd: edition },
      await vitestOver(root, SOLUTIONS, [id]),
    ];
    const [one = Number.NaN, two = Number.NaN, peer = Number.NaN] = (await inTurns(3, each)).map(({ wall }) => wall);
    singles.push({ ours: one, edition: two, vitest: peer });
  }
  const middle = (numbers: (single: (typeof singles)[number]) => number) => median(singles.map(numbers));
  const peer = middle(({ vitest: other }) => other);
  for (const [side, name, atMost] of [
    ['ours', 'one exercise, cold process, wall, median of twelve', 0.35],
    ['edition', 'one exercise, student edition, wall, median of twelve', 0.25],
  ] as const) {
    const own = middle((single) => single[side]);
    const ratio = middle((single) => single[side] / single.vitest);
    rows.push(row(name, seconds('grade', own), seconds('Vitest, same checks', peer), { atMost, ratio }));
  }
  return rows;
}
