import { describe, expect, test } from 'vitest';
import { course } from '#grader/course/course.ts';
import type { Exercise } from '#grader/model/exercise.ts';
import { applyChange, type Planted } from './planted.ts';
import { fileIn, verdictsOn } from './submissions.ts';

const LOST = ['failed', 'out-of-fuel', 'out-of-memory'];

/** The exercise with no other checks than those of the check's function and of the functions that it waits on. */
function aroundCheck(exercise: Exercise, id: string): Exercise {
  const check = exercise.checks.find((candidate) => candidate.id === id);
  const names = [check?.function, ...(check?.needs ?? [])];
  return { ...exercise, checks: exercise.checks.filter((candidate) => names.includes(candidate.function)) };
}

/**
 * States that every check fails its planted wrong answers; core and extension are two files, one for each processor.
 *
 * @param some  `few`: of each check the first
 */
export function statesThatChecksHaveTeeth(core: boolean, some: 'all' | 'few'): void {
  const chosen = course.filter((exercise) => exercise.core === core);
  describe.each(chosen.map((exercise) => [exercise.id, exercise] as const))('%s', async (id, exercise) => {
    const { planted } = (await import(`../fixtures/planted/${id}.ts`)) as { planted: Planted };
    const solution = new TextDecoder().decode(await fileIn('solutions', exercise));

    test('every check has a wrong answer that it fails, and no other check is named', () => {
      expect(Object.keys(planted).sort()).toEqual(exercise.checks.map((check) => check.id).sort());
    });

    test('every known wrong answer is planted', () => {
      const named = Object.values(planted).flatMap((plants) => plants.flatMap((plant) => plant.misconception ?? []));
      expect([...new Set(named)].sort()).toEqual(
        exercise.misconceptions.map((misconception) => misconception.id).sort(),
      );
    });

    const plants = Object.entries(planted).flatMap(([check, own]) =>
      own
        .map((plant, index) => [`${check}, wrong answer ${index + 1}`, check, plant] as const)
        .filter((_, index) => some === 'all' || index === 0),
    );
    test.each(plants)('%s', async (_name, check, plant) => {
      const verdicts = await verdictsOn(aroundCheck(exercise, check), applyChange(solution, plant.change), {
        isLast: ({ id }) => id === check,
      });
      const verdict = verdicts.find((candidate) => candidate.id === check);
      expect(verdict?.score).toBe(0);
      expect(LOST, verdict?.message).toContain(verdict?.status);
      expect(verdict?.misconception, `${verdict?.expected} / ${verdict?.actual}`).toBe(plant.misconception);
      expect(verdict?.hint).toBeTruthy();
      for (const other of verdicts) expect(other.status, `${other.id}: ${other.message}`).not.toBe('grader-error');
    });
  });
}
