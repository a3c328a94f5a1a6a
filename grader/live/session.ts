import { assembleReport, type Grader } from '../engine/grade.ts';
import type { Submission } from '../engine/submission.ts';
import type { Exercise } from '../model/exercise.ts';
import type { ExerciseReport, Report } from '../model/report.ts';

/** What a session tells. */
export interface SessionListener {
  /** These are being graded now. */
  onGrading(ids: readonly string[]): void;
  /** Everything that was started together has a verdict. */
  onVerdict(): void;
  /** The grader itself cannot work. */
  onFault(error: unknown): void;
}

/** How long a run that nobody waits for any more may go on: most end by themselves, sooner than a thread starts anew. */
const GRACE = 400;

/** What was started together: by a save, or by asking for all again. */
interface Batch {
  readonly open: Set<string>;
}

interface Run {
  readonly exercise: Exercise;
  readonly batch: Batch;
  /** Whether somebody has just saved it, and is waiting. */
  readonly isUrgent: boolean;
  readonly controller: AbortController;
  /** Whether there is a newer save, so that nobody is to hear of this one. */
  isStale: boolean;
}

/** The verdicts on a submission that changes; of each file the newest is graded, and an older verdict is never told. */
export class Session {
  readonly #grader: Grader;
  readonly #jobs: number;
  readonly #kit: { readonly seed: string; readonly kit: string };
  readonly #listener: SessionListener;
  readonly #runs = new Map<string, Run>();
  readonly #reports = new Map<string, ExerciseReport>();
  readonly #waiting: Run[] = [];
  readonly #active = new Set<Run>();
  #exercises: readonly Exercise[];
  #submission: Submission | undefined;
  #isEnded = false;

  /** @param jobs  how many files to grade at a time; one more thread than these answers a save at once */
  constructor(
    grader: Grader,
    jobs: number,
    exercises: readonly Exercise[],
    kit: { readonly seed: string; readonly kit: string },
    listener: SessionListener,
  ) {
    this.#grader = grader;
    this.#jobs = jobs;
    this.#exercises = exercises;
    this.#kit = kit;
    this.#listener = listener;
  }

  get exercises(): readonly Exercise[] {
    return this.#exercises;
  }

  /** What was saved last; nothing before anything was read. */
  get submission(): Submission | undefined {
    return this.#submission;
  }

  /** Ids of the exercises that are being graded, in the order of the course. */
  get grading(): string[] {
    return this.#exercises.flatMap(({ id }) => (this.#runs.has(id) ? [id] : []));
  }

  /** The newest verdicts; of an exercise that has none yet, nothing. */
  get report(): Report {
    const { label, ignored } = this.#submission ?? { label: '', ignored: [] };
    const reports = this.#exercises.flatMap(({ id }) => this.#reports.get(id) ?? []);
    return assembleReport({ label, ignored }, reports, this.#kit.seed, this.#kit.kit);
  }

  /** Takes over what was saved, and grades the changed ones that are watched; the first time, all. */
  update(submission: Submission, changed: readonly string[]): void {
    const isFirst = this.#submission === undefined;
    this.#submission = submission;
    for (const id of changed) if (!isFirst) this.#reports.delete(id);
    this.#grade(
      this.#exercises.filter(({ id }) => isFirst || changed.includes(id)),
      !isFirst,
    );
  }

  /** Watches these from now on, and grades them. */
  watch(exercises: readonly Exercise[]): void {
    this.#exercises = exercises;
    for (const id of [...this.#runs.keys()]) if (!exercises.some((exercise) => exercise.id === id)) this.#giveUp(id);
    this.#grade(exercises, exercises.length === 1);
  }

  end(): void {
    this.#isEnded = true;
    for (const id of [...this.#runs.keys()]) this.#giveUp(id);
  }

  #grade(exercises: readonly Exercise[], isUrgent: boolean): void {
    if (exercises.length === 0 || this.#submission === undefined) return;
    const batch: Batch = { open: new Set(exercises.map(({ id }) => id)) };
    for (const { id } of exercises) this.#giveUp(id);
    const runs = exercises.map(
      (exercise): Run => ({ exercise, batch, isUrgent, controller: new AbortController(), isStale: false }),
    );
    for (const run of runs) this.#runs.set(run.exercise.id, run);
    if (isUrgent) this.#waiting.unshift(...runs);
    else this.#waiting.push(...runs);
    this.#listener.onGrading(this.grading);
    this.#proceed();
  }

  #giveUp(id: string): void {
    const run = this.#runs.get(id);
    if (run === undefined) return;
    this.#runs.delete(id);
    run.batch.open.delete(id);
    run.isStale = true;
    const place = this.#waiting.indexOf(run);
    if (place >= 0) this.#waiting.splice(place, 1);
    this.#active.delete(run);
    if (this.#isEnded) run.controller.abort();
    else setTimeout(() => run.controller.abort(), GRACE).unref();
  }

  #proceed(): void {
    for (;;) {
      const [next] = this.#waiting;
      if (next === undefined || this.#active.size >= this.#jobs + (next.isUrgent ? 1 : 0)) return;
      this.#waiting.shift();
      this.#active.add(next);
      void this.#perform(next);
    }
  }

  async #perform(run: Run): Promise<void> {
    const { exercise, batch, controller } = run;
    const { id } = exercise;
    const { signal } = controller;
    const file = this.#submission?.files.get(id);
    try {
      const report = await this.#grader.gradeFile(exercise, file, this.#kit.seed, undefined, { signal });
      if (run.isStale) return;
      this.#runs.delete(id);
      this.#reports.set(id, report);
      batch.open.delete(id);
      if (batch.open.size === 0) this.#listener.onVerdict();
      else this.#listener.onGrading(this.grading);
    } catch (error) {
      if (!run.isStale && !this.#isEnded) this.#listener.onFault(error);
    } finally {
      this.#active.delete(run);
      this.#proceed();
    }
  }
}
