import { addBatchCommand } from './batch-command.ts';
import { addMergeCommand } from './merge-command.ts';
import { addPicturesCommand } from './pictures-command.ts';
import type { AddCommand } from './program.ts';
import { addRecordCommand } from './record-command.ts';
import { addReleaseCommand } from './release-command.ts';
import { commands as studentCommands } from './student-commands.ts';
import { addWorkerCommand } from './worker-command.ts';

/** All commands of the kit. */
export const commands: readonly AddCommand[] = [
  ...studentCommands,
  addBatchCommand,
  addMergeCommand,
  addWorkerCommand,
  addReleaseCommand,
  addRecordCommand,
  addPicturesCommand,
];
