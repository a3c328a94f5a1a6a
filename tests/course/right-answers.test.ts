import { describe, expect, test } from 'vitest';
import { course } from '#grader/course/course.ts';
import { pointsOf } from '#grader/model/exercise.ts';
import { fileIn, verdictsOn } from '../support/submissions.ts';

// The solutions and one seed here; the other styles and many seeds are run by `npm run seeds`.
describe('solutions', () => {
  test.each(course.map((exercise) => [exercise.id, exercise] as const))('%s gets all points', async (_id, exercise) => {
    const verdicts = await verdictsOn(exercise, await fileIn('solutions', exercise));
    expect(verdicts.filter(({ status }) => status !== 'passed')).toEqual([]);
    expect(verdicts.reduce((sum, { score }) => sum + score, 0)).toBe(pointsOf(exercise));
  });
});

describe('stubs', () => {
  test.each(course.map((exercise) => [exercise.id, exercise] as const))('%s is not started', async (_id, exercise) => {
    const verdicts = await verdictsOn(exercise, await fileIn('exercises', exercise));
    expect(verdicts.map(({ status }) => status)).toEqual(exercise.checks.map(() => 'not-started'));
    expect(verdicts.every(({ score }) => score === 0)).toBe(true);
  });
});
