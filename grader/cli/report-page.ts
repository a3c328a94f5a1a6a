import type { Grader } from '../engine/grade.ts';
import type { Submission } from '../engine/submission.ts';
import { figuresOf } from '../figures/figures.ts';
import type { Exercise } from '../model/exercise.ts';
import type { Drawn } from '../model/figure.ts';

/** What a student's page shows beside the report: pictures drawn from the student's functions, and the source. */
export interface Illustrations {
  /** By exercise id. */
  readonly figures: ReadonlyMap<string, readonly Drawn[]>;
  /** By exercise id, the text of the student's file. */
  readonly sources: ReadonlyMap<string, string>;
}

/** Has the pictures of some exercises drawn. */
export async function illustrate(
  grader: Grader,
  submission: Submission,
  exercises: readonly Exercise[],
  seed: string,
): Promise<Illustrations> {
  const sources = new Map<string, string>();
  const drawn = exercises.map(async (exercise): Promise<[string, readonly Drawn[]]> => {
    const file = submission.files.get(exercise.id);
    if (file !== undefined && 'bytes' in file) sources.set(exercise.id, new TextDecoder().decode(file.bytes));
    return [exercise.id, await grader.drawFile(exercise, await figuresOf(exercise.id), file, seed)];
  });
  return { figures: new Map(await Promise.all(drawn)), sources };
}
