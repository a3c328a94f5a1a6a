import { join } from 'node:path/posix';
import type { CheckReport, ExerciseReport, Report } from '../model/report.ts';
import { count, cutMiddle, MAX_FIELD } from '../model/text.ts';
import { forTerminal } from './escape.ts';
import {
  DOES_NOT_LOAD,
  describeFailure,
  describeNoGrade,
  isSaid,
  NOT_STARTED,
  needsWork,
  numberOf,
  totalsOf,
} from './words.ts';

// What the formats of other services have in common: a flat list of what was tested, with plain text for each.

/** A check, as a service that knows nothing of this kit lists a test. */
export interface Result {
  /** "logDetJacobian agrees with log |det J| of your own forward"; no two of an exercise are the same. */
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'waiting' | 'ungraded';
  /** What a failure is called: the check's status, or `broken`. */
  readonly kind: CheckReport['status'] | 'broken';
  readonly score: number;
  readonly maxScore: number;
  /** Plain lines on what is to do; empty when it passed. */
  readonly text: string;
  /** The text in one line. */
  readonly summary: string;
  /** Where an error was thrown, when one was. */
  readonly location: CheckReport['location'];
}

/** Longest name, in characters. */
const MAX_NAME = 300;

/** An exercise's checks in order; when its file does not load, the first of them says so and the others wait. */
export function resultsOf(exercise: ExerciseReport): Result[] {
  const names = new Set<string>();
  return exercise.checks.map((check, index) => {
    const { score, maxScore } = check;
    const name = addName(labelOf(`${check.function} ${check.title}`), names);
    if (index === 0 && exercise.status === 'broken') {
      const text = explainBroken(exercise);
      const { location } = exercise;
      return { name, outcome: 'failed', kind: 'broken', score, maxScore, text, summary: labelOf(text), location };
    }
    const { status: kind, location } = check;
    return { name, outcome: outcomeOf(check), kind, score, maxScore, ...explain(check, exercise), location };
  });
}

/** A check in a list that has no exercises: its name begins with the exercise's number. */
export interface ListedResult extends Result {
  readonly exercise: string;
}

/** All of a report's checks in one list. */
export function listResults({ exercises }: Report): ListedResult[] {
  return exercises.flatMap((exercise) => {
    const number = labelOf(numberOf(exercise));
    return resultsOf(exercise).map((result) => ({
      ...result,
      exercise: labelOf(exercise.id),
      name: `${number} · ${result.name}`,
    }));
  });
}

/** A report's points in a few lines, and why they are no grade when they are none. */
export function describePoints(report: Report): string {
  const points = `${report.score} of ${count(report.maxScore, 'point')}`;
  return [describeNoGrade(report), points, totalsOf(report)].filter(isSaid).join('\n');
}

/** What the student's code printed, each line with its exercise's number. */
export function describeConsoles({ exercises }: Report): string {
  const lines = exercises.flatMap((exercise) =>
    (exercise.console ?? []).map((line) => `${labelOf(numberOf(exercise))} printed: ${plain(line)}`),
  );
  return lines.join('\n');
}

/** One line of text that fits into a list. */
export function labelOf(text: string): string {
  const line = forTerminal(cutMiddle(text, MAX_NAME)).replaceAll(/\s*\n\s*/g, ' ');
  // Some readers choke on a test without a name.
  return line.trim() || '–';
}

/** A text of a report in plain lines. */
export function plain(text: string): string {
  return forTerminal(cutMiddle(text, MAX_FIELD));
}

/**
 * The student's file as its repository names it.
 *
 * @param folder  the exercises' folder in the repository
 */
export function pathOf(exercise: ExerciseReport, location: CheckReport['location'], folder: string): string {
  return labelOf(join(folder, location?.file ?? `${exercise.id}/${exercise.file}`).replace(/^\/+/, ''));
}

/** Why a file does not load. */
export function explainBroken({ message }: ExerciseReport): string {
  return plain(message || DOES_NOT_LOAD);
}

/** The name, numbered when there is one like it already: some services show only the first. */
function addName(name: string, names: Set<string>): string {
  let own = name;
  for (let number = 2; names.has(own); number += 1) own = `${name} #${number}`;
  names.add(own);
  return own;
}

function outcomeOf(check: CheckReport): Result['outcome'] {
  if (check.status === 'passed') return 'passed';
  if (check.status === 'grader-error') return 'ungraded';
  return needsWork(check) ? 'failed' : 'waiting';
}

function explain(check: CheckReport, exercise: ExerciseReport): Pick<Result, 'text' | 'summary'> {
  if (check.status === 'passed') return { text: '', summary: '' };
  if (!needsWork(check)) {
    // Of a file that was not found, the exercise says so.
    const reason = check.status === 'skipped' ? check.message : (exercise.message ?? check.message);
    const text = plain(reason || (check.status === 'skipped' ? 'waits on another check' : NOT_STARTED));
    return { text, summary: labelOf(text) };
  }
  const { says, message, values, hint, place, search } = describeFailure(check);
  const verdict = check.status === 'failed' ? undefined : says;
  const rows = values.map(({ label, value }) => `${label.padEnd(8)}  ${plain(value)}`);
  const lines = [verdict, message, ...rows, hint, place, search].filter(isSaid);
  const comparison = values.filter(({ label }) => label === 'expected' || label === 'yours');
  const short = verdict ?? message ?? comparison.map(({ label, value }) => `${label} ${value}`).join(', ');
  return { text: lines.map(plain).join('\n') || labelOf(says), summary: labelOf(short || says) };
}
