import { course } from '../course/course.ts';
import { ModuleSubject } from '../engine/module-subject.ts';
import { type Recording, recordFrom } from '../engine/recorded-oracle.ts';
import { benchFor } from '../engine/run-exercise.ts';
import { Unmeasurable } from '../model/subject.ts';
import { liveOracle, PRACTICE_SEED } from './oracle.ts';

/** Everything that the checks ask the reference for the default seed, with the solutions as the students' work. */
export async function record(): Promise<Recording> {
  const { oracle, recording } = recordFrom(await liveOracle(), PRACTICE_SEED);
  for (const exercise of course) {
    const module = await import(`#solutions/${exercise.id}/${exercise.file}`);
    const subject = new ModuleSubject(module);
    for (const check of exercise.checks) {
      try {
        check.law(benchFor({ exercise, oracle, seed: PRACTICE_SEED }, check, subject));
      } catch (error) {
        if (!(error instanceof Unmeasurable)) throw error;
      }
    }
  }
  return recording();
}
