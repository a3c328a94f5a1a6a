import type { Command } from 'commander';
import { UsageError } from '../model/usage-error.ts';
import { sayError, writeOut } from './console.ts';
import { LEVELS, takeHint } from './hints.ts';

/** Registers `hint`. */
export function addHintCommand(program: Command): void {
  program
    .command('hint')
    .description('print the next hint of an exercise')
    .argument('<EXERCISE>', 'its number, folder name or a part of it')
    .argument('[LEVEL]', `which hint, 1 to ${LEVELS}; the next one unless told`, readLevel)
    .action(async (name: string, level?: number) => {
      await writeOut(process.stdout, await showHint(name, level));
    });
}

function readLevel(text: string): number {
  if (!/^[1-3]$/.test(text)) throw new UsageError(`LEVEL is 1, 2 or ${LEVELS}, not ${JSON.stringify(text)}`);
  return Number(text);
}

/** A hint as a terminal shows it; what cannot be remembered is said on standard error. */
export async function showHint(name: string, level?: number, project?: string): Promise<string> {
  const [{ course }, { findExercise }, { renderHint }, { describeScreen }] = await Promise.all([
    import('../course/course.ts'),
    import('./choose.ts'),
    import('../reporters/hint.ts'),
    import('./screen.ts'),
  ]);
  const exercise = findExercise(name, course);
  const hint = await takeHint(exercise, level, project);
  if (!hint.isRemembered)
    sayError(`cannot write .flow-grade/hints.json; say which hint you want: npm run hint -- ${name} 2`);
  return renderHint({ ...hint, exercise, of: LEVELS }, describeScreen());
}
