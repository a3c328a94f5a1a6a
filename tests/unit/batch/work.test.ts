import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listClass } from '#grader/batch/class-list.ts';
import { findHandIns } from '#grader/batch/layouts.ts';
import { openSource } from '#grader/batch/source.ts';
import { Store } from '#grader/batch/store.ts';
import { workThrough } from '#grader/batch/work.ts';
import { startGrader } from '#grader/cli/hands.ts';
import { course } from '#grader/course/course.ts';
import { renderJson } from '#grader/reporters/json.ts';
import { PROJECT } from '../../support/project.ts';

const [COIN, AFFINE] = ['01-coin-mle/coin.ts', '02-affine-change-of-variables/affine.ts'] as const;
const exercises = course.slice(0, 2);
const textOf = (folder: string, path: string) => readFile(join(PROJECT, folder, path), 'utf8');

const grader = startGrader(1);
afterAll(() => grader.end());
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flow-grade-work-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
const lay = async (path: string, text: string) => {
  await mkdir(dirname(join(folder, 'class', path)), { recursive: true });
  await writeFile(join(folder, 'class', path), text);
};

/** Works through the class; tells which files were graded. */
async function grade(checks: { readonly [exercise: string]: string } = {}): Promise<string[]> {
  const store = await Store.open(join(folder, 'out'), false);
  const opened = await openSource(join(folder, 'class'), exercises, store.spool);
  const graded: string[] = [];
  try {
    await workThrough({
      entries: listClass(await findHandIns(opened.tree, opened.name, exercises), undefined).entries,
      exercises,
      fingerprints: new Map(exercises.map(({ id }) => [id, checks[id] ?? 'as they were'])),
      seed: 'practice',
      withholding: { seed: false, counterexamples: false },
      kit: '1.0.0',
      store,
      hands: {
        reach: 1,
        grade(exercise, file, _digest, stalls) {
          graded.push(file.path);
          return grader.gradeFile(exercise, file, 'practice', stalls);
        },
      },
      renderers: { json: renderJson },
      onDone() {},
    });
  } finally {
    await opened.close();
  }
  return graded.map((path) => basename(path)).sort();
}

describe('a class is graded again', () => {
  const stored = async () => (await readdir(join(folder, 'out/state/verdicts'))).sort();

  it('not where nothing changed, and equal files once', async () => {
    await lay(`alice/${COIN}`, await textOf('exercises', COIN));
    await lay(`bob/${COIN}`, await textOf('exercises', COIN));
    await lay(`bob/${AFFINE}`, await textOf('solutions', AFFINE));
    expect(await grade()).toEqual(['affine.ts', 'coin.ts']);
    expect(await stored()).toEqual(['alice.json', 'bob.json']);
    expect(await grade()).toEqual([]);
  });

  it('only in the file that is another', async () => {
    await lay(`bob/${COIN}`, await textOf('solutions', COIN));
    expect(await grade()).toEqual(['coin.ts']);
    expect(JSON.parse(await readFile(join(folder, 'out/reports/bob.json'), 'utf8'))).toMatchObject({ score: 25 });
  });

  it('only in the exercise whose checks are others', async () => {
    expect(await grade({ [AFFINE.split('/')[0] ?? '']: 'corrected' })).toEqual(['affine.ts']);
    expect(await grade({ [COIN.split('/')[0] ?? '']: 'corrected' })).toEqual(['affine.ts', 'coin.ts', 'coin.ts']);
  });

  it('with what was reached before, when only its end is lost', async () => {
    const checks = { [COIN.split('/')[0] ?? '']: 'corrected' };
    await rm(join(folder, 'out/state/records/alice.json'));
    await rm(join(folder, 'out/reports/bob.json'));
    expect(await grade(checks)).toEqual([]);
    await writeFile(join(folder, 'out/state/verdicts/bob.json'), '{"x": {"score": 1e9}}');
    await rm(join(folder, 'out/reports/bob.json'));
    expect(await grade(checks)).toEqual(['affine.ts', 'coin.ts']);
  });
});
