import { expect, test } from 'vitest';
import { course } from '#grader/course/course.ts';
import { fileIn, verdictsOn } from '../support/submissions.ts';

const SEEDS = Number(process.env.SEEDS ?? 50);

/** States that every check passes for a folder of right answers, whatever the seed. */
export function statesRightUnderEverySeed(folder: string): void {
  for (const exercise of course) {
    test(`${folder}: ${exercise.id} is right under ${SEEDS} seeds`, async () => {
      const source = await fileIn(folder, exercise);
      for (let seed = 1; seed <= SEEDS; seed += 1) {
        const verdicts = await verdictsOn(exercise, source, `seed-${seed}`);
        const wrong = verdicts.filter(({ status }) => status !== 'passed');
        expect(wrong, `seed-${seed}`).toEqual([]);
        expect(verdicts).toHaveLength(exercise.checks.length);
      }
    });
  }
}
