import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { course } from '#grader/course/course.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { writeClass } from '../support/class.ts';
import { PROJECT } from '../support/project.ts';
import { type Command, type Cost, inTurns, measure, median } from './measure.ts';
import { type Layout, vitestOver } from './peers.ts';
import { type Row, row } from './table.ts';

/** What `npm run batch` runs. */
const BATCH = packageJson.scripts.batch.split(' ').slice(1);

/** Students of the classes whose work is all of the course. */
const STUDENTS = 60;

/** How often each side is run; the median counts. */
const TURNS = 3;

/** The same where a machine whose cores are not always its own, or not always as fast, tells most in the figure. */
const MANY_TURNS = 4;

/** Of these students the peers grade so many, a part of them in each turn: each takes as long as the others. */
const SAMPLE = 8;

/** Two quick exercises, for classes that are large. */
const QUICK = ['01-coin-mle', '02-affine-change-of-variables'];

/** What a class is made of. */
type Kind = Parameters<typeof writeClass>[2];

/** Students whose work is right: whose code is wrong may go on for ever where nothing ends it. */
const RIGHT: Kind = { hostile: 0, students: [['right']], styles: ['solutions'] };

/** An exercise of middling cost, whose checks are changed. */
const CHANGED = '06-euler-cnf';

/** Three of middling cost: with many of them, what is done once is a small part. */
const MIDDLING = ['04-planar-log-det', CHANGED, '11-adjoint'];

/** As `npm run batch` does it. */
const batch = (source: string, out: string, options: readonly string[] = [], cwd = PROJECT): Command => ({
  args: [...BATCH, source, '--out', out, ...options],
  cwd,
});

/** The same on an invented class, which is written unless it is there. */
async function batchOf(root: string, size: number, kind: Kind, options?: readonly string[]): Promise<Command> {
  const source = join(root, `${size}`);
  if (!existsSync(source)) await writeClass(source, size, kind);
  return batch(source, join(root, `${size}-out`), options);
}

/** A class in one go. */
export async function measureBatch(root: string): Promise<Row[]> {
  return [...(await measureWork(join(root, 'work'))), ...(await measureChange(join(root, 'change')))];
}

