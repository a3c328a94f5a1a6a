import { execFileSync } from 'node:child_process';
import { cp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { course } from '#grader/course/course.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { writeClass } from '../support/class.ts';
import { PROJECT } from '../support/project.ts';
import { type Command, type Cost, inTurns, measure } from './measure.ts';
import { type Layout, vitestOver } from './peers.ts';
import { type Row, row } from './table.ts';

/** What `npm run batch` runs. */
const BATCH = packageJson.scripts.batch.split(' ').slice(1);

/** Students of the classes whose work is all of the course. */
const STUDENTS = 60;

/** How often one worker and two go through the class. */
const TURNS = 3;

/** Of these students the peers grade so many: each takes as long as the others, whatever the class. */
const SAMPLE = 6;

/** Two quick exercises, for classes that are large. */
const QUICK = ['01-coin-mle', '02-affine-change-of-variables'];

/** An exercise of middling cost, whose checks are changed. */
const CHANGED = '06-euler-cnf';

/** As `npm run batch` does it. */
const batch = (source: string, out: string, options: readonly string[] = [], cwd = PROJECT): Command => ({
  args: [...BATCH, source, '--out', out, ...options],
  cwd,
});

/** A class in one go. */
export async function measureBatch(root: string): Promise<Row[]> {
  return [...(await measureWork(join(root, 'work'))), ...(await measureChange(join(root, 'change')))];
}

async function measureWork(root: string): Promise<Row[]> {
  const source = join(root, 'class');
  // Whose code is wrong may go on for ever where nothing ends it.
  const names = await writeClass(source, STUDENTS, { hostile: 0, students: [['right']], styles: ['solutions'] });
  const all = course.map(({ id }) => id);
  const workers = (count: number) => batch(source, join(root, 'out'), ['--fresh', '--jobs', `${count}`]);
  const [one, two] = (await inTurns(TURNS, [workers(1), workers(2)])) as [Cost, Cost];
  const vitest = async (layout: Layout) => {
    const commands = names.slice(0, SAMPLE).map((name) => vitestOver(root, join(source, name), all, layout));
    const costs = await inTurns(1, await Promise.all(commands));
    return { what: 'Vitest, same checks', value: costs.reduce((sum, { cpu }) => sum + cpu, 0) / SAMPLE, unit: 's' };
  };
  const floor = Number(
    execFileSync(
      process.execPath,
      ['--import', 'tsx', 'tests/bench/floor.ts', ...names.slice(0, SAMPLE).map((name) => join(source, name))],
      { cwd: PROJECT, encoding: 'utf8' },
    ),
  );
  const ours = { what: 'batch', value: one.cpu / STUDENTS, unit: 's' };
  const name = 'batch, distinct submissions, CPU for each';
  return [
    row(name, ours, await vitest('a file each'), { atMost: 0.2 }),
    row(name, ours, { ...(await vitest('one file')), what: 'Vitest, same checks in one file' }),
    row(name, ours, { what: 'same checks in warm V8', value: floor, unit: 's' }, { atMost: 5 }),
    row(
      'throughput, two workers against one',
      { what: 'two', value: STUDENTS / two.wall, unit: 'a second' },
      { what: 'one', value: STUDENTS / one.wall, unit: 'a second' },
      { atLeast: 1.8 },
    ),
  ];
}

/** One exercise's checks are corrected after a class was graded: in a copy of the kit. */
async function measureChange(root: string): Promise<Row[]> {
  const kit = join(root, 'kit');
  for (const part of ['grader', 'exercises', 'reference', 'package.json'])
    await cp(join(PROJECT, part), join(kit, part), { recursive: true });
  await symlink(join(PROJECT, 'node_modules'), join(kit, 'node_modules'));
  const [source, single, out] = [join(root, 'class'), join(root, 'single'), join(root, 'out')];
  await writeClass(source, STUDENTS, { hostile: 0 });
  await writeClass(single, STUDENTS, { hostile: 0, exercises: [CHANGED] });
  const grade = (from: string, to: string) => measure(batch(from, to, [], kit));
  await grade(source, out);
  const checks = join(kit, `grader/course/${CHANGED}.ts`);
  await writeFile(checks, (await readFile(checks, 'utf8')).replace(/hint: '/, "hint: 'Corrected: "));
  // The bundle of the changed sources is not to be counted.
  await grade(single, join(root, 'before'));
  const again = await grade(source, out);
  await rm(join(root, 'before'), { recursive: true });
  const share = await grade(single, join(root, 'share'));
  return [
    row(
      'batch again, one exercise’s checks changed, CPU',
      { what: 'all twelve', value: again.cpu, unit: 's' },
      { what: 'that exercise alone', value: share.cpu, unit: 's' },
      { atMost: 1.2 },
    ),
  ];
}

/** Classes of several sizes, of two quick exercises each. */
export async function measureSizes(root: string): Promise<Row[]> {
  const sizes = [1, 100, 300, 1_000, 3_000];
  const fresh = new Map<number, Cost>();
  const again = new Map<number, Cost>();
  for (const size of sizes) {
    const [source, out] = [join(root, `${size}`), join(root, `${size}-out`)];
    await writeClass(source, size, { exercises: QUICK, hostile: 0 });
    fresh.set(size, await measure(batch(source, out)));
    again.set(size, await measure(batch(source, out)));
  }
  const of = (costs: Map<number, Cost>, size: number) => costs.get(size) as Cost;
  const memory = (costs: Map<number, Cost>, size: number) => ({
    what: `${size} submissions`,
    value: of(costs, size).memory,
    unit: 'MiB',
  });
  // What a class takes beyond starting up, for which a class of one stands.
  const beyond = (size: number) => ({
    what: `${size} submissions, without start-up`,
    value: of(fresh, size).wall - of(fresh, 1).wall,
    unit: 's',
  });
  return [
    row('memory of a class', memory(fresh, 3_000), memory(fresh, 300), { atLeast: 0.9, atMost: 1.1 }),
    row('memory, nothing changed', memory(again, 3_000), memory(again, 300), { atLeast: 0.9, atMost: 1.1 }),
    row('time against class size, 100, 300, 1,000: exponent', beyond(1_000), beyond(100), {
      atLeast: 0.95,
      atMost: 1.05,
      ratio: slope([100, 300, 1_000].map((size) => [size, beyond(size).value])),
    }),
    row(
      'batch again, nothing changed, 1,000 submissions',
      { what: 'each', value: of(again, 1_000).wall, unit: 'ms' },
      { what: 'must', value: 2, unit: 'ms' },
      { atMost: 1 },
    ),
  ];
}

/** The slope of log y over log x, by least squares. */
function slope(points: readonly (readonly [number, number])[]): number {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const mean = (of: (point: readonly [number, number]) => number) =>
    logs.reduce((sum, point) => sum + of(point), 0) / logs.length;
  const [meanX, meanY] = [mean(([x]) => x), mean(([, y]) => y)];
  const above = logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return above / logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}
