import { setFlagsFromString } from 'node:v8';
import { WorkerHandle } from '../engine/worker-handle.ts';

/** Threads of this process that grade, as soon as they are up. */
export function startThreads(threads: number): WorkerHandle[] {
  // A thread keeps little from one exercise to the next; with so many megabytes at first, its heap is seldom searched.
  setFlagsFromString('--initial-old-space-size=64');
  // Checks are made of small functions that do not live long. V8 of Node 20 optimises each as soon as it has run for a
  // moment, for every submission anew; later versions wait longer by themselves, and know no such setting.
  if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=400000');
  // The compiler, a process of its own, is written in Go; on one processor it takes a quarter less of them.
  process.env.GOMAXPROCS ??= '1';
  const started = Array.from(
    { length: threads },
    () => new WorkerHandle(new URL('./worker-start.mjs', import.meta.url)),
  );
  for (const each of started) each.start();
  return started;
}
