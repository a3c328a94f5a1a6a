import { commands } from './commands.ts';
import { runProcess } from './program.ts';

await runProcess(commands);
