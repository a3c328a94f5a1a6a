import type { Exercise } from '../model/exercise.ts';

/**
 * Loads one exercise without the others.
 *
 * @param id  of an exercise of the course
 */
export async function loadExercise(id: string): Promise<Exercise> {
  const module = (await import(`./${id}.ts`)) as Record<string, Exercise>;
  // Its module exports the exercise and nothing else.
  const [exercise] = Object.values(module);
  if (exercise?.id !== id) throw new Error(`there is no exercise ${id}`);
  return exercise;
}
