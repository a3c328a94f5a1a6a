import { course } from '../course/course.ts';
import { ModuleSubject } from '../engine/module-subject.ts';
import { type Recording, recordFrom } from '../engine/recorded-oracle.ts';
import { benchFor } from '../engine/run-exercise.ts';
import { Unmeasurable } from '../model/subject.ts';
import { liveOracle, PRACTICE_SEED } from './oracle.ts';

/** By exercise id, what its checks ask the reference for the default seed, with the solution as the student's work. */
export async function record(): Promise<Map<string, Recording>> {
  const recordings = new Map<string, Recording>();
  for (const exercise of course) {
    const { oracle, recording } = recordFrom(await liveOracle(), PRACTICE_SEED);
    const module = await import(`#solutions/${exercise.id}/${exercise.file}`);
    const subject = new ModuleSubject(module);
    for (const check of exercise.checks) {
      try {
        check.law(benchFor({ exercise, oracle, seed: PRACTICE_SEED }, check, subject));
      } catch (error) {
        if (!(error instanceof Unmeasurable)) throw error;
      }
    }
    recordings.set(exercise.id, recording());
  }
  return recordings;
}
