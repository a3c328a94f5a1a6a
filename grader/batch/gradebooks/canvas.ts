import { nameOfPath, UsageError } from '../../model/usage-error.ts';
import { quote, valueAt } from '../roster.ts';
import { isBlank, readTable, type TableRecord } from '../table.ts';
import {
  type Entry,
  type Filled,
  fillColumn,
  type Graded,
  readNumber,
  remarkOnMaximum,
  type StudentRow,
} from './gradebook.ts';

export interface CanvasOptions {
  /** The gradebook's, for messages. */
  readonly file: string;
  /** Title or number of the assignment, or both as in the header; when it is not given, the one it must be. */
  readonly assignment?: string | undefined;
}

/**
 * Fills an assignment's column of a gradebook that was exported from Canvas.
 *
 * Rows are found by Canvas ID, SIS User ID, SIS Login ID, then name, as Canvas itself does. The rest of the file stays as
 * it is: for Canvas a blank cell over a score is a change, too.
 *
 * @throws UsageError when it is no such gradebook, or the assignment is not clear
 */
export function fillCanvas(text: string, grades: readonly Graded[], options: CanvasOptions): Filled {
  const file = nameOfPath(options.file);
  const table = readTable(text, options.file);
  const [header, ...records] = table.records.filter((record) => !isBlank(record));
  const layout = readLayout(header, file);
  const points = records.find(isPoints);
  const assignment = chooseAssignment(layout.assignments, points, options.assignment, file);
  const rows = records.filter((record) => record !== points).map((record) => readRow(record, layout));
  const enter = ({ record }: StudentRow, { score }: Graded): Entry => {
    const before = valueAt(record, assignment.column).toUpperCase();
    if (before === 'EX') return { reason: 'excused in Canvas' };
    if (before === 'N/A') return { reason: 'the assignment is not assigned to this student' };
    return { value: String(score) };
  };
  const maximum = points === undefined ? undefined : readNumber(valueAt(points, assignment.column));
  const remarks = maximum === undefined ? [] : remarkOnMaximum(quote(assignment.header), maximum, grades);
  return { ...fillColumn(table, rows, assignment.column, grades, enter), remarks };
}

interface Layout {
  /** One column, or those of the last and the first name. */
  readonly names: readonly number[];
  /** Columns of the student's ids, those that decide first. */
  readonly ids: readonly number[];
  readonly assignments: readonly Assignment[];
}

interface Assignment {
  readonly column: number;
  /** "Title (1234)". */
  readonly header: string;
  readonly title: string;
  readonly number: string;
}

function readLayout(header: TableRecord | undefined, file: string): Layout {
  const titles = header?.cells.map((_, column) => valueAt(header, column)) ?? [];
  const names = /LastName/i.test(titles[0] ?? '') && /FirstName/i.test(titles[1] ?? '') ? [0, 1] : [0];
  const section = titles.findIndex((title) => title.includes('Section'));
  const isGradebook =
    (names.length === 2 || titles[0]?.includes('Student')) &&
    titles[names.length]?.includes('ID') &&
    section > names.length;
  if (!isGradebook || titles.length < 4) {
    throw new UsageError(
      `${file} is no Canvas gradebook: its first line must be Student, ID, …, Section and the assignments; export it \
under Grades and change nothing in it`,
    );
  }
  const further = ['SIS User ID', 'SIS Login ID'].map((title) => titles.indexOf(title));
  return {
    names,
    ids: [names.length, ...further.filter((column) => column >= 0)],
    assignments: titles.flatMap((title, column) => {
      const parts = /^(.*)\s\((\d+)\)$/s.exec(title);
      return parts === null || column <= section
        ? []
        : [{ column, header: title, title: parts[1] ?? '', number: parts[2] ?? '' }];
    }),
  };
}

/** Whether it is the record of the points that can be had, which has no ID and is indented. */
function isPoints(record: TableRecord): boolean {
  return /^\s*Points Possible\s*$/i.test(record.cells[0]?.value ?? '');
}

function readRow(record: TableRecord, { names, ids }: Layout): StudentRow {
  const [last = '', first] = names.map((column) => valueAt(record, column));
  return {
    record,
    identities: ids.map((column) => [valueAt(record, column)]),
    name: first === undefined ? last : `${first} ${last}`,
  };
}

function chooseAssignment(
  assignments: readonly Assignment[],
  points: TableRecord | undefined,
  asked: string | undefined,
  file: string,
): Assignment {
  const isReadOnly = ({ column }: Assignment) => points !== undefined && /^\(.*\)$/.test(valueAt(points, column));
  const open = assignments.filter((assignment) => !isReadOnly(assignment));
  const listed = open.map(({ header }) => quote(header)).join(', ');
  if (open.length === 0) {
    throw new UsageError(`${file} has no assignment that can be filled; publish it in Canvas and export again`);
  }
  if (asked === undefined) {
    const flows = open.filter(({ title }) => /flow/i.test(title));
    const [only, ...others] = open.length === 1 ? open : flows;
    if (only !== undefined && others.length === 0) return only;
    throw new UsageError(
      `${file} has ${open.length} assignments that can be filled: ${listed}; say which, by title or number`,
    );
  }
  const [chosen, ...others] = findAssignments(assignments, asked);
  if (chosen === undefined) throw new UsageError(`${file} has no assignment ${quote(asked)}; there are ${listed}`);
  if (others.length > 0) {
    const same = [chosen, ...others].map(({ header }) => quote(header)).join(', ');
    throw new UsageError(
      `${file} has ${others.length + 1} assignments ${quote(asked)}: ${same}; say which by its number`,
    );
  }
  if (isReadOnly(chosen)) throw new UsageError(`${file}: ${quote(chosen.header)} is read only; there are ${listed}`);
  return chosen;
}

/** By number, else as in the header, else by title, else by title in whatever case. */
function findAssignments(assignments: readonly Assignment[], asked: string): readonly Assignment[] {
  const wanted = asked.normalize('NFC').replace(/\s+/g, ' ').trim();
  const tests: ((assignment: Assignment) => boolean)[] = [
    ({ number }) => number === wanted,
    ({ header }) => header === wanted,
    ({ title }) => title === wanted,
    ({ title }) => title.toLowerCase() === wanted.toLowerCase(),
  ];
  return tests.map((test) => assignments.filter(test)).find((found) => found.length > 0) ?? [];
}
