import { nameOfPath, UsageError } from '../../model/usage-error.ts';
import { columnKeyOf, holdsIdentities, keyOf, participantNumber, quote, valueAt } from '../roster.ts';
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

export interface MoodleOptions {
  /** The worksheet's, for messages. */
  readonly file: string;
}

// Columns in English, German, French and Spanish, as `columnKeyOf` shows them.
const IDENTIFIER = ['identifier', 'identifikator', 'id', 'identifiant', 'identificador'];
const GRADE = ['grade', 'bewertung', 'note', 'calificacion'];
const GRADED_AT = [
  ...['lastmodifiedgrade', 'zuletztgeandertbewertung', 'dernieremodificationnote'],
  ...['ultimamodificacioncalificacion'],
];
const NAME = ['fullname', 'vollstandigername', 'nomcomplet', 'nombrecompleto'];
const GROUP = ['group', 'gruppe', 'groupe', 'grupo'];
const MAXIMUM = ['maximumgrade', 'bestwertung', 'notemaximale', 'calificacionmaxima'];
const SCALE = ['scale', 'skala', 'bewertungsskala', 'bareme', 'escala'];
const CAN_CHANGE = [
  ...['gradecanbechanged', 'bewertungkanngeandertwerden', 'lanotepeutetremodifiee'],
  ...['lacalificacionpuedesercambiada', 'calificacionpuedesercambiada'],
];
const NO = ['no', 'nein', 'non'];

/**
 * Fills the grades of a grading worksheet that was downloaded from a Moodle assignment.
 *
 * Rows are found by the participant's number, e-mail address or another identity, then name. The rest of the file stays
 * as it is, since Moodle passes over rows that changed otherwise without saying so.
 *
 * @throws UsageError when it is no such worksheet
 */
export function fillMoodle(text: string, grades: readonly Graded[], options: MoodleOptions): Filled {
  const table = readTable(text, options.file);
  const [header, ...records] = table.records.filter((record) => !isBlank(record));
  const columns = readColumns(header, nameOfPath(options.file));
  const rows = records.map((record) => readRow(record, columns));
  const enter = (row: StudentRow, grade: Graded): Entry => {
    const { record, name: shownName } = row;
    const { name, score } = grade;
    if (haveNothingInCommon(shownName, name) && !isKnownOtherwise(row, grade)) {
      return { reason: `the worksheet calls this participant ${quote(shownName)}, the submission ${quote(name)}` };
    }
    if (NO.includes(valueAt(record, columns.canChange).toLowerCase())) {
      return { reason: 'Moodle says that its grade cannot be changed' };
    }
    const shown = valueAt(record, columns.maximum);
    const maximum = readNumber(shown);
    if (maximum !== undefined && score > maximum) return { reason: `${score} is over the maximum grade, ${shown}` };
    return { value: writeLike(shown, score) };
  };
  const maxima = new Set(records.map((record) => readNumber(valueAt(record, columns.maximum))));
  const remarks = [...maxima].flatMap((maximum) =>
    maximum === undefined ? [] : remarkOnMaximum('the worksheet', maximum, grades),
  );
  return { ...fillColumn(table, rows, columns.grade, expandTeams(grades, rows, columns), enter), remarks };
}

/** A team's submission is known by the team's number, which is no participant's: its grade is every member's. */
function expandTeams(grades: readonly Graded[], rows: readonly StudentRow[], { group }: Columns): Graded[] {
  const members = new Map<string, StudentRow[]>();
  for (const row of group === undefined ? [] : rows) {
    const team = keyOf(valueAt(row.record, group));
    if (team !== '') members.set(team, [...(members.get(team) ?? []), row]);
  }
  return grades.flatMap((grade) => {
    const team = members.get(keyOf(grade.name));
    if (team === undefined) return [grade];
    const { score, maxScore } = grade;
    return team.map(({ name, identities }) => ({ id: identities[0]?.[0] ?? '', name, score, maxScore }));
  });
}

/** Whether two names share no word: a number that fits is then another's, such as a team's. */
function haveNothingInCommon(one: string, other: string): boolean {
  const words = (name: string) => keyOf(name).split(/[\s,_-]+/);
  return one.trim() !== '' && other.trim() !== '' && !words(one).some((word) => words(other).includes(word));
}

/** Whether more than a number says that a row is a student's. */
function isKnownOtherwise(
  { identities: [, further = []] }: StudentRow,
  { id, email = '', identities = [] }: Graded,
): boolean {
  const clues = [id, email, ...identities].map(keyOf);
  return further.some((identity) => identity !== '' && clues.includes(keyOf(identity)));
}

interface Columns {
  readonly identifier: number;
  readonly grade: number;
  readonly name: number | undefined;
  readonly maximum: number | undefined;
  readonly group: number | undefined;
  readonly canChange: number | undefined;
  /** E-mail address, login and whatever else the site shows of a student. */
  readonly identities: readonly number[];
}

function readColumns(header: TableRecord | undefined, file: string): Columns {
  const titles = header?.cells.map(({ value }) => value) ?? [];
  const keys = titles.map(columnKeyOf);
  const find = (known: readonly string[]) => known.map((key) => keys.indexOf(key)).find((index) => index >= 0);
  const [identifier, grade, gradedAt] = [find(IDENTIFIER), find(GRADE), find(GRADED_AT)];
  if (identifier === undefined || grade === undefined || gradedAt === undefined) {
    const looked = [
      ...(identifier === undefined ? ['Identifier'] : []),
      ...(grade === undefined ? ['Grade'] : []),
      ...(gradedAt === undefined ? ['Last modified (grade)'] : []),
    ];
    throw new UsageError(
      `${file} is no Moodle grading worksheet: it has no column ${looked.join(', ')} (nor that in German, French or \
Spanish); download it from the assignment, in one of these languages, and change nothing in it`,
    );
  }
  const scale = find(SCALE);
  if (scale !== undefined) {
    throw new UsageError(
      `${file} is graded by a scale (${quote(titles[scale] ?? '')}), not in points; change the grade type of the \
assignment to points`,
    );
  }
  return {
    identifier,
    grade,
    name: find(NAME),
    maximum: find(MAXIMUM),
    group: find(GROUP),
    canChange: find(CAN_CHANGE),
    identities: keys.flatMap((key, index) => (holdsIdentities(key) ? [index] : [])),
  };
}

function readRow(record: TableRecord, { identifier, identities, name }: Columns): StudentRow {
  const participant = valueAt(record, identifier);
  return {
    record,
    identities: [
      [participant, participantNumber(participant) ?? ''],
      identities.map((column) => valueAt(record, column)),
    ],
    name: valueAt(record, name),
  };
}

/** A score with the decimals of the maximum beside it: Moodle reads numbers as the site's language writes them. */
function writeLike(maximum: string, score: number): string {
  const [, mark = '.', places = ''] = /^\d+([.,])(\d+)$/.exec(maximum) ?? [];
  const needed = String(score).split('.')[1] ?? '';
  return score.toFixed(Math.max(places.length, needed.length)).replace('.', mark);
}
