import { type CheckOutline, type Outline, pointsOf } from '../model/exercise.ts';
import type { Drawn, Figure } from '../model/figure.ts';
import type { CheckReport, ExerciseReport, Report } from '../model/report.ts';
import type { Location } from '../model/subject.ts';
import { type Compiled, compile } from '../sandbox/compile.ts';
import { Pool } from './pool.ts';
import type { Message } from './protocol.ts';
import { DEFAULT_FUEL, reportUnrun } from './run-exercise.ts';
import type { Submission, SubmittedFile } from './submission.ts';
import type { WorkerHandle } from './worker-handle.ts';

/** What keeps student code apart from everything else, in words for a report. */
const ISOLATION = 'QuickJS in WebAssembly';

/** How long student code may stand still before its thread is ended, in milliseconds: at first, and once it has been. */
const PATIENCE = { first: 8_000, later: 1_500 };

/** What to grade, and how. */
export interface Grading {
  readonly submission: Submission;
  readonly exercises: readonly Outline[];
  readonly seed: string;
  /** Version of the kit. */
  readonly kit: string;
  onProgress?(done: number, total: number, exerciseTitle: string): void;
  onTiming?(part: string, milliseconds: number): void;
}

/** Counts how often student code had to be ended because it stood still. */
export interface Stalls {
  count: number;
}

/** How the grading of one file is followed, and given up. */
export interface Following {
  /** Told when a thread has begun. */
  onStart?(): void;
  /** Once it is aborted, the grading rejects with its reason, and code that is running is ended with its thread. */
  readonly signal?: AbortSignal;
}

/** Worker threads that grade one file after the other. */
export class Grader {
  readonly #workers: readonly WorkerHandle[];
  readonly #threads: Pool<WorkerHandle>;

  constructor(workers: readonly WorkerHandle[]) {
    this.#workers = workers;
    this.#threads = new Pool(workers);
  }

  /** Grades one submission; rejects only when the grader itself cannot work on this machine. */
  async grade(grading: Grading): Promise<Report> {
    const { submission, exercises, seed, kit } = grading;
    const stalls: Stalls = { count: 0 };
    let done = 0;
    const grade = async (exercise: Outline): Promise<ExerciseReport> => {
      let started = performance.now();
      const report = await this.gradeFile(exercise, submission.files.get(exercise.id), seed, stalls, {
        onStart() {
          started = performance.now();
          grading.onProgress?.(done, exercises.length, exercise.title);
        },
      });
      done += 1;
      grading.onTiming?.(exercise.id, performance.now() - started);
      return report;
    };
    // The longest first, so that no thread is left alone with it at the end.
    const longestFirst = exercises.toSorted((a, b) => allowanceOf(b) - allowanceOf(a));
    const reports = new Map(longestFirst.map((exercise) => [exercise, grade(exercise)]));
    const inOrder = exercises.map((exercise) => reports.get(exercise) as Promise<ExerciseReport>);
    return assembleReport(submission, await Promise.all(inOrder), seed, kit);
  }

  /**
   * Grades one exercise as soon as a thread is free; rejects only when the grader itself cannot work on this machine.
   *
   * @param stalls  shared by files of one student: once code stood still, the rest is given less time to do so
   */
  async gradeFile(
    exercise: Outline,
    file: SubmittedFile | undefined,
    seed: string,
    stalls: Stalls = { count: 0 },
    { onStart, signal }: Following = {},
  ): Promise<ExerciseReport> {
    if (file === undefined || 'fault' in file) return reportMissing(exercise, file);
    // At once, whether a thread is free or not: the compiler takes half as long over files that come together.
    const compiled = await compile(`${exercise.id}/${exercise.file}`, file.bytes);
    if ('message' in compiled) return broken(exercise, `${exercise.file} ${compiled.message}`, compiled.location);
    return this.#threads.use((worker) => {
      signal?.throwIfAborted();
      onStart?.();
      return performChecks(exercise, compiled, seed, worker, stalls, signal);
    });
  }

  /** Draws the figures of one exercise as soon as a thread is free; each that cannot be drawn says why. */
  async drawFile(
    exercise: Outline,
    figures: readonly Pick<Figure, 'id' | 'title'>[],
    file: SubmittedFile | undefined,
    seed: string,
  ): Promise<Drawn[]> {
    return this.#threads.use((worker) => drawExercise(exercise, figures, file, seed, worker));
  }

  /** Ends the threads, whatever they are doing. */
  async end(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.end()));
  }
}

