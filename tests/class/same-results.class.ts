import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reportSchema } from '#grader/model/report.ts';
import { writeClass } from '../support/class.ts';
import { run } from '../support/cli.ts';
import { follow, start } from '../support/running.ts';
import { takeEvery } from '../support/sampling.ts';
import { differing, resultsIn } from './results.ts';

// A class graded in every way there is: the results are the same, byte for byte.
// CLASS=300 for a large one; SINGLES=1 compares every submission with a run of its own, not only every Nth.

const size = Number(process.env.CLASS ?? 12);
const singles = process.env.SINGLES ?? '4';

let root: string;
let source: string;
let names: string[];
let results: Map<string, string>;

const out = (name: string) => join(root, name);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'flow-grade-class-'));
  source = join(root, 'class');
  names = await writeClass(source, size);
  const { code, stderr } = await run(['batch', source, '--out', out('all'), '--jobs', '2']);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  results = await resultsIn(out('all'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

test('a line and a report for everybody', () => {
  expect(results.get('grades.csv')?.trim().split('\n')).toHaveLength(size + 1);
  expect([...results.keys()].filter((name) => name.endsWith('.json'))).toHaveLength(size);
  expect(results.get('review.csv')?.trim().split('\n')).toHaveLength(1);
});

test('each report is that of a single run but for the name of the submission', async () => {
  const some = takeEvery(names, singles).values();
  const compare = async () => {
    for (const name of some) {
      const { stdout } = await run(['grade', '--submission', join(source, name), '--reporter', 'json']);
      const alone = reportSchema.parse(JSON.parse(stdout));
      const report = reportSchema.parse(JSON.parse(results.get(`reports/${name}.json`) ?? ''));
      expect({ ...report, submission: '' }, name).toEqual({ ...alone, submission: '' });
      expect(report.submission).toBe(name);
      const line = results
        .get('grades.csv')
        ?.split('\n')
        .find((each) => each.startsWith(`${name},`));
      expect(line?.split(',').slice(2, 5)).toEqual(['graded', String(alone.score), '160']);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, compare));
});

test('one file at a time gives the same', async () => {
  const { code } = await run(['batch', source, '--out', out('one'), '--jobs', '1']);
  expect(code).toBe(0);
  expect(differing(results, await resultsIn(out('one')))).toEqual([]);
});

test('three shards, merged, give the same', async () => {
  const shards = [1, 2, 3].map((index) => out(`shard-${index}`));
  for (const [index, folder] of shards.entries()) {
    const { code } = await run(['batch', source, '--out', folder, '--shard', `${index + 1}/3`]);
    expect(code).toBe(0);
  }
  const reports = await Promise.all(shards.map(async (folder) => (await readdir(join(folder, 'reports'))).length));
  expect(reports.reduce((sum, count) => sum + count)).toBe(2 * size);
  const { code, stderr } = await run([
    'merge',
    shards[2] ?? '',
    shards[0] ?? '',
    shards[1] ?? '',
    '--out',
    out('merged'),
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(differing(results, await resultsIn(out('merged')))).toEqual([]);
  const missing = await run(['merge', shards[0] ?? '', shards[1] ?? '', '--out', out('not')]);
  expect([missing.code, missing.stderr]).toEqual([2, 'flow-grade: shard 3 of 3 is missing; name its folder as well\n']);
});

test('a run that is killed again and again goes on where it stopped, and gives the same', async () => {
  const folder = out('killed');
  let before = 0;
  for (let round = 1; round <= 3; round += 1) {
    const running = start('batch', source, '--out', folder);
    const enough = before + Math.max(1, Math.floor(size / 5));
    for (;;) {
      const done = await countRecords(folder);
      if (done >= enough) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await running.kill();
    before = await countRecords(folder);
    for (const name of await readdir(join(folder, 'reports'))) {
      if (name.endsWith('.tmp')) continue;
      expect(await readFile(join(folder, 'reports', name), 'utf8'), name).toBe(results.get(`reports/${name}`));
    }
  }
  expect(before).toBeLessThan(size);
  const { code } = await run(['batch', source, '--out', folder]);
  expect(code).toBe(0);
  expect(differing(results, await resultsIn(folder))).toEqual([]);
});

async function countRecords(folder: string): Promise<number> {
  const records = await readdir(join(folder, 'state', 'records')).catch(() => []);
  return records.filter((name) => name.endsWith('.json')).length;
}

test('Ctrl-C ends a run in one line, and the same command goes on', async () => {
  const folder = out('stopped');
  const running = start('batch', source, '--out', folder);
  await running.until(/\d+ of \d+ · /);
  running.process.kill('SIGINT');
  expect(await running.ended).toBe(130);
  expect(running.said().trim().split('\n').at(-1)).toBe(
    'flow-grade: stopped; the same command goes on where this one ended',
  );
  const before = await countRecords(folder);
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(size);
});

test('verdicts that are remembered make the same reports', async () => {
  const folder = out('one');
  const verdicts = async () => (await readdir(join(folder, 'state', 'verdicts'), { recursive: true })).length;
  const before = await verdicts();
  await rm(join(folder, 'state', 'records'), { recursive: true });
  await rm(join(folder, 'reports'), { recursive: true });
  expect((await run(['batch', source, '--out', folder])).code).toBe(0);
  expect(await verdicts()).toBe(before);
  expect(differing(results, await resultsIn(folder))).toEqual([]);
});

test('a full disk ends the run in one line; with room again it goes on, and gives the same', async () => {
  const folder = out('full');
  await mkdir(folder);
  // A disk of its own, with room for a few submissions.
  const mount = async (...options: string[]) => {
    const running = follow('mount', ['-t', 'tmpfs', '-o', options.join(','), 'tmpfs', folder]);
    expect([await running.ended, running.said()]).toEqual([0, '']);
  };
  await mount('size=400k');
  try {
    const { code, stderr } = await run(['batch', source, '--out', folder]);
    expect(code).toBe(2);
    expect(stderr.trim().split('\n').at(-1)).toMatch(/^flow-grade: cannot write .*: the disk is full; free some space/);
    expect(await countRecords(folder)).toBeGreaterThan(0);
    await mount('remount', 'size=4g');
    const again = await run(['batch', source, '--out', folder]);
    expect(again.code).toBe(0);
    expect(differing(results, await resultsIn(folder))).toEqual([]);
  } finally {
    await follow('umount', [folder]).ended;
  }
});
