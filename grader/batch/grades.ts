import { stringify } from 'csv-stringify/sync';
import type { Row } from '../model/class.ts';
import { clean } from '../model/text.ts';

const STYLE = { record_delimiter: '\n', escape_formulas: true } as const;

/**
 * A class's grades as CSV: a line for each row, with the points of each exercise.
 *
 * Lines end in LF on every machine. No cell begins with what a spreadsheet takes for a formula.
 */
export function renderGrades(rows: readonly Row[], exercises: readonly string[]): string {
  const header = ['id', 'name', 'status', 'score', 'maxScore', 'core', 'extension', ...exercises, 'reason'];
  return stringify([header, ...rows.map((row) => cellsOf(row, exercises))], STYLE);
}

/** The same of the rows that a person should look at. */
export function renderReview(rows: readonly Row[], exercises: readonly string[]): string {
  return renderGrades(
    rows.filter(({ status }) => status !== 'graded'),
    exercises,
  );
}

/** Any list as CSV, with a header. */
export function renderList(header: readonly string[], lines: readonly (readonly string[])[]): string {
  return stringify([header, ...lines.map((line) => line.map(disarm))], STYLE);
}

function cellsOf({ id, name, status, reason, grade }: Row, exercises: readonly string[]): (string | number)[] {
  const points =
    grade === undefined
      ? ['', '', '', '', ...exercises.map(() => '')]
      : [
          grade.score,
          grade.maxScore,
          grade.core,
          grade.extension,
          ...exercises.map((exercise) => grade.exercises[exercise] ?? ''),
        ];
  return [disarm(id), disarm(name), status, ...points, disarm(reason)];
}

/**
 * A text on one line, without the formulas that csv-stringify does not see.
 *
 * Some spreadsheets pass over spaces before a formula, and where lists are separated by semicolons they begin a new cell
 * in the middle of ours.
 */
function disarm(text: string): string {
  return clean(text)
    .replaceAll('\n', ' ')
    .replace(/^\s+(?=[=+\-@＝＋－＠])/, '')
    .replace(/[;\t](?=[\s"']*[=+\-@＝＋－＠])/g, "$&'");
}
