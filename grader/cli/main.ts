import { startThreads } from './threads.ts';

if (process.argv[2] === 'grade') {
  // Most runs: one thread is started before anything else, because it takes longest, and no other command is loaded.
  const ahead = startThreads(1);
  const { runGradeAlone } = await import('./grade-alone.ts');
  await runGradeAlone(ahead);
} else {
  const [{ commands }, { runProcess }] = await Promise.all([import('./commands.ts'), import('./program.ts')]);
  await runProcess(commands);
}
