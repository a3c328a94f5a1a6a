import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { withhold } from '../engine/withhold.ts';
import { writeWhole } from '../engine/write-whole.ts';
import type { Illustrations } from '../model/picture.ts';
import type { Report } from '../model/report.ts';
import { count } from '../model/text.ts';
import { UsageError } from '../model/usage-error.ts';
import { loadChangedFiles } from './changed-files.ts';
import { sayError, writeOut } from './console.ts';
import { collect, readSeed, readVersion } from './options.ts';
import { checkSeed, PRACTICE_SEED } from './oracle.ts';
import { type Output, REPORTERS, readOutputs } from './outputs.ts';
import { chooseSeed, NO_COUNTEREXAMPLES, type SeedOptions, secretSeedOption } from './seed.ts';

interface GradeOptions extends SeedOptions {
  readonly submission?: string;
  readonly reporter?: readonly string[];
  readonly failUnder?: number;
  readonly changedFiles?: true;
}

/** More threads than these would wait for the longest exercise. */
export const MAX_THREADS = 4;

/** The folder that is graded unless told. */
export const OWN_EXERCISES = fileURLToPath(new URL('../../exercises', import.meta.url));

/** How long a part of the work took, in milliseconds. */
interface Timing {
  readonly part: string;
  readonly milliseconds: number;
}

/** Pictures and source for a page; what kept them from being drawn keeps no other report from being written. */
type Illustrated = PromiseSettledResult<Illustrations> | undefined;

/** Registers `grade`; `end` is told the exit code. */
export function addGradeCommand(program: Command, end: (code: number) => void): void {
  program
    .command('grade')
    .description('grade the work in exercises/ and print the scored report')
    .argument('[EXERCISE...]', 'numbers, folder names or parts of one; all when none is given')
    .option('--submission <DIR>', 'a folder shaped like exercises/, or one that contains exercises/')
    .option(
      '--reporter <NAME>',
      `${REPORTERS.join(', ')}; NAME=FILE writes to a file, and several may be asked for`,
      collect,
    )
    .option('--seed <TEXT>', 'which random inputs', readSeed, PRACTICE_SEED)
    .addOption(secretSeedOption())
    .option('--no-counterexamples', NO_COUNTEREXAMPLES)
    .option('--changed-files', 'list the files of the kit that were changed in --submission, a student’s repository')
    .option('--fail-under <N>', 'exit with 1 when the total is below N points', readPoints)
    .action(async (names: string[], options: GradeOptions) => {
      end(await runGrade(names, options));
    });
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
  const outputs = readOutputs(options.reporter ?? []);
  if (options.submission === '') throw new UsageError('--submission names no folder; give one, or leave it out');
  const { seed, withholding } = await chooseSeed(options);
  checkSeed(seed);
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
  const found = await findSubmission(options.submission ?? OWN_EXERCISES, course);
  const changed = options.changedFiles && (await findChanged(options.submission, readVersion()));
  const submission = { ...found, ...(changed && { changed }) };
  const threads = Math.min(availableParallelism(), exercises.length, MAX_THREADS);
  const grader = startGrader(threads);
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
    if (outputs.some(({ reporter }) => reporter === 'html')) {
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

  // One that cannot be written keeps none of the others back.
  const written = await Promise.allSettled(
    outputs.map(async (output) => write(output, await render(output, report, illustrations, timings, options))),
  );
  const unwritten = written.find(({ status }) => status === 'rejected');
  if (unwritten?.status === 'rejected') throw unwritten.reason;
  return verdictOf(report, options.failUnder);
}

async function render(
  { reporter, file }: Output,
  report: Report,
  illustrations: Illustrated,
  timings: readonly Timing[],
  options: GradeOptions,
): Promise<string> {
  switch (reporter) {
    case 'html':
      if (illustrations?.status === 'rejected') throw illustrations.reason;
      return (await import('../reporters/html.ts')).renderHtml(report, illustrations?.value);
    case 'json':
      return (await import('../reporters/json.ts')).renderJson(report);
    case 'timing':
      return timings.map(({ part, milliseconds }) => `${milliseconds.toFixed(0).padStart(7)} ms  ${part}\n`).join('');
    case 'terminal': {
      const [{ renderTerminal }, { describeScreen }] = await Promise.all([
        import('../reporters/terminal.ts'),
        import('./screen.ts'),
      ]);
      const look = file === undefined ? describeScreen() : { color: false };
      // Under a secret seed, --seed was not given: what is typed again grades with the default one.
      return renderTerminal(report, { ...look, command: commandFor(options) });
    }
  }
}

async function write({ reporter, file }: Output, text: string): Promise<void> {
  if (file !== undefined) await writeWhole(file, text);
  else await writeOut(reporter === 'timing' ? process.stderr : process.stdout, text);
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
