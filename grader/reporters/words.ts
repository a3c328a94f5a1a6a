import { basename } from 'node:path/posix';
import type { CheckReport, ExerciseReport, Report } from '../model/report.ts';
import { count } from '../model/text.ts';

// What every report for people says in the same words, however it looks.

export const ALL_PASSES = 'Everything passes. Well done!';
export const DOES_NOT_LOAD = 'does not load';
export const NOT_STARTED = 'not started';
/** What is said on top of a report from which something is withheld. */
export const WITHHELD: { readonly [what in NonNullable<Report['withheld']>]: string } = {
  answers: 'What your code printed and answered is withheld by the instructor.',
  inputs: 'Inputs, and what your code made of them, are withheld by the instructor.',
};
const NO_COST = 'which costs no points';
const GRADER_ERROR = `could not be graded, ${NO_COST}`;

const STATES = [
  ['error', 'not graded'],
  ['wrong', 'wrong'],
  ['stopped', 'did not finish'],
  ['not-started', NOT_STARTED],
  ['waiting', 'waiting'],
] as const;

/** What became of a function. */
export type State = (typeof STATES)[number][0] | 'passed';

/** The checks of one function, in the order in which they count. */
export interface FunctionReport {
  readonly name: string;
  readonly checks: readonly CheckReport[];
  /** The first check that says what to do. */
  readonly first: CheckReport | undefined;
}

/** An exercise's functions, in the order of their first checks. */
export function functionsOf({ checks }: ExerciseReport): FunctionReport[] {
  return [...new Set(checks.map((check) => check.function))].map((name) => {
    const own = checks.filter((check) => check.function === name);
    return { name, checks: own, first: own.find(needsWork) };
  });
}

/** Whether a check was run, or should have been, and did not pass. */
export function needsWork({ status }: CheckReport): boolean {
  return status === 'failed' || status === 'grader-error' || isStop(status);
}

/** Whether a check ended because a limit was used up. */
export function isStop(status: CheckReport['status']): boolean {
  return status.startsWith('out-of-');
}

/** What became of a function, from its checks. */
export function stateOf({ checks, first }: FunctionReport): State {
  if (first !== undefined) return first.status === 'failed' ? 'wrong' : isStop(first.status) ? 'stopped' : 'error';
  if (checks.some(({ status }) => status === 'not-started')) return 'not-started';
  return checks.some(({ status }) => status === 'skipped') ? 'waiting' : 'passed';
}

/** What is to do in an exercise, counted in functions; what takes more than `room` is left out from its end. */
export function describeState(exercise: ExerciseReport, room = Number.POSITIVE_INFINITY): string {
  const { status, message } = exercise;
  if (status === 'passed') return '';
  if (status === 'broken') return DOES_NOT_LOAD;
  if (status === 'not-started') return message === undefined ? NOT_STARTED : 'not found';
  const states = functionsOf(exercise).map(stateOf);
  const parts = STATES.flatMap(([state, words]) => {
    const amount = states.filter((other) => other === state).length;
    return amount === 0 ? [] : [`${amount} ${words}`];
  });
  while (parts.length > 1 && parts.join(', ').length > room) parts.pop();
  return parts.join(', ');
}

/** Whether there is a text. */
export function isSaid(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

/** Why a function's checks wait. */
export function whyWaiting(checks: readonly CheckReport[]): string {
  return checks.find(({ status }) => status === 'skipped')?.message ?? 'on another function';
}

/** What there is to say about a check that needs work, in this order; nothing where there is nothing. */
export interface Failure {
  /** What is wrong, after the function's name. */
  readonly says: string;
  /** Which law it was about, where `says` does not. */
  readonly during: string | undefined;
  readonly message: string | undefined;
  readonly values: readonly { readonly label: 'smallest' | 'input' | 'expected' | 'yours'; readonly value: string }[];
  readonly hint: string | undefined;
  readonly place: string | undefined;
  readonly search: string | undefined;
}

/** A check that needs work, in words. */
export function describeFailure(check: CheckReport): Failure {
  const { status, title, message, counterexample, expected, actual, tolerance, hint, search, location } = check;
  const isFailure = status === 'failed';
  const isMade = search?.includes('made smaller') ?? false;
  const values = [
    { label: isMade ? 'smallest' : 'input', value: counterexample },
    { label: 'expected', value: expected && (tolerance ? `${expected}  (${tolerance})` : expected) },
    { label: 'yours', value: actual },
  ] as const;
  return {
    says: isFailure ? title : status === 'grader-error' ? GRADER_ERROR : (message ?? status),
    during: isFailure ? undefined : `while checking that it ${title}`,
    message: isStop(status) || repeatsValues(check) ? undefined : message,
    values: values.flatMap(({ label, value }) => (value === undefined ? [] : [{ label, value }])),
    hint,
    place: placeOf(location),
    search: isFailure ? search : undefined,
  };
}

/** Whether a message says only what the expected and the actual value say as well. */
function repeatsValues({ function: name, message, actual }: CheckReport): boolean {
  if (message === undefined || actual === undefined) return false;
  return message === `${name} gives another value` || message.endsWith(actual);
}

/** Why a report is no grade; nothing when it is one. */
export function whyNoGrade({ exercises }: Report): string | undefined {
  const checks = exercises.flatMap((exercise) => exercise.checks);
  const faults = checks.filter(({ status }) => status === 'grader-error');
  if (faults.length > 0) return `${count(faults.length, 'check')} could not be graded`;
  return checks.length === 0 ? 'nothing was graded' : undefined;
}

/** What a student is told of a report that is no grade. */
export function describeNoGrade(report: Report): string | undefined {
  const reason = whyNoGrade(report);
  return reason && `${reason}, ${NO_COST}`;
}

/** "core 45/100   extension 0/60". */
export function totalsOf({ core, extension }: Report): string {
  const parts = [
    ...(core.maxScore > 0 ? [`core ${core.score}/${core.maxScore}`] : []),
    ...(extension.maxScore > 0 ? [`extension ${extension.score}/${extension.maxScore}`] : []),
  ];
  return parts.join('   ');
}

/** "planar.ts:31". */
export function placeOf(location: CheckReport['location']): string | undefined {
  return location && `${basename(location.file)}:${location.line}`;
}

/** The file to open for an exercise. */
export function placeToWork({ submission }: Report, { id, file }: ExerciseReport): string {
  return submission === 'exercises' ? `exercises/${id}/${file}` : `${id}/${file}`;
}

/** An exercise's number as a student types it: "4" of "04-planar-log-det". */
export function numberOf({ id }: Pick<ExerciseReport, 'id'>): string {
  return /^0*(\d+)/.exec(id)?.[1] ?? id;
}

/** "3 files of the kit were changed: LICENSE (deleted), …"; empty when there is nothing to say. */
export function describeChanged({ changed }: Report): string {
  if (changed === undefined || changed.files.length === 0) return '';
  const { files, more } = changed;
  const all = files.length + more;
  const names = [...files.map(({ path, how }) => `${path} (${how})`), ...(more === 0 ? [] : [`and ${more} more`])];
  return `${count(all, 'file')} of the kit ${all === 1 ? 'was' : 'were'} changed: ${names.join(', ')}`;
}
