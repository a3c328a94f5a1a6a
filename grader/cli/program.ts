import { Command, CommanderError } from 'commander';
import { UsageError } from '../model/usage-error.ts';
import { describeFault, sayError } from './console.ts';

/** Exit codes beside 0, graded, and 1, below `--fail-under`. */
const EXIT = { usage: 2, fault: 3 };

/** Registers a command; `end` is told the exit code. */
export type AddCommand = (program: Command, end: (code: number) => void) => void;

/**
 * Runs the command that the arguments ask for.
 *
 * @param args  what follows the program's name
 * @param commands  those that there are
 * @returns the exit code; what is wrong has been said in one line on standard error
 */
export async function runProgram(args: readonly string[], commands: readonly AddCommand[]): Promise<number> {
  let code = 0;
  const end = (result: number) => {
    code = result;
  };
  const program = new Command('flow-grade')
    .exitOverride()
    // Errors are said in one line, below.
    .configureOutput({ outputError: () => {}, writeErr: () => {} });
  for (const addCommand of commands) addCommand(program, end);
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

/** Runs the process's own command, with its exit code; nothing that goes wrong ends it with a stack trace. */
export async function runProcess(commands: readonly AddCommand[]): Promise<void> {
  process.on('uncaughtException', (error) => process.exit(sayFailure(error)));
  process.exitCode = await runProgram(process.argv.slice(2), commands);
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
