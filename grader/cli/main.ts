import { availableParallelism } from 'node:os';
import { loadCommands, loadGrade, prepareGrade } from './programs.ts';
import { BRIEF, startThreads } from './threads.ts';

// Nobody waits for it: in the bundle this is a script, and no module.
void run();

async function run(): Promise<void> {
  if (process.argv[2] !== 'grade') {
    const { runAnyCommand } = await loadCommands();
    return runAnyCommand();
  }
  prepareGrade();
  // Most runs: threads are started before anything else, because it takes longest, and no other command is loaded.
  // Two for the whole course: the others begin once the arguments are understood.
  const [name = ''] = process.argv.slice(3);
  const number = /^\d{1,2}(?=-|$)/.exec(name)?.[0].padStart(2, '0');
  const ahead = startThreads(/^[^-]/.test(name) ? 1 : Math.min(availableParallelism(), 2), BRIEF, number);
  const { runGradeAlone } = await loadGrade();
  return runGradeAlone(ahead);
}
