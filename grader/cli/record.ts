import { course } from '../course/course.ts';
import { benchOf } from '../engine/draw.ts';
import { ModuleSubject } from '../engine/module-subject.ts';
import type { Job } from '../engine/protocol.ts';
import { type Recording, recordFrom } from '../engine/recorded-oracle.ts';
import { benchFor } from '../engine/run-exercise.ts';
import { figuresOf } from '../figures/figures.ts';
import { Unmeasurable } from '../model/subject.ts';
import { liveOracle, PRACTICE_SEED } from './oracle.ts';

/** What an exercise's checks, or its figures, ask the reference for the default seed. */
export interface Recorded {
  readonly exercise: string;
  readonly task: Job['task'];
  readonly recording: Recording;
}

/** Everything that is asked of the reference for the default seed, with the solutions as the student's work. */
export async function record(): Promise<Recorded[]> {
  const recorded: Recorded[] = [];
  for (const exercise of course) {
    const { id, file } = exercise;
    const subject = new ModuleSubject(await import(`#solutions/${id}/${file}`));
    const checks = recordFrom(await liveOracle(), PRACTICE_SEED);
    for (const check of exercise.checks) {
      try {
        check.law(benchFor({ exercise, oracle: checks.oracle, seed: PRACTICE_SEED }, check, subject));
      } catch (error) {
        if (!(error instanceof Unmeasurable)) throw error;
      }
    }
    const figures = recordFrom(await liveOracle(), PRACTICE_SEED);
    for (const figure of await figuresOf(id))
      figure.draw(benchOf(exercise, figure, figures.oracle, PRACTICE_SEED, subject));
    recorded.push({ exercise: id, task: 'grade', recording: checks.recording() });
    recorded.push({ exercise: id, task: 'draw', recording: figures.recording() });
  }
  return recorded;
}
