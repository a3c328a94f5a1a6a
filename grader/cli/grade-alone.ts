import type { WorkerHandle } from '../engine/worker-handle.ts';
import { addGradeCommand } from './grade-command.ts';
import { runProcess } from './program.ts';
// Loaded at once, with the command, and not in a second go.
import './run-grade.ts';

/** Runs the process's own command, which is `grade`, with threads that are starting already. */
export function runGradeAlone(ahead: readonly WorkerHandle[]): Promise<void> {
  return runProcess([(program, end) => addGradeCommand(program, end, ahead)]);
}
