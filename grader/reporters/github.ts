import type { ExerciseReport, Report } from '../model/report.ts';
import { count, cutMiddle } from '../model/text.ts';
import { forCommand, forCommandProperty } from './escape.ts';
import { explainBroken, labelOf, pathOf, resultsOf } from './results.ts';
import { DOES_NOT_LOAD, describeNoGrade, functionsOf, isSaid, numberOf, totalsOf } from './words.ts';

/** How annotations are to be. */
export interface GithubOptions {
  /** The exercises' folder in the repository; the submission's unless told. */
  readonly folder?: string;
}

/** So many errors, and so many warnings, a step shows; the others stay in its log. */
export const MAX_ANNOTATIONS = 10;

/** Longest message, in characters; the runner cuts at 4,096. */
const MAX_MESSAGE = 4_000;

interface Annotation {
  readonly kind: 'error' | 'warning';
  readonly title: string;
  /** Points that it is about. */
  readonly worth: number;
  readonly exercise: ExerciseReport;
  readonly location: ExerciseReport['location'];
  readonly text: string;
}

/**
 * A report as annotations of GitHub Actions: an error for each function that is wrong and each file that does not load,
 * the one with the most points to win first, a warning for what the grader could not judge, and the total last.
 *
 * Source: GitHub's workflow commands and the runner that reads them.
 */
export function renderGithub(report: Report, { folder = report.submission }: GithubOptions = {}): string {
  const all = report.exercises.flatMap(annotationsOf).sort((one, other) => other.worth - one.worth);
  const shown = (['error', 'warning'] as const).flatMap((kind) =>
    all.filter((each) => each.kind === kind).slice(0, MAX_ANNOTATIONS),
  );
  const left = all.length - shown.length;
  const notes = [totalsOf(report), describeNoGrade(report), left === 0 ? undefined : `+${left} more in the report`];
  const lines = shown.map(({ kind, title, exercise, location, text }) =>
    command(
      kind,
      { file: pathOf(exercise, location, folder), line: location?.line, col: location?.column, title },
      text,
    ),
  );
  const title = `${report.score} of ${count(report.maxScore, 'point')}`;
  const message = notes.filter(isSaid).join(' · ');
  const total = command('notice', { title }, message || title);
  return [...lines, total].join('');
}

/** What there is to say about an exercise, once for each function. */
function annotationsOf(exercise: ExerciseReport): Annotation[] {
  const { status, title, location, maxScore } = exercise;
  const number = labelOf(numberOf(exercise));
  if (status === 'broken') {
    const text = explainBroken(exercise);
    const words = `${number} · ${labelOf(title)} ${DOES_NOT_LOAD} (0/${maxScore})`;
    return [{ kind: 'error', title: words, worth: maxScore, exercise, location, text }];
  }
  const results = new Map(resultsOf(exercise).map((result, index) => [exercise.checks[index], result]));
  return functionsOf(exercise).flatMap(({ name, checks, first }) => {
    const result = results.get(first);
    if (result === undefined) return [];
    const points = checks.reduce((sum, { score }) => sum + score, 0);
    const most = checks.reduce((sum, check) => sum + check.maxScore, 0);
    return [
      {
        kind: result.outcome === 'ungraded' ? 'warning' : 'error',
        title: `${number} · ${labelOf(name)} (${points}/${most})`,
        worth: most - points,
        exercise,
        location: result.location,
        text: `${result.name}\n${result.text}`,
      },
    ];
  });
}

function command(
  kind: Annotation['kind'] | 'notice',
  { title, ...place }: { readonly title: string; readonly [name: string]: string | number | undefined },
  message: string,
): string {
  const properties = Object.entries({ ...place, title: `flow-grade ${title}` })
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([key, value]) => `${key}=${forCommandProperty(String(value))}`);
  return `::${kind} ${properties.join(',')}::${forCommand(cutMiddle(message, MAX_MESSAGE))}\n`;
}
