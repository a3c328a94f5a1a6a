import { commands } from './commands.ts';
import { runProcess } from './program.ts';

/** Runs the process's own command, whichever it is. */
export function runAnyCommand(): Promise<void> {
  return runProcess(commands);
}
