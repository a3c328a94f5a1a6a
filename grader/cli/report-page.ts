import type { Grader } from '../engine/grade.ts';
import type { Submission } from '../engine/submission.ts';
import { figuresOf } from '../figures/figures.ts';
import type { Outline } from '../model/exercise.ts';
import type { Illustrations, Picture } from '../model/picture.ts';

/** Has the pictures of some exercises drawn, and finds the student's source. */
export async function illustrate(
  grader: Grader,
  submission: Submission,
  exercises: readonly Outline[],
  seed: string,
): Promise<Illustrations> {
  const sources = new Map<string, string>();
  const drawn = exercises.map(async (exercise): Promise<[string, readonly Picture[]]> => {
    const file = submission.files.get(exercise.id);
    if (file !== undefined && 'bytes' in file) sources.set(exercise.id, new TextDecoder().decode(file.bytes));
    const figures = await grader.drawFile(exercise, await figuresOf(exercise.id), file, seed);
    // What draws is a library, loaded only where there is something to draw.
    const { pictureOf } = await import('../figures/picture.ts');
    return [exercise.id, figures.map(pictureOf)];
  });
  return { pictures: new Map(await Promise.all(drawn)), sources };
}
