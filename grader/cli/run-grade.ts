import { outlines } from '../course/outlines.ts';
import { Grader } from '../engine/grade.ts';
import { findSubmission } from '../engine/submission.ts';
import { withhold } from '../engine/withhold.ts';
import type { WorkerHandle } from '../engine/worker-handle.ts';
import type { Report } from '../model/report.ts';
import { count } from '../model/text.ts';
import { UsageError } from '../model/usage-error.ts';
import { loadChangedFiles } from './changed-files.ts';
import { chooseExercises } from './choose.ts';
import { sayError } from './console.ts';
import { commandFor, type GradeOptions, OWN_EXERCISES } from './grade-command.ts';
import { loadReportPage } from './load-report-page.ts';
import { readVersion } from './options.ts';
import { checkSeed, PRACTICE_SEED } from './oracle.ts';
import { startProgress } from './progress.ts';
import { chooseSeed } from './seed.ts';
import { type Illustrated, prepareOutputs, readWriting, type Timing, writeOutputs } from './write-outputs.ts';

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
  const { compareWithEdition } = await loadChangedFiles();
  return compareWithEdition(submission, outlines, kit);
}

/** Grades and writes the reports; returns the exit code. */
export async function runGrade(
  names: readonly string[],
  options: GradeOptions,
  threads: readonly WorkerHandle[],
): Promise<number> {
  const writing = readWriting(options);
  if (options.submission === '') throw new UsageError('--submission names no folder; give one, or leave it out');
  const { seed, withholding } = await chooseSeed(options);
  checkSeed(seed);
  const exercises = chooseExercises(names, outlines);
  const progress = startProgress(process.stderr);
  const timings: Timing[] = [];
  const started = performance.now();
  const found = await findSubmission(options.submission ?? OWN_EXERCISES, outlines);
  const changed = options.changedFiles && (await findChanged(options.submission, readVersion()));
  const submission = { ...found, ...(changed && { changed }) };
  const grader = new Grader(threads);
  let report: Report;
  let illustrations: Illustrated;
  try {
    const grading = grader.grade({
      submission,
      exercises,
      seed,
      kit: readVersion(),
      onProgress: progress.show,
      onTiming: (part, milliseconds) => timings.push({ part, milliseconds }),
    });
    const [graded] = await Promise.all([grading, prepareOutputs(writing)]);
    report = withhold(graded, withholding);
    if (writing.outputs.some(({ reporter }) => reporter === 'html')) {
      const graded = performance.now();
      const { illustrate } = await loadReportPage();
      const drawn = report.withheld === undefined ? seed : PRACTICE_SEED;
      [illustrations] = await Promise.allSettled([illustrate(grader, submission, exercises, drawn)]);
      timings.push({ part: 'pictures', milliseconds: performance.now() - graded });
    }
  } finally {
    progress.clear();
    // The threads end while the report is written.
    void grader.end();
  }
  timings.push({ part: 'all', milliseconds: performance.now() - started });

  // Under a secret seed, --seed was not given: what is typed again grades with the default one.
  await writeOutputs(writing, report, { command: commandFor(options), illustrations, timings });
  return verdictOf(report, options.failUnder);
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
