import {
  type Bench,
  type Case,
  type Check,
  type CheckOutline,
  type Exercise,
  Failure,
  type Oracle,
} from '../model/exercise.ts';
import { hash, PRACTICE_SEED, Random, UnguessableBits } from '../model/random.ts';
import type { CheckReport, CheckStatus } from '../model/report.ts';
import { describeMissing, Missing, NotStarted, Stopped, type Subject } from '../model/subject.ts';
import { clean } from '../model/text.ts';

/** Fuel of a check that says nothing else, in polls; ten times what the solution needs, and usually far more. */
export const DEFAULT_FUEL = 4e6;

/** A subject whose fuel can be limited, as the sandbox's can. */
export interface Fuelled extends Subject {
  refuel(polls: number): void;
}

/** How to run an exercise's checks. */
export interface Run {
  readonly exercise: Exercise;
  readonly oracle: Oracle;
  readonly seed: string;
  /** A fresh machine with the student's module in it; each function's checks get one. */
  start(): Promise<Fuelled>;
  /** Verdicts that stand already, from a run that was cut off. */
  readonly earlier: readonly CheckReport[];
  /** Told before each check. */
  onStart(check: Check): void;
  /** Told each verdict as soon as it stands, with the fuel that the check took. */
  onVerdict(verdict: CheckReport, fuel: number): void;
}

/**
 * Runs the checks of one exercise: first every function's example, then, for the functions whose example passed, the rest.
 *
 * A function whose example fails, or which used up a limit, gets no further checks: its mistake counts once.
 */
export async function runExercise(run: Run): Promise<void> {
  const { exercise } = run;
  const verdicts = new Map(run.earlier.map((verdict) => [verdict.id, verdict]));
  const machines = new Map<string, Fuelled>();
  const known = new Map<string, Case[]>();
  const names = Object.keys(exercise.functions);
  const checksOf = (name: string) => exercise.checks.filter((check) => check.function === name);

  const settle = (verdict: CheckReport, fuel: number) => {
    verdicts.set(verdict.id, verdict);
    run.onVerdict(verdict, fuel);
  };
  const perform = async (check: Check) => {
    if (verdicts.has(check.id)) return;
    run.onStart(check);
    const machine = machines.get(check.function) ?? (await run.start());
    machines.set(check.function, machine);
    const before = machine.spent ?? 0;
    machine.refuel(check.fuel ?? DEFAULT_FUEL);
    const right = known.get(check.function) ?? [];
    known.set(check.function, right);
    const verdict = judge(run, check, machine, right);
    settle(verdict, (machine.spent ?? 0) - before);
  };

  for (const name of names) {
    const [example] = checksOf(name);
    if (example !== undefined) await perform(example);
  }
  const statusOf = (name: string): CheckStatus => verdicts.get(checksOf(name)[0]?.id ?? '')?.status ?? 'failed';
  for (const name of names) {
    const rest = checksOf(name).slice(1);
    for (const check of rest) {
      if (verdicts.has(check.id)) continue;
      const obstacle = obstacleFor(check, statusOf, verdicts, exercise);
      if (obstacle === undefined) await perform(check);
      else settle(report(check, obstacle.status, { message: obstacle.message }), 0);
    }
  }
}

/** Why a check is not run, if it is not. */
function obstacleFor(
  check: Check,
  statusOf: (name: string) => CheckStatus,
  verdicts: ReadonlyMap<string, CheckReport>,
  exercise: Exercise,
): { status: CheckStatus; message: string } | undefined {
  const own = statusOf(check.function);
  if (own === 'not-started') return { status: 'not-started', message: `${check.function} is not started yet` };
  if (own === 'grader-error')
    return { status: 'grader-error', message: 'the grader failed on an earlier check of this function' };
  const stopped = exercise.checks.find(
    (other) => other.function === check.function && verdicts.get(other.id)?.status.startsWith('out-of-'),
  );
  if (stopped !== undefined) {
    return { status: 'skipped', message: `not run, because ${check.function} used up a limit in an earlier check` };
  }
  if (own !== 'passed') return { status: 'skipped', message: `counts once ${check.function} matches its first check` };
  const awaited = check.needs?.find((name) => statusOf(name) !== 'passed');
  if (awaited !== undefined) return { status: 'skipped', message: `counts once ${awaited} matches its first check` };
  return undefined;
}

function judge(run: Run, check: Check, subject: Subject, known: Case[]): CheckReport {
  try {
    check.law(benchFor(run, check, subject, known));
    return report(check, 'passed');
  } catch (error) {
    if (error instanceof Failure) return reportFailure(run.exercise, check, error);
    if (error instanceof NotStarted)
      return report(check, 'not-started', { message: `${check.function} is not started yet` });
    if (error instanceof Missing) {
      const message = describeMissing(run.exercise.file, check.function);
      return report(check, 'failed', { message, hint: check.hint });
    }
    if (error instanceof Stopped) {
      const { status, message, location } = error;
      return report(check, status, {
        message,
        hint: STOP_HINTS[status],
        ...(location === undefined ? {} : { location }),
      });
    }
    const message = error instanceof Error ? error.message : String(error);
    return report(check, 'grader-error', { message: clean(message, 500) });
  }
}

/**
 * What a check works with; the random inputs depend on the seed and the check alone.
 *
 * Of another seed than the default one, which may be a secret, no input tells another.
 */
export function benchFor(
  { exercise, oracle, seed }: Pick<Run, 'exercise' | 'oracle' | 'seed'>,
  check: Check,
  subject: Subject,
  known: Case[] = [],
): Bench {
  const own = `${seed}/${check.id}`;
  const rest = { exercise, check, subject, oracle, known };
  if (seed === PRACTICE_SEED) return { ...rest, random: new Random(own), seed: hash(own) | 0 };
  return { ...rest, random: new Random(new UnguessableBits(own)), seed: new UnguessableBits(`${own}/properties`) };
}

const STOP_HINTS = {
  'out-of-fuel': 'Does every loop come to an end? Does the loop’s counter change?',
  'out-of-memory': 'Does an array grow without end, or a function call itself without end?',
  'out-of-time': 'One single operation takes far too long: is a huge array or string made?',
} as const;

function reportFailure(exercise: Exercise, check: Check, { finding }: Failure): CheckReport {
  const known = exercise.misconceptions.find(({ id }) => id === finding.misconception);
  if (finding.misconception !== undefined && known === undefined) {
    return report(check, 'grader-error', { message: `${exercise.id} lists no misconception ${finding.misconception}` });
  }
  const { location, ...texts } = finding;
  const cleaned = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, clean(text)]));
  return report(check, 'failed', {
    ...(cleaned as { message: string }),
    hint: known?.hint ?? check.hint,
    ...(location === undefined ? {} : { location }),
  });
}

function report(check: CheckOutline, status: CheckStatus, finding: Partial<CheckReport> = {}): CheckReport {
  const { id, title, kind, function: name, points } = check;
  return {
    id,
    title,
    kind,
    function: name,
    status,
    score: status === 'passed' ? points : 0,
    maxScore: points,
    ...finding,
  };
}

/** The report of a check that could not be run at all. */
export function reportUnrun(check: CheckOutline, status: CheckStatus, message: string): CheckReport {
  return report(check, status, { message });
}
