import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { WorkerHandle } from '../engine/worker-handle.ts';
import { UsageError } from '../model/usage-error.ts';
import { readSeed } from './options.ts';
import { PRACTICE_SEED } from './oracle.ts';
import { NO_COUNTEREXAMPLES, type SeedOptions, secretSeedOption } from './seed.ts';
import { BRIEF, startThreads } from './threads.ts';
import { addOutputOptions, type OutputOptions } from './write-outputs.ts';

export interface GradeOptions extends OutputOptions, SeedOptions {
  readonly submission?: string;
  readonly failUnder?: number;
  readonly changedFiles?: true;
}

/** More threads than these would wait for the longest exercise. */
export const MAX_THREADS = 4;

/** The folder that is graded unless told. */
export const OWN_EXERCISES = fileURLToPath(new URL('../../exercises', import.meta.url));

/** Registers `grade`; `end` is told the exit code, and `ahead` are threads that are starting already. */
export function addGradeCommand(
  program: Command,
  end: (code: number) => void,
  ahead: readonly WorkerHandle[] = [],
): void {
  const command = program
    .command('grade')
    .description('grade the work in exercises/ and print the scored report')
    .argument('[EXERCISE...]', 'numbers, folder names or parts of one; all when none is given')
    .option('--submission <DIR>', 'a folder shaped like exercises/, or one that contains exercises/')
    .option('--seed <TEXT>', 'which random inputs', readSeed, PRACTICE_SEED)
    .addOption(secretSeedOption())
    .option('--no-counterexamples', NO_COUNTEREXAMPLES)
    .option('--changed-files', 'list the files of the kit that were changed in --submission, a student’s repository')
    .option('--fail-under <N>', 'exit with 1 when the total is below N points', readPoints)
    .action(async (names: string[], options: GradeOptions) => {
      // Each name is one exercise.
      const wanted = Math.min(availableParallelism(), names.length || MAX_THREADS, MAX_THREADS);
      const threads = [...ahead, ...startThreads(Math.max(wanted - ahead.length, 0), BRIEF)];
      try {
        const { runGrade } = await import('./run-grade.ts');
        end(await runGrade(names, options, threads));
      } finally {
        await Promise.all(threads.map((thread) => thread.end()));
      }
    });
  addOutputOptions(command);
}

function readPoints(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text))
    throw new UsageError(`--fail-under takes a number of points, 0 or more, not ${JSON.stringify(text)}`);
  return Number(text);
}

/** What to type to grade the same work again; a path of this machine and what a shell would not take are left to the reader. */
export function commandFor({ submission, seed }: Pick<GradeOptions, 'submission' | 'seed'>): string {
  const plain = (value: string, name: string) => (/^[\w.][\w./-]*$/.test(value) ? value : name);
  const options = [
    ...(submission === undefined ? [] : [`--submission ${plain(submission, 'DIR')}`]),
    ...(seed === PRACTICE_SEED ? [] : [`--seed ${plain(seed, 'TEXT')}`]),
  ];
  return ['npm run grade --', ...options].join(' ');
}
