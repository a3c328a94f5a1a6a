import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { Report } from '../model/report.ts';
import { count } from '../model/text.ts';
import { UsageError } from '../model/usage-error.ts';
import { sayError } from './console.ts';
import { readSeed, readVersion } from './options.ts';
import { PRACTICE_SEED } from './oracle.ts';
import {
  addOutputOptions,
  type Illustrated,
  type OutputOptions,
  readWriting,
  type Timing,
  writeOutputs,
} from './write-outputs.ts';

interface GradeOptions extends OutputOptions {
  readonly submission?: string;
  readonly seed: string;
  readonly failUnder?: number;
}

/** More threads than these would wait for the longest exercise. */
export const MAX_THREADS = 4;

/** The folder that is graded unless told. */
export const OWN_EXERCISES = fileURLToPath(new URL('../../exercises', import.meta.url));

/** Registers `grade`; `end` is told the exit code. */
export function addGradeCommand(program: Command, end: (code: number) => void): void {
  const command = program
    .command('grade')
    .description('grade the work in exercises/ and print the scored report')
    .argument('[EXERCISE...]', 'numbers, folder names or parts of one; all when none is given')
    .option('--submission <DIR>', 'a folder shaped like exercises/, or one that contains exercises/')
    .option('--seed <TEXT>', 'which random inputs', readSeed, PRACTICE_SEED)
    .option('--fail-under <N>', 'exit with 1 when the total is below N points', readPoints)
    .action(async (names: string[], options: GradeOptions) => {
      end(await runGrade(names, options));
    });
  addOutputOptions(command);
}

function readPoints(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text))
    throw new UsageError(`--fail-under takes a number of points, 0 or more, not ${JSON.stringify(text)}`);
  return Number(text);
}

/** Grades and writes the reports; returns the exit code. */
async function runGrade(names: readonly string[], options: GradeOptions): Promise<number> {
  const writing = readWriting(options);
  if (options.submission === '') throw new UsageError('--submission names no folder; give one, or leave it out');
  // Loaded only now: most of the start-up time is theirs, and a call that is wrong should hear it at once.
  const [{ course }, { chooseExercises }] = await Promise.all([import('../course/course.ts'), import('./choose.ts')]);
  const exercises = chooseExercises(names, course);
  const [{ findSubmission }, { startGrader }, { startProgress }] = await Promise.all([
    import('../engine/submission.ts'),
    import('./hands.ts'),
    import('./progress.ts'),
  ]);
  const progress = startProgress(process.stderr);
  const timings: Timing[] = [];
  const started = performance.now();
  const submission = await findSubmission(options.submission ?? OWN_EXERCISES, course);
  const threads = Math.min(availableParallelism(), exercises.length, MAX_THREADS);
  const grader = startGrader(threads);
  let report: Report;
  let illustrations: Illustrated;
  try {
    report = await grader.grade({
      submission,
      exercises,
      seed: options.seed,
      kit: readVersion(),
      onProgress: progress.show,
      onTiming: (part, milliseconds) => timings.push({ part, milliseconds }),
    });
    if (writing.outputs.some(({ reporter }) => reporter === 'html')) {
      const graded = performance.now();
      const { illustrate } = await import('./report-page.ts');
      [illustrations] = await Promise.allSettled([illustrate(grader, submission, exercises, options.seed)]);
      timings.push({ part: 'pictures', milliseconds: performance.now() - graded });
    }
  } finally {
    progress.clear();
    await grader.end();
  }
  timings.push({ part: 'all', milliseconds: performance.now() - started });

  await writeOutputs(writing, report, { command: commandFor(options), illustrations, timings });
  return verdictOf(report, options.failUnder);
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

function verdictOf({ exercises, score, maxScore }: Report, failUnder = 0): number {
  const faults = exercises.flatMap(({ checks }) => checks.filter(({ status }) => status === 'grader-error'));
  if (faults.length > 0) {
    throw new Error(`it could not judge ${count(faults.length, 'check')}, the first is ${faults[0]?.id}`);
  }
  if (score >= failUnder) return 0;
  sayError(`${score} of ${count(maxScore, 'point')} is below --fail-under ${failUnder}`);
  return 1;
}
