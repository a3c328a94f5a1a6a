import { availableParallelism } from 'node:os';
import { BRIEF, startThreads } from './threads.ts';

if (process.argv[2] === 'grade') {
  // Most runs: threads are started before anything else, because it takes longest, and no other command is loaded.
  // Two for the whole course: the others begin once the arguments are understood.
  const [name = ''] = process.argv.slice(3);
  const number = /^\d{1,2}(?=-|$)/.exec(name)?.[0].padStart(2, '0');
  const ahead = startThreads(/^[^-]/.test(name) ? 1 : Math.min(availableParallelism(), 2), BRIEF, number);
  const { runGradeAlone } = await import('./grade-alone.ts');
  await runGradeAlone(ahead);
} else {
  const [{ commands }, { runProcess }] = await Promise.all([import('./commands.ts'), import('./program.ts')]);
  await runProcess(commands);
}
