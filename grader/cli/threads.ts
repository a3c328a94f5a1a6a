import { WorkerHandle } from '../engine/worker-handle.ts';

/**
 * Checks are made of small functions that do not live long. V8 of Node 20 optimises each as soon as it has run for a moment,
 * for every submission anew; later versions wait longer by themselves, and know no such setting.
 */
const PATIENT = process.versions.v8.startsWith('11.') ? ['--interrupt-budget=400000'] : [];

/**
 * In a run of a second or less, V8's optimising compiler takes more time from student code than it saves: the engine stays
 * as it was compiled at first.
 */
export const BRIEF = ['--no-wasm-tier-up', '--no-wasm-dynamic-tiering', '--wasm-lazy-validation'];

/**
 * Threads of this process that grade, as soon as they are up.
 *
 * @param settings  V8's, which the threads set once they are up
 * @param only  the number of the exercise that is the only one to be graded: what V8 compiles for it is kept
 */
export function startThreads(threads: number, settings: readonly string[] = [], only?: string): WorkerHandle[] {
  // The compiler, a process of its own, is written in Go: on one processor it takes a quarter less of them, and another
  // quarter less where its collector waits for more rubbish.
  process.env.GOMAXPROCS ??= '1';
  process.env.GOGC ??= '400';
  const url = new URL('./worker-start.cjs', import.meta.url);
  const data = { settings: [...PATIENT, ...settings], only };
  const started = Array.from({ length: threads }, () => new WorkerHandle(url, data));
  for (const each of started) each.start();
  return started;
}
