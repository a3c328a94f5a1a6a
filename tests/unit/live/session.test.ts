import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startGrader } from '#grader/cli/hands.ts';
import { illustrate } from '#grader/cli/report-page.ts';
import { course } from '#grader/course/course.ts';
import type { Submission } from '#grader/engine/submission.ts';
import { LivePictures } from '#grader/live/pictures.ts';
import { Session } from '#grader/live/session.ts';
import { PROJECT } from '../../support/project.ts';

const [coin, affine] = course.slice(0, 2) as [(typeof course)[number], (typeof course)[number]];
const exercises = [coin, affine];
const bytesOf = (folder: string, { id, file }: typeof coin) => readFile(join(PROJECT, folder, id, file));
const [rightCoin, stubCoin, rightAffine] = await Promise.all([
  bytesOf('solutions', coin),
  bytesOf('exercises', coin),
  bytesOf('solutions', affine),
]);

const grader = startGrader(2);
afterAll(() => grader.end());

const submission = (coinBytes: Uint8Array, affineBytes: Uint8Array = rightAffine): Submission => ({
  label: 'work',
  files: new Map([
    [coin.id, { path: coin.file, bytes: coinBytes }],
    [affine.id, { path: affine.file, bytes: affineBytes }],
  ]),
  ignored: [],
});

/** A session, and a way to wait until everything that was started has its verdict. */
function open() {
  const told: string[] = [];
  let wake = () => {};
  const session = new Session(
    grader,
    1,
    exercises,
    { seed: 'practice', kit: '1.0.0' },
    {
      onGrading: (ids) => told.push(`grading ${ids.map((id) => id.slice(0, 2)).join(' ')}`),
      onVerdict: () => {
        told.push(`score ${session.report.score}`);
        wake();
      },
      onFault: (error) => told.push(`fault ${error}`),
    },
  );
  const settled = async () => {
    while (session.grading.length > 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { session, told, settled };
}

it('grades everything once, then what changed, and never tells an older verdict last', async () => {
  const { session, told, settled } = open();
  expect(session.report.exercises).toEqual([]);
  session.update(submission(stubCoin), []);
  await settled();
  expect(told[0]).toBe('grading 01 02');
  expect(session.report).toMatchObject({ submission: 'work', score: 15, maxScore: 25 });

  told.length = 0;
  session.update(submission(rightCoin), [coin.id]);
  session.update(submission(stubCoin), [coin.id]);
  session.update(submission(rightCoin), [coin.id]);
  await settled();
  expect(told).toEqual(['grading 01', 'grading 01', 'grading 01', 'score 25']);

  session.watch([affine]);
  await settled();
  expect(session.report).toMatchObject({ score: 15, maxScore: 15 });
  session.watch(exercises);
  session.end();
  expect(session.grading).toEqual([]);
  expect(told.some((each) => each.startsWith('fault'))).toBe(false);
});

it('has drawn what was graded, each file once', async () => {
  const { session, settled } = open();
  const pictures = new LivePictures((work, exercise) => illustrate(grader, work, [exercise], 'practice'));
  expect(await pictures.draw(session)).toBe(false);
  session.update(submission(rightCoin), []);
  await settled();
  const drawn = pictures.draw(session);
  // One at a time.
  expect(await pictures.draw(session)).toBe(false);
  expect(await drawn).toBe(true);
  expect([...pictures.illustrations.pictures.keys()]).toEqual([coin.id]);
  expect(await pictures.draw(session)).toBe(true);
  expect(await pictures.draw(session)).toBe(false);
  const first = pictures.illustrations.pictures.get(coin.id);
  expect(first?.every((picture) => 'panels' in picture)).toBe(true);
  expect(pictures.illustrations.sources.get(affine.id)).toBe(rightAffine.toString());

  session.update(submission(stubCoin), [coin.id]);
  await settled();
  expect(await pictures.draw(session)).toBe(true);
  expect(pictures.illustrations.pictures.get(coin.id)?.every((picture) => 'missing' in picture)).toBe(true);
  expect(pictures.illustrations.sources.get(coin.id)).toBe(stubCoin.toString());
  session.end();
});
