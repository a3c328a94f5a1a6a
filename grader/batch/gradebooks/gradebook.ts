import { clean, count } from '../../model/text.ts';
import { keyOf, nameKeyOf } from '../roster.ts';
import { changeCell, type Table, type TableRecord, writeTable } from '../table.ts';

/** A student's points, for a gradebook. */
export interface Graded {
  readonly id: string;
  /** Empty when it is not known. */
  readonly name: string;
  readonly email?: string | undefined;
  /** Whatever else the student is known by. */
  readonly identities?: readonly string[] | undefined;
  readonly score: number;
  readonly maxScore: number;
}

/** A gradebook with grades in it, ready to be imported where it was exported. */
export interface Filled {
  readonly text: string;
  /** How many grades are in it. */
  readonly filled: number;
  /** Ids of graded students for whom there is no row. */
  readonly unmatched: readonly string[];
  /** Grades that are not in it although there is a row. */
  readonly skipped: readonly Skipped[];
  /** What else a person should know, each a sentence. */
  readonly remarks: readonly string[];
}

export interface Skipped {
  /** Line of the gradebook; nothing when there are several. */
  readonly line: number | undefined;
  /** The student's, as it is in the grades. */
  readonly id: string;
  readonly reason: string;
}

/** A row of a gradebook that may be some student's. */
export interface StudentRow {
  readonly record: TableRecord;
  /** The student's ids and identities, those that decide first. */
  readonly identities: readonly (readonly string[])[];
  readonly name: string;
}

/** What becomes of a cell: its new value, or why it is left as it is. */
export type Entry = { readonly value: string } | { readonly reason: string };

/**
 * Writes grades into one column of a gradebook and leaves all else as it is.
 *
 * @param enter what to write for a grade into a row
 */
export function fillColumn(
  table: Table,
  rows: readonly StudentRow[],
  column: number,
  grades: readonly Graded[],
  enter: (row: StudentRow, grade: Graded) => Entry,
): Omit<Filled, 'remarks'> {
  const find = indexRows(rows);
  const found = grades.map((grade) => ({ grade, rows: find(grade) }));
  const takers = new Map<StudentRow, Graded[]>();
  for (const { grade, rows } of found) {
    const [row] = rows;
    if (row !== undefined && rows.length === 1) takers.set(row, [...(takers.get(row) ?? []), grade]);
  }
  const changed = new Map<TableRecord, TableRecord>();
  const unmatched: string[] = [];
  const skipped: Skipped[] = [];
  for (const { grade, rows } of found) {
    const [row] = rows;
    if (row === undefined) {
      unmatched.push(grade.id);
      continue;
    }
    const entry = decide(rows, takers.get(row) ?? [], () => {
      return row.record.cells[column] === undefined
        ? { reason: 'the row has no cell for the grade' }
        : enter(row, grade);
    });
    if ('value' in entry) changed.set(row.record, changeCell(row.record, column, entry.value));
    else skipped.push({ line: rows.length === 1 ? row.record.line : undefined, id: grade.id, reason: entry.reason });
  }
  const records = table.records.map((record) => changed.get(record) ?? record);
  return { text: writeTable({ ...table, records }), filled: changed.size, unmatched, skipped };
}

/** A sentence for each maximum of the grades that is not the gradebook's; scores are never scaled. */
export function remarkOnMaximum(what: string, maximum: number, grades: readonly Graded[]): string[] {
  const others = new Set(grades.map(({ maxScore }) => maxScore).filter((maxScore) => maxScore !== maximum));
  return [...others].map(
    (other) => `${what} is out of ${count(maximum, 'point')}, the grades are out of ${other}; nothing was scaled`,
  );
}

/** A number as gradebooks write it, with a point or a comma; nothing for other text. */
export function readNumber(text: string): number | undefined {
  const number = text.trim();
  return /^\d+([.,]\d+)?$/.test(number) ? Number(number.replace(',', '.')) : undefined;
}

function decide(rows: readonly StudentRow[], takers: readonly Graded[], enter: () => Entry): Entry {
  if (rows.length > 1) {
    const lines = rows.map(({ record }) => record.line);
    return {
      reason: `lines ${lines.slice(0, -1).join(', ')} and ${lines.at(-1)} may ${rows.length === 2 ? 'both' : 'all'} be meant`,
    };
  }
  if (takers.length > 1) {
    const ids = takers.map(({ id }) => clean(id, 80)).join(', ');
    return { reason: `${count(takers.length, 'submission')} have this row: ${ids}` };
  }
  return enter();
}

/** Finds the rows that may be a student's: one at best, none when nobody is like them. */
function indexRows(rows: readonly StudentRow[]): (grade: Graded) => readonly StudentRow[] {
  const depth = Math.max(0, ...rows.map(({ identities }) => identities.length));
  const byIdentity = Array.from({ length: depth }, (_, tier) =>
    groupRows(rows, ({ identities }) => (identities[tier] ?? []).map(keyOf)),
  );
  const byName = groupRows(rows, ({ name }) => [nameKeyOf(name)]);
  return ({ id, name, email = '', identities = [] }) => {
    // A student's own id decides before what else is known of them.
    const clues = [[keyOf(id)], [email, ...identities].map(keyOf)];
    const found = byIdentity
      .flatMap((tier) => clues.map((keys) => collect(tier, keys)))
      .filter((some) => some.length > 0);
    const named = byName.get(nameKeyOf(name)) ?? [];
    // The same number may be one student's id here and another's there; then the name says whose it is.
    const confirmed = found.find(([row, ...others]) => row !== undefined && others.length === 0 && named.includes(row));
    return confirmed ?? found[0] ?? named;
  };
}

function groupRows(
  rows: readonly StudentRow[],
  keysOf: (row: StudentRow) => readonly string[],
): ReadonlyMap<string, readonly StudentRow[]> {
  const groups = new Map<string, StudentRow[]>();
  for (const row of rows) {
    for (const key of new Set(keysOf(row))) {
      if (key !== '') groups.set(key, [...(groups.get(key) ?? []), row]);
    }
  }
  return groups;
}

function collect(groups: ReadonlyMap<string, readonly StudentRow[]>, keys: readonly string[]): StudentRow[] {
  return [...new Set(keys.flatMap((key) => groups.get(key) ?? []))];
}
