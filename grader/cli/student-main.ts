import { startAhead } from './threads.ts';

startAhead(process.argv.slice(2));
const [{ studentCommands }, { runProcess }] = await Promise.all([
  import('./student-commands.ts'),
  import('./program.ts'),
]);
await runProcess(studentCommands);
