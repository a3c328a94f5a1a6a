import { setFlagsFromString } from 'node:v8';
import { startWorkers, type WorkerHandle } from '../engine/worker-handle.ts';

/** Threads of this process that grade, as soon as they are up. */
export function startThreads(threads: number): WorkerHandle[] {
  // A thread keeps little from one exercise to the next; with so many megabytes at first, its heap is seldom searched.
  setFlagsFromString('--initial-old-space-size=64');
  return startWorkers(new URL('./worker-start.mjs', import.meta.url), threads);
}