/** Fuel that an exercise's checks may take in all, in polls. */
function allowanceOf({ checks }: Outline): number {
  return checks.reduce((sum, { fuel = DEFAULT_FUEL }) => sum + fuel, 0);
}

/** The report on a submission, from those on its exercises in the order of the course. */
export function assembleReport(
  { label, ignored, changed }: Pick<Submission, 'label' | 'ignored' | 'changed'>,
  exercises: readonly ExerciseReport[],
  seed: string,
  kit: string,
): Report {
  const sum = (some: readonly ExerciseReport[]) => ({
    score: some.reduce((total, { score }) => total + score, 0),
    maxScore: some.reduce((total, { maxScore }) => total + maxScore, 0),
  });
  return {
    format: 'flow-grade-report/1',
    kit,
    seed,
    isolation: ISOLATION,
    submission: label,
    ...sum(exercises),
    core: sum(exercises.filter(({ core }) => core)),
    extension: sum(exercises.filter(({ core }) => !core)),
    ignored: [...ignored],
    ...(changed !== undefined && { changed }),
    exercises: [...exercises],
  };
}

/** The report on an exercise whose file is not there, or cannot be read. */
export function reportMissing(
  exercise: Outline,
  file: Extract<SubmittedFile, { fault: string }> | undefined,
): ExerciseReport {
  if (file !== undefined) return broken(exercise, `${exercise.file} ${file.fault}`);
  const message = `${exercise.id}/${exercise.file} was not found in the submission`;
  return assemble(
    exercise,
    exercise.checks.map((check) => reportUnrun(check, 'not-started', message)),
    { message },
  );
}

/** The report on an exercise that the grader itself could not judge. */
export function reportFault(exercise: Outline, message: string): ExerciseReport {
  return assemble(
    exercise,
    exercise.checks.map((check) => reportUnrun(check, 'grader-error', message)),
    {},
  );
}

async function performChecks(
  exercise: Outline,
  compiled: Compiled,
  seed: string,
  worker: WorkerHandle,
  stalls: Stalls,
  signal: AbortSignal | undefined,
): Promise<ExerciseReport> {
  // Checks at which the thread had to be ended: the others, whose verdicts went with it, run again and come out the same.
  const ended: CheckReport[] = [];
  let last: Message | undefined;
  let reached = 0;
  // Every round but the last ends one more function, so there are no more rounds than functions.
  for (;;) {
    const job = { task: 'grade', exercise: exercise.id, compiled, seed, earlier: ended } as const;
    // What was waited for once is waited for again.
    const patience = () => (stalls.count === 0 || worker.begun < reached ? PATIENCE.first : PATIENCE.later);
    const onMessage = (message: Message) => {
      last = message;
    };
    const ending = await worker.perform(job, patience, onMessage, signal);
    if (ending === 'done') break;
    const check = exercise.checks[worker.position];
    reached = Math.max(reached, worker.begun);
    await worker.end();
    if (ending === 'given-up') {
      // Warm again for whatever comes next, which hears why should it not start.
      worker.start().catch(() => {});
      throw signal?.reason;
    }
    if (ending === 'stalled') stalls.count += 1;
    if (check === undefined) {
      const how =
        ending === 'stalled' ? 'does not load: it did not come to an end' : 'ended the machine that loaded it';
      return broken(exercise, `${exercise.file} ${how}`);
    }
    ended.push(verdictOf(ending, check));
  }
  if (last?.type === 'broken') {
    return broken(exercise, `${exercise.file} ${last.message}`, last.location, last.console);
  }
  const graded = last?.type === 'graded' ? last : undefined;
  const verdicts = new Map([...ended, ...(graded?.verdicts ?? [])].map((verdict) => [verdict.id, verdict]));
  const inOrder = exercise.checks.map(
    (check) => verdicts.get(check.id) ?? reportUnrun(check, 'grader-error', 'the check was not run'),
  );
  return assemble(exercise, inOrder, {}, graded?.console, graded?.fuel);
}

