import { runProcess } from './program.ts';
import { studentCommands } from './student-commands.ts';

await runProcess(studentCommands);
