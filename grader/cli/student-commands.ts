import { addGradeCommand } from './grade-command.ts';
import { addHintCommand } from './hint-command.ts';
import { addPracticeCommand } from './practice-command.ts';
import type { AddCommand } from './program.ts';
import { addRenderCommand } from './render-command.ts';
import { addWatchCommand } from './watch-command.ts';

/** The commands of the student edition. */
export const commands: readonly AddCommand[] = [
  addGradeCommand,
  addRenderCommand,
  addWatchCommand,
  addHintCommand,
  addPracticeCommand,
];
