import { startWorkers, type WorkerHandle } from '../engine/worker-handle.ts';

/** Threads of this process that grade, as soon as they are up. */
export function startThreads(threads: number): WorkerHandle[] {
  return startWorkers(new URL('./worker-start.mjs', import.meta.url), threads);
}
