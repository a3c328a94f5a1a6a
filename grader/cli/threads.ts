import { startWorkers, type WorkerHandle } from '../engine/worker-handle.ts';

const ENTRY = new URL('./worker-start.mjs', import.meta.url);

let ahead: WorkerHandle[] = [];

/** Starts a thread for a command that is sure to need one, before it is understood or even loaded: the thread takes longest. */
export function startAhead(args: readonly string[]): void {
  if (args[0] === 'grade' && !args.includes('--help') && !args.includes('-h')) ahead = startWorkers(ENTRY, 1);
}

/** Threads of this process that grade, as soon as they are up. */
export function startThreads(threads: number): WorkerHandle[] {
  const begun = ahead.splice(0, threads);
  return [...begun, ...startWorkers(ENTRY, threads - begun.length)];
}
