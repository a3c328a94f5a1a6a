import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { withhold } from '../engine/withhold.ts';
import type { Report } from '../model/report.ts';
import { count } from '../model/text.ts';
import { UsageError } from '../model/usage-error.ts';
import { loadChangedFiles } from './changed-files.ts';
import { sayError } from './console.ts';
import { readSeed, readVersion } from './options.ts';
import { checkSeed, PRACTICE_SEED } from './oracle.ts';
import { chooseSeed, NO_COUNTEREXAMPLES, type SeedOptions, secretSeedOption } from './seed.ts';
import { startThreads } from './threads.ts';
import {
  addOutputOptions,
  type Illustrated,
  type OutputOptions,
  readWriting,
  type Timing,
  writeOutputs,
} from './write-outputs.ts';

interface GradeOptions extends OutputOptions, SeedOptions {
  readonly submission?: string;
  readonly failUnder?: number;
  readonly changedFiles?: true;
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
    .addOption(secretSeedOption())
    .option('--no-counterexamples', NO_COUNTEREXAMPLES)
    .option('--changed-files', 'list the files of the kit that were changed in --submission, a student’s repository')
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

/**
 * The files of the kit that were changed in the repository that was handed in.
 *
 * @throws UsageError when there is none, or nothing to compare it with
 */
async function findChanged(submission: string | undefined, kit: string): Promise<Report['changed']> {
  if (loadChangedFiles === undefined) throw new UsageError('--changed-files needs the full kit; leave it out');
  if (submission === undefined) {
    throw new UsageError('--changed-files needs a student’s repository; name its folder with --submission');
  }
  const [{ course }, { compareWithEdition }] = await Promise.all([import('../course/course.ts'), loadChangedFiles()]);
  return compareWithEdition(submission, course, kit);
}

/** Grades and writes the reports; returns the exit code. */
async function runGrade(names: readonly string[], options: GradeOptions): Promise<number> {
  const writing = readWriting(options);
  if (options.submission === '') throw new UsageError('--submission names no folder; give one, or leave it out');
  const { seed, withholding } = await chooseSeed(options);
  checkSeed(seed);
  // First of all the threads, which take longest; they start while the rest is loaded. Each name is one exercise.
  const threads = startThreads(Math.min(availableParallelism(), names.length || MAX_THREADS, MAX_THREADS));
  // Loaded only now: a call that is wrong should hear it at once.
  const [{ Grader }, { course }, { chooseExercises }, { findSubmission }, { startProgress }] = await Promise.all([
    import('../engine/grade.ts'),
    import('../course/course.ts'),
    import('./choose.ts'),
    import('../engine/submission.ts'),
    import('./progress.ts'),
  ]);
  const exercises = chooseExercises(names, course);
  const progress = startProgress(process.stderr);
  const timings: Timing[] = [];
  const started = performance.now();
  const found = await findSubmission(options.submission ?? OWN_EXERCISES, course);
  const changed = options.changedFiles && (await findChanged(options.submission, readVersion()));
  const submission = { ...found, ...(changed && { changed }) };
  const grader = new Grader(threads);
  let report: Report;
  let illustrations: Illustrated;
  try {
    const graded = await grader.grade({
      submission,
      exercises,
      seed,
      kit: readVersion(),
      onProgress: progress.show,
      onTiming: (part, milliseconds) => timings.push({ part, milliseconds }),
    });
    report = withhold(graded, withholding);
    if (writing.outputs.some(({ reporter }) => reporter === 'html')) {
      const graded = performance.now();
      const { illustrate } = await import('./report-page.ts');
      const drawn = report.withheld === undefined ? seed : PRACTICE_SEED;
      [illustrations] = await Promise.allSettled([illustrate(grader, submission, exercises, drawn)]);
      timings.push({ part: 'pictures', milliseconds: performance.now() - graded });
    }
  } finally {
    progress.clear();
    await grader.end();
  }
  timings.push({ part: 'all', milliseconds: performance.now() - started });

  // Under a secret seed, --seed was not given: what is typed again grades with the default one.
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
