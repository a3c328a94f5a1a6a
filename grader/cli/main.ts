import { Command, CommanderError } from 'commander';
import { UsageError } from '../model/usage-error.ts';
import { describeFault, sayError } from './console.ts';
import { addGradeCommand } from './grade-command.ts';

/** Exit codes beside 0 and the 1 of `--fail-under`. */
const EXIT = { usage: 2, fault: 3 };

function fail(error: unknown): void {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return;
    sayError(describeCall(error));
    process.exitCode = EXIT.usage;
  } else if (error instanceof UsageError) {
    sayError(error.message);
    process.exitCode = EXIT.usage;
  } else {
    sayError(`the grader itself failed: ${describeFault(error)}; this costs no points, please report it`);
    process.exitCode = EXIT.fault;
  }
}

function describeCall({ code, message }: CommanderError): string {
  if (code === 'commander.help') return 'which command? For instance: npm run grade';
  return `${message.replace(/^error: /, '')}; npm run grade -- --help shows what there is`;
}

process.on('uncaughtException', (error) => {
  fail(error);
  process.exit();
});

const program = new Command('flow-grade').exitOverride().configureOutput({ outputError: () => {}, writeErr: () => {} });
addGradeCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  fail(error);
}
