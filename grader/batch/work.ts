import { assembleReport, reportMissing, type Stalls } from '../engine/grade.ts';
import type { SubmittedFile } from '../engine/submission.ts';
import { type Withholding, withhold } from '../engine/withhold.ts';
import type { Exercise } from '../model/exercise.ts';
import type { ExerciseReport, Report } from '../model/report.ts';
import { count } from '../model/text.ts';
import type { Entry } from './class-list.ts';
import { digestOf } from './fingerprint.ts';
import { openHandIn } from './hand-in.ts';
import type { Digest, Outcome, Store } from './store.ts';

/** A student's file, as it is handed to whatever grades it. */
export type Work = Extract<SubmittedFile, { bytes: Uint8Array }>;

/** Something that grades files: threads of this process, or workers elsewhere. */
export interface Hands {
  /** How many submissions to have under way at a time. */
  readonly reach: number;
  /**
   * Grades one file.
   *
   * @param digest  of all that the verdict depends on: the same work has the same
   * @param stalls  shared by one student's files
   */
  grade(exercise: Exercise, file: Work, digest: string, stalls: Stalls): Promise<ExerciseReport>;
}

/** How to work through a class. */
export interface Job {
  readonly entries: readonly Entry[];
  readonly exercises: readonly Exercise[];
  /** By exercise id. */
  readonly fingerprints: ReadonlyMap<string, string>;
  readonly seed: string;
  /** What the reports, which are for students, are not to tell. */
  readonly withholding: Withholding;
  readonly kit: string;
  readonly store: Store;
  readonly hands: Hands;
  /** The files of a report, by their ending. */
  readonly renderers: Readonly<Record<string, (report: Report) => string>>;
  /** Told each submission as soon as its results are written. */
  onDone(outcome: Outcome): void;
}

/** Verdicts on files of other submissions that are kept at hand: enough for stubs, which many hand in. */
const KEPT = 100;

/** Grades every submission that is not finished, several at a time, and stores each as soon as it is known. */
export async function workThrough(job: Job): Promise<void> {
  const { entries, hands } = job;
  const verdicts = new SharedVerdicts(hands);
  const queue = entries.values();
  let failed = false;
  const lane = async () => {
    for (const entry of queue) {
      if (failed) return;
      await settle(entry, job, verdicts)
        .then(job.onDone)
        .catch((error: unknown) => {
          failed = true;
          throw error;
        });
    }
  };
  const lanes = Array.from({ length: Math.min(hands.reach, entries.length) }, lane);
  // What is under way is finished and stored, whatever became of the others.
  const ends = await Promise.allSettled(lanes);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

async function settle(entry: Entry, job: Job, verdicts: SharedVerdicts): Promise<Outcome> {
  const { exercises, fingerprints, seed, withholding, kit, store } = job;
  const opened = await openHandIn(entry.content, entry.id, exercises, store.spool);
  const finish = async (inputs: string, outcome: Outcome, texts: Readonly<Record<string, string>> = {}) => {
    await store.finish(entry.key, inputs, outcome, texts);
    return outcome;
  };
  if ('unreadable' in opened) return finish('', { rejected: opened.unreadable });
  const { submission, remarks } = opened;
  if (submission.files.size === 0) return finish('', { ungraded: [...remarks], fault: false });

  const digests = new Map(
    exercises.map(({ id }) => {
      const file = submission.files.get(id);
      const content = file === undefined ? 'missing' : 'fault' in file ? file.fault : file.bytes;
      return [id, digestOf([fingerprints.get(id) ?? '', seed, kit, content])];
    }),
  );
  const withheld = Object.entries(withholding).flatMap(([what, isWithheld]) => (isWithheld ? [`without ${what}`] : []));
  const inputs = digestOf([submission.label, ...digests.values(), ...submission.ignored, '', ...remarks, ...withheld]);
  const stored = store.readOutcome(entry.key);
  if (stored?.inputs === inputs && store.hasReports(entry.key, stored.files)) return stored.outcome;

  const stalls: Stalls = { count: 0 };
  const before = store.readVerdicts(entry.key);
  const now: Record<string, ExerciseReport> = {};
  const reports = await Promise.all(
    exercises.map(async (exercise) => {
      const file = submission.files.get(exercise.id);
      if (file === undefined || 'fault' in file) return reportMissing(exercise, file);
      const digest = digests.get(exercise.id) ?? '';
      const verdict = before[digest] ?? (await verdicts.reach(exercise, file, digest, stalls));
      if (!isFaulty(verdict)) now[digest] = verdict;
      return verdict;
    }),
  );
  await store.writeVerdicts(entry.key, now);
  const faults = reports.flatMap(({ checks }) => checks.filter(({ status }) => status === 'grader-error'));
  if (faults.length > 0) {
    const why = `the grader itself failed in ${count(faults.length, 'check')}, the first is ${faults[0]?.id}; grade again`;
    return finish('', { ungraded: [why], fault: true });
  }
  const report = assembleReport(submission, reports, seed, kit);
  const shown = withhold(report, withholding);
  const texts = Object.entries(job.renderers).map(([ending, render]) => [ending, render(shown)]);
  return finish(inputs, { graded: digestReport(report), remarks: [...remarks] }, Object.fromEntries(texts));
}

/** Verdicts on files that several submissions may hold, each reached once. */
class SharedVerdicts {
  readonly #hands: Hands;
  /** The last that were asked for, the latest at the end. */
  readonly #known = new Map<string, Promise<ExerciseReport>>();

  constructor(hands: Hands) {
    this.#hands = hands;
  }

  /** The verdict on one file: as it was reached, or is being reached, for somebody else, or anew. */
  reach(exercise: Exercise, file: Work, digest: string, stalls: Stalls): Promise<ExerciseReport> {
    const known = this.#known.get(digest);
    const verdict = known ?? this.#hands.grade(exercise, file, digest, stalls);
    this.#known.delete(digest);
    this.#known.set(digest, verdict);
    if (known !== undefined) return verdict;
    const [oldest] = this.#known.keys();
    if (this.#known.size > KEPT && oldest !== undefined) this.#known.delete(oldest);
    const forget = () => this.#known.get(digest) === verdict && this.#known.delete(digest);
    verdict.then((report) => isFaulty(report) && forget(), forget);
    return verdict;
  }
}

/** Whether the grader itself failed in it. */
function isFaulty({ checks }: ExerciseReport): boolean {
  return checks.some(({ status }) => status === 'grader-error');
}

function digestReport({ score, maxScore, core, extension, exercises }: Report): Digest {
  const checks = exercises.flatMap((exercise) => exercise.checks);
  const isFailure = (status: string) => status === 'failed' || status.startsWith('out-of-');
  const known = exercises.flatMap(({ id, checks }) => checks.map(({ misconception }) => [id, misconception] as const));
  const pairs = new Map(known.flatMap(([id, name]) => (name === undefined ? [] : [[`${id} ${name}`, [id, name]]])));
  return {
    score,
    maxScore,
    core: core.score,
    extension: extension.score,
    exercises: Object.fromEntries(exercises.map(({ id, score, status }) => [id, { score, status }])),
    passed: checks.filter(({ status }) => status === 'passed').map(({ id }) => id),
    failed: checks.filter(({ status }) => isFailure(status)).map(({ id }) => id),
    misconceptions: [...pairs.values()] as [string, string][],
  };
}