async function measureWork(root: string): Promise<Row[]> {
  const source = join(root, 'class');
  const names = (await writeClass(source, STUDENTS, RIGHT)).map((name) => join(source, name));
  const all = course.map(({ id }) => id);
  const cost = (count: number) => measure(batch(source, join(root, 'out'), ['--fresh', '--jobs', `${count}`]));
  const vitest = async (layout: Layout, folders: readonly string[]) => {
    const commands = await Promise.all(folders.map((folder) => vitestOver(root, folder, all, layout)));
    return mean((await inTurns(1, commands)).map(({ cpu }) => cpu));
  };
  const warm = ['--import', 'tsx', 'tests/bench/floor.ts', ...names.slice(0, SAMPLE)];
  const floor = () => Number(execFileSync(process.execPath, warm, { cwd: PROJECT, encoding: 'utf8' }));
  // What is compared is measured one after the other, and several times.
  const turns: Record<'ours' | 'vitest' | 'oneFile' | 'floor' | 'one' | 'two', number>[] = [];
  for (let turn = 0; turn < MANY_TURNS; turn += 1) {
    const sample = names.slice(turn * (SAMPLE / MANY_TURNS), (turn + 1) * (SAMPLE / MANY_TURNS));
    const before = await vitest('a file each', sample);
    const floorBefore = floor();
    const twoBefore = await cost(2);
    const one = await cost(1);
    const twoAfter = await cost(2);
    const floorAfter = floor();
    turns.push({
      ours: one.cpu / STUDENTS,
      vitest: before,
      oneFile: await vitest('one file', sample),
      floor: mean([floorBefore, floorAfter]),
      one: STUDENTS / one.wall,
      two: STUDENTS / mean([twoBefore.wall, twoAfter.wall]),
    });
  }
  const side = (key: keyof (typeof turns)[number], what: string, unit: string) => sideOf(turns, key, what, unit);
  const ratio = (over: keyof (typeof turns)[number]) => median(turns.map((turn) => turn.ours / turn[over]));
  const ours = side('ours', 'batch', 's');
  const name = 'batch, distinct submissions, CPU for each';
  return [
    row(name, ours, side('vitest', 'Vitest, same checks', 's'), { atMost: 0.2, ratio: ratio('vitest') }),
    row(name, ours, side('oneFile', 'Vitest, same checks in one file', 's'), { ratio: ratio('oneFile') }),
    row(name, ours, side('floor', 'same checks in warm V8', 's'), { atMost: 5, ratio: ratio('floor') }),
    row('throughput, two workers against one', side('two', 'two', 'a second'), side('one', 'one', 'a second'), {
      atLeast: 1.8,
      ratio: median(turns.map(({ one, two }) => two / one)),
    }),
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
  const grade = (from: string, to: string, options?: readonly string[]) => measure(batch(from, to, options, kit));
  await grade(source, out);
  const checks = join(kit, `grader/course/${CHANGED}.ts`);
  const text = await readFile(checks, 'utf8');
  const turns: { again: number; share: number }[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    await writeFile(checks, text.replace(/hint: '/, `hint: 'Corrected ${turn}: `));
    // The bundle of the changed sources is not to be counted.
    await grade(single, join(root, 'share'), ['--fresh']);
    const before = await grade(single, join(root, 'share'), ['--fresh']);
    const again = await grade(source, out);
    const after = await grade(single, join(root, 'share'), ['--fresh']);
    turns.push({ again: again.cpu, share: mean([before.cpu, after.cpu]) });
  }
  return [
    row(
      'batch again, one exercise’s checks changed, CPU',
      sideOf(turns, 'again', 'all twelve', 's'),
      sideOf(turns, 'share', 'that exercise alone', 's'),
      { atMost: 1.2, ratio: median(turns.map(({ again, share }) => again / share)) },
    ),
  ];
}

/** Classes of several sizes. */
export async function measureSizes(root: string): Promise<Row[]> {
  return [...(await measureMemory(join(root, 'memory'))), await measureGrowth(join(root, 'growth'))];
}

/**
 * What large classes take, of two quick exercises each: at first, and when nothing changed. Their work is right: what one
 * student's wrong code fills for a moment is no matter of how many there are, but more likely among many.
 */
async function measureMemory(root: string): Promise<Row[]> {
  const [large, changed, small] = [3_000, 1_000, 300];
  const command = (size: number, options?: readonly string[]) =>
    batchOf(root, size, { exercises: QUICK, ...RIGHT }, options);
  const memory = (size: number, { memory: value }: Cost) => ({ what: `${size} submissions`, value, unit: 'MiB' });
  const rows: Row[] = [];
  // The most that a process had at a time differs from run to run.
  const [few] = (await inTurns(TURNS, [await command(small, ['--fresh'])])) as [Cost];
  const many = await measure(await command(large));
  rows.push(row('memory of a class', memory(large, many), memory(small, few), { atLeast: 0.9, atMost: 1.1 }));
  await measure(await command(changed));
  const [manyAgain, again, fewAgain] = (await inTurns(TURNS, [
    await command(large),
    await command(changed),
    await command(small),
  ])) as [Cost, Cost, Cost];
  rows.push(row('memory, nothing changed', memory(large, manyAgain), memory(small, fewAgain)));
  rows.push(
    row(
      `batch again, nothing changed, ${changed} submissions`,
      { what: 'each', value: (again.wall / changed) * 1_000, unit: 'ms' },
      { what: 'must', value: 2, unit: 'ms' },
      { atMost: 1 },
    ),
  );
  return rows;
}

/** How the time for a class grows with its size, for exercises of middling cost. */
async function measureGrowth(root: string): Promise<Row> {
  const sizes = [100, 300, 1_000];
  const walls = new Map<number, number[]>();
  // A machine's speed changes within minutes: around a large class stand as many small ones before it as behind it.
  for (const size of [1, 100, 300, 100, 1_000, 100, 300, 100, 1, 1, 100, 300, 100, 1_000, 100, 300, 100, 1]) {
    const { wall } = await measure(await batchOf(root, size, { exercises: MIDDLING, ...RIGHT }, ['--fresh']));
    walls.set(size, [...(walls.get(size) ?? []), wall]);
  }
  const meanOf = (size: number) => mean(walls.get(size) ?? []);
  // What a class takes beyond starting up, for which a class of one stands.
  const beyond = sizes.map((size) => meanOf(size) - meanOf(1));
  const side = (index: number) => ({
    what: `${sizes[index]} submissions, without start-up`,
    value: beyond[index] ?? Number.NaN,
    unit: 's',
  });
  return row(`time against class size, ${sizes.join(', ')}: exponent`, side(2), side(0), {
    atLeast: 0.95,
    atMost: 1.05,
    ratio: slope(sizes.map((size, index) => [size, beyond[index] ?? Number.NaN])),
  });
}

/** One side of a row: the median of what it was in several turns. */
function sideOf<Key extends string>(turns: readonly Record<Key, number>[], key: Key, what: string, unit: string) {
  return { what, value: median(turns.map((turn) => turn[key])), unit };
}

/** The slope of log y over log x, by least squares. */
function slope(points: readonly (readonly [number, number])[]): number {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const [meanX, meanY] = [mean(logs.map(([x]) => x)), mean(logs.map(([, y]) => y))];
  const above = logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return above / logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
