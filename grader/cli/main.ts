import { setFlagsFromString } from 'node:v8';
import { startThreads } from './threads.ts';

if (process.argv[2] === 'grade') {
  // In a run of a second or less, V8's optimising compiler takes more time from student code than it saves: the engine
  // stays as it was compiled at first.
  setFlagsFromString('--no-wasm-tier-up');
  setFlagsFromString('--no-wasm-dynamic-tiering');
  // Most runs: one thread is started before anything else, because it takes longest, and no other command is loaded.
  const ahead = startThreads(1);
  const { runGradeAlone } = await import('./grade-alone.ts');
  await runGradeAlone(ahead);
} else {
  const [{ commands }, { runProcess }] = await Promise.all([import('./commands.ts'), import('./program.ts')]);
  await runProcess(commands);
}