async function drawExercise(
  exercise: Outline,
  figures: readonly Pick<Figure, 'id' | 'title'>[],
  file: SubmittedFile | undefined,
  seed: string,
  worker: WorkerHandle,
): Promise<Drawn[]> {
  const drawn = new Map<string, Drawn>();
  const settle = (missing: string) => figures.map(({ id, title }): Drawn => drawn.get(id) ?? { id, title, missing });
  if (file === undefined) return settle(`Not drawn yet: ${exercise.file} was not found.`);
  if ('fault' in file) return settle(`Not drawn: ${exercise.file} ${file.fault}.`);
  const compiled = await compile(`${exercise.id}/${exercise.file}`, file.bytes);
  if ('message' in compiled) return settle(`Not drawn: ${exercise.file} ${compiled.message}.`);
  let reason = 'Not drawn: your code had to be ended while another picture was drawn.';
  const onMessage = (message: Message) => {
    if (message.type === 'broken') reason = `Not drawn: ${exercise.file} ${message.message}.`;
    if (message.type === 'drawn') drawn.set(message.figure.id, message.figure);
  };
  const job = { task: 'draw', exercise: exercise.id, compiled, seed, earlier: [] } as const;
  const ending = await worker.perform(job, () => PATIENCE.later, onMessage);
  if (ending !== 'done') {
    await worker.end();
    reason = 'Not drawn: your code stood still, or ended its machine.';
  }
  return settle(reason);
}

function verdictOf(ending: 'stalled' | 'crashed', check: CheckOutline): CheckReport {
  return ending === 'stalled'
    ? reportUnrun(check, 'out-of-time', 'stood still in one single operation until it was ended')
    : reportUnrun(check, 'out-of-memory', 'ended the machine it ran in');
}

function broken(exercise: Outline, message: string, location?: Location, console?: readonly string[]): ExerciseReport {
  const checks = exercise.checks.map((check) =>
    reportUnrun(check, 'skipped', `not run, because ${exercise.file} does not load`),
  );
  return assemble(exercise, checks, { message, status: 'broken', ...(location && { location }) }, console);
}

function assemble(
  exercise: Outline,
  checks: readonly CheckReport[],
  rest: { status?: 'broken'; message?: string; location?: Location },
  console: readonly string[] = [],
  fuel = 0,
): ExerciseReport {
  const score = checks.reduce((sum, check) => sum + check.score, 0);
  const maxScore = pointsOf(exercise);
  const { id, file, title, core } = exercise;
  const { message, location } = rest;
  return {
    id,
    file,
    title,
    core,
    score,
    maxScore,
    status: rest.status ?? statusOf(checks, score, maxScore),
    ...(message === undefined ? {} : { message }),
    ...(location === undefined ? {} : { location }),
    ...(console.length === 0 ? {} : { console: [...console] }),
    fuel,
    checks: [...checks],
  };
}

function statusOf(checks: readonly CheckReport[], score: number, maxScore: number): ExerciseReport['status'] {
  if (checks.every(({ status }) => status === 'not-started')) return 'not-started';
  if (score === maxScore) return 'passed';
  return score === 0 ? 'failed' : 'partial';
}
