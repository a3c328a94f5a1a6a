import { expect, test } from 'vitest';
import { liveOracle } from '#grader/cli/oracle.ts';
import { course } from '#grader/course/course.ts';
import { remember } from '#grader/engine/recorded-oracle.ts';
import { fileIn, verdictsOn } from '../support/submissions.ts';

const SEEDS = Number(process.env.SEEDS ?? 50);
/** The further styles may be given fewer seeds, to save time. */
const STYLE_SEEDS = Number(process.env.STYLE_SEEDS ?? SEEDS);
const RIGHT = [
  { folder: 'solutions', seeds: SEEDS },
  { folder: 'tests/fixtures/styles/loops', seeds: STYLE_SEEDS },
  { folder: 'tests/fixtures/styles/closures', seeds: STYLE_SEEDS },
];

/** States that every check passes for right answers in three styles; two files share the seeds, one for each core. */
export function statesRightUnderEverySeed(first: 1 | 2): void {
  for (const exercise of course) {
    test(`${exercise.id} is right under the seeds ${first}, ${first + 2}, … ${SEEDS}`, async () => {
      for (let seed = first; seed <= SEEDS; seed += 2) {
        const oracle = remember(await liveOracle());
        for (const { folder } of RIGHT.filter(({ seeds }) => seed <= seeds)) {
          const verdicts = await verdictsOn(exercise, await fileIn(folder, exercise), { seed: `seed-${seed}`, oracle });
          const wrong = verdicts.filter(({ status }) => status !== 'passed');
          expect(wrong, `${folder}, seed-${seed}`).toEqual([]);
          expect(verdicts).toHaveLength(exercise.checks.length);
        }
      }
    });
  }
}
