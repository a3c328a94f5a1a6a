import { runProgram, sayFailure } from './program.ts';
import { studentCommands } from './student-commands.ts';

process.on('uncaughtException', (error) => process.exit(sayFailure(error)));

process.exitCode = await runProgram(process.argv.slice(2), studentCommands);
