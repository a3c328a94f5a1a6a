import { Command, CommanderError } from 'commander';
import { UsageError } from '../model/usage-error.ts';
import { addBatchCommand } from './batch-command.ts';
import { describeFault, sayError } from './console.ts';
import { addGradeCommand } from './grade-command.ts';
import { addHintCommand } from './hint-command.ts';
import { addMergeCommand } from './merge-command.ts';
import { addPicturesCommand } from './pictures-command.ts';
import { addPracticeCommand } from './practice-command.ts';
import { addRecordCommand } from './record-command.ts';
import { addRenderCommand } from './render-command.ts';
import { addWatchCommand } from './watch-command.ts';
import { addWorkerCommand } from './worker-command.ts';

/** Exit codes beside 0, graded, and 1, below `--fail-under`. */
const EXIT = { usage: 2, fault: 3 };

/**
 * Runs the command that the arguments ask for.
 *
 * @param args  what follows the program's name
 * @returns the exit code; what is wrong has been said in one line on standard error
 */
export async function runProgram(args: readonly string[]): Promise<number> {
  let code = 0;
  const end = (result: number) => {
    code = result;
  };
  const program = new Command('flow-grade')
    .exitOverride()
    // Errors are said in one line, below.
    .configureOutput({ outputError: () => {}, writeErr: () => {} });
  addGradeCommand(program, end);
  addRenderCommand(program);
  addWatchCommand(program);
  addHintCommand(program);
  addBatchCommand(program);
  addMergeCommand(program);
  addWorkerCommand(program);
  addPracticeCommand(program, end);
  addRecordCommand(program);
  addPicturesCommand(program);
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    return sayFailure(
      error,
      program.commands.map((each) => each.name()).find((name) => name === args[0]),
    );
  }
}

/** Says why a command ended early; returns the exit code. */
export function sayFailure(error: unknown, command?: string): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    sayError(describeCall(error, command));
    return EXIT.usage;
  }
  if (error instanceof UsageError) {
    sayError(error.message);
    return EXIT.usage;
  }
  sayError(`the grader itself failed: ${describeFault(error)}; this costs no points, please report it`);
  return EXIT.fault;
}

function describeCall({ code, message }: CommanderError, command = 'grade'): string {
  if (code === 'commander.help') return 'which command? For instance: npm run grade';
  return `${message.replace(/^error: /, '')}; npm run ${command} -- --help shows what there is`;
}
