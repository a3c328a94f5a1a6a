import { commands } from './commands.ts';
import { runProgram, sayFailure } from './program.ts';

process.on('uncaughtException', (error) => process.exit(sayFailure(error)));

process.exitCode = await runProgram(process.argv.slice(2), commands);
