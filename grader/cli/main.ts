import { availableParallelism } from 'node:os';
import { BRIEF, startThreads } from './threads.ts';

if (process.argv[2] === 'grade') {
  // Most runs: threads are started before anything else, because it takes longest, and no other command is loaded.
  // Two for the whole course: the others begin once the arguments are understood. Only where there is one, it has done all
  // that there was to do, and what it compiled for that is kept.
  const namesExercise = /^[^-]/.test(process.argv[3] ?? '');
  const ahead = startThreads(namesExercise ? 1 : Math.min(availableParallelism(), 2), BRIEF, namesExercise);
  const { runGradeAlone } = await import('./grade-alone.ts');
  await runGradeAlone(ahead);
} else {
  const [{ commands }, { runProcess }] = await Promise.all([import('./commands.ts'), import('./program.ts')]);
  await runProcess(commands);
}
