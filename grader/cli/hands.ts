import type { Hands } from '../batch/work.ts';
import { course } from '../course/course.ts';
import { Grader } from '../engine/grade.ts';
import type { ClassProgress } from './class-progress.ts';
import { readVersion } from './options.ts';
import { recordingOf } from './oracle.ts';
import { startThreads } from './threads.ts';

/** Submissions that are read and written while others are being graded. */
const AHEAD = 2;

/** A grader with threads of its own in this process. */
export function startGrader(threads: number): Grader {
  return new Grader(startThreads(threads));
}

/** Whatever is to grade: threads of this process, or workers that a queue reaches. */
export async function engage(
  { queue, jobs, seed }: { readonly queue?: string; readonly jobs: number; readonly seed: string },
  progress: ClassProgress,
): Promise<{ hands: Hands; end(): Promise<void> }> {
  if (queue !== undefined) {
    const { QueueHands } = await import('../batch/queue.ts');
    const hands = await QueueHands.connect(queue, await nameQueue(), seed, progress.say);
    return { hands, end: () => hands.end() };
  }
  // A class in which nothing changed needs no threads.
  let grader: Grader | undefined;
  const hands: Hands = {
    reach: jobs + AHEAD,
    grade(exercise, file, _digest, stalls) {
      grader ??= startGrader(jobs);
      return grader.gradeFile(exercise, file, seed, stalls);
    },
  };
  return { hands, end: async () => grader?.end() };
}

/** The queue of this kit, whichever seed the work is for. */
export async function nameQueue(): Promise<string> {
  const [{ queueNameOf }, { fingerprintsOf }] = await Promise.all([
    import('../batch/queue.ts'),
    import('../batch/fingerprint.ts'),
  ]);
  const recorded = await fingerprintsOf(course, recordingOf);
  const computed = await fingerprintsOf(course, undefined);
  return queueNameOf(readVersion(), [recorded, computed]);
}
