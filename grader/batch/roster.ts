import { clean } from '../model/text.ts';
import { nameOfPath, UsageError } from '../model/usage-error.ts';
import { isBlank, readTable, type TableRecord } from './table.ts';

/** The students of a class. */
export interface Roster {
  /** In the order of the file. */
  readonly lines: readonly RosterLine[];
  /**
   * The line of a student, by id, else by the further identities, else by name; `several` when that is not decided.
   *
   * Ids and identities are compared without regard to case, names exactly, but in either order: "Doe, Jane" is
   * "Jane Doe", and so is "doejane", as Canvas calls her files.
   */
  find(student: StudentClues): RosterLine | 'several' | undefined;
}

export interface RosterLine {
  readonly id: string;
  /** Empty when it is not known. */
  readonly name: string;
  /** Whatever else the student is known by: e-mail address, login, ids in other systems. */
  readonly identities: readonly string[];
}

/** What a submission says of its student. */
export interface StudentClues {
  readonly id: string;
  readonly name?: string | undefined;
  readonly email?: string | undefined;
}

// Columns as `columnKey` shows them, the best first.
const IDS = [
  ...['id', 'studentid', 'sid', 'identifier', 'identifikator', 'identifiant', 'identificador', 'rosteridentifier'],
  ...['studentnumber', 'studentno', 'matriculationnumber', 'matrikelnummer', 'matrikelnr', 'number', 'idnumber'],
  ...['orgdefinedid', 'sisuserid', 'sisid', 'userid'],
];
const NAMES = [
  ...['name', 'fullname', 'studentname', 'displayname', 'student', 'vollstandigername', 'nomcomplet'],
  ...['nombrecompleto'],
];
const FIRST_NAMES = ['firstname', 'givenname', 'first', 'vorname', 'prenom', 'nombre'];
const LAST_NAMES = ['lastname', 'surname', 'familyname', 'last', 'nachname', 'nom', 'apellidos', 'apellido'];
const IDENTITIES = new Set([
  ...IDS,
  ...['email', 'emailaddress', 'mail', 'emailadresse', 'adressedecourriel', 'courriel', 'direcciondecorreo', 'correo'],
  ...['correoelectronico', 'login', 'loginid', 'username', 'user', 'netid', 'benutzername', 'anmeldename', 'kennung'],
  ...['sisloginid', 'integrationid', 'github', 'githubusername', 'githublogin', 'githubid', 'gitlabusername'],
]);

const EXAMPLE = 'the columns, e.g. id,name,email';

/**
 * Reads the list of a class from CSV: a header, and a line for each student.
 *
 * Columns are known by their names, wherever they are. A Canvas gradebook, a Moodle grading worksheet and a GitHub
 * Classroom roster are such lists, too.
 *
 * @throws UsageError without a header or a column of ids, for a student without an id, and for two with the same
 */
export function readRoster(text: string, fileName: string): Roster {
  const file = nameOfPath(fileName);
  const [header, ...records] = readTable(text, fileName).records.filter((record) => !isBlank(record));
  if (header === undefined) throw new UsageError(`${file} has no header; its first line must name ${EXAMPLE}`);
  const columns = readColumns(header, file);
  const lines: RosterLine[] = [];
  const seen = new Map<string, number>();
  for (const record of records) {
    const line = readLine(record, columns);
    if (line === undefined) continue;
    const where = `${file}, line ${record.line}`;
    if (line.id === '') {
      const whom = [line.name, ...line.identities, ...record.cells.map(({ value }) => value)].find(Boolean) ?? '';
      throw new UsageError(
        `${where}: ${quote(whom)} has no id; fill in the column ${columns.idName} or delete the line`,
      );
    }
    const before = seen.get(keyOf(line.id));
    if (before !== undefined) {
      const advice = 'give each student one line and an id of their own';
      throw new UsageError(`${where}: the id ${quote(line.id)} is on line ${before} already; ${advice}`);
    }
    seen.set(keyOf(line.id), record.line);
    lines.push(line);
  }
  return { lines, find: indexLines(lines) };
}

/** An id or another identity, for comparison. */
export function keyOf(identity: string): string {
  return identity.normalize('NFC').trim().toLowerCase();
}

/** A name in the order in which it is spoken, for comparison: "Doe, Jane" is "Jane Doe". */
export function nameKeyOf(name: string): string {
  const parts = tidy(name).split(/\s*,\s*/);
  return (parts.length === 2 ? `${parts[1]} ${parts[0]}` : parts.join(', ')).trim();
}

/** The name of a column, for comparison: without case, accents, spaces and punctuation. */
export function columnKeyOf(title: string): string {
  return title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** Whether a column, by `columnKeyOf`, holds ids, e-mail addresses, logins or the like. */
export function holdsIdentities(column: string): boolean {
  return IDENTITIES.has(column);
}

/** The value of a record's cell, empty when it is too short, without the `="…"` that spreadsheets are told of a text. */
export function valueAt(record: TableRecord, column: number | undefined): string {
  const value = tidy((column === undefined ? undefined : record.cells[column]?.value) ?? '');
  return /^=".*"$/.test(value) ? tidy(value.slice(2, -1).replaceAll('""', '"')) : value;
}

/** The number at the end of what Moodle calls a participant, e.g. of "Participant 123": the word depends on the site. */
export function participantNumber(identifier: string): string | undefined {
  return /^\D*?(\d+)$/.exec(identifier.trim())?.[1];
}

/** Text of a file in quotation marks, short and on one line. */
export function quote(text: string): string {
  return JSON.stringify(clean(text, 80));
}

interface Columns {
  readonly id: number;
  readonly idName: string;
  readonly name: number | undefined;
  readonly firstName: number | undefined;
  readonly lastName: number | undefined;
  readonly identities: readonly number[];
  readonly isCanvas: boolean;
  readonly isMoodle: boolean;
}

function readColumns(header: TableRecord, file: string): Columns {
  const titles = header.cells.map(({ value }) => value);
  const keys = titles.map(columnKeyOf);
  const find = (known: readonly string[]) => known.map((key) => keys.indexOf(key)).find((index) => index >= 0);
  const id = find(IDS);
  const [firstName, lastName, name] = [find(FIRST_NAMES), find(LAST_NAMES), find(NAMES)];
  if (id === undefined) {
    const where = `${file}, line ${header.line}`;
    const shown = titles.slice(0, 6).map(quote).join(', ') + (titles.length > 6 ? ', …' : '');
    if ((firstName ?? lastName ?? name) === undefined && !keys.some(holdsIdentities)) {
      throw new UsageError(`${where}: ${shown} is no header; the first line must name ${EXAMPLE}`);
    }
    const advice = 'call one of them "id", or export the list with its ids';
    throw new UsageError(`${where}: no column of ids among ${shown}; ${advice}`);
  }
  // Where first names have a column of their own and last names do not, those are under "Name".
  const nameIsLast = firstName !== undefined && lastName === undefined;
  return {
    id,
    idName: quote(titles[id] ?? ''),
    name: nameIsLast ? undefined : name,
    firstName,
    lastName: nameIsLast ? name : lastName,
    identities: keys.flatMap((key, index) => (index !== id && holdsIdentities(key) ? [index] : [])),
    isCanvas: (keys[0] === 'student' || keys[0] === 'lastname') && keys.includes('section'),
    isMoodle: titles.some((title) => /\((grade|bewertung|note|calificación)\)\s*$/iu.test(title.normalize('NFC'))),
  };
}

/** The student of a record; nothing for the records of a gradebook that are no students. */
function readLine(record: TableRecord, columns: Columns): RosterLine | undefined {
  const at = (column: number | undefined) => valueAt(record, column);
  const [id, first, last] = [at(columns.id), at(columns.firstName), at(columns.lastName)];
  const name = at(columns.name) || `${first} ${last}`.trim();
  if (columns.isCanvas && (id === '' || columnKeyOf(nameKeyOf(name)) === 'teststudent')) return undefined;
  const participant = columns.isMoodle || /\D\s\d+$/.test(id) ? participantNumber(id) : undefined;
  const known = new Map([[keyOf(id), id]]);
  for (const identity of [participant ?? '', ...columns.identities.map(at)]) {
    if (identity !== '' && !known.has(keyOf(identity))) known.set(keyOf(identity), identity);
  }
  return { id, name, identities: [...known.values()].slice(1) };
}

function indexLines(lines: readonly RosterLine[]): Roster['find'] {
  const [ids, identities, names, folded] = [new Index(), new Index(), new Index(), new Index()];
  for (const line of lines) {
    ids.add(keyOf(line.id), line);
    for (const identity of [line.id, ...line.identities]) identities.add(keyOf(identity), line);
    names.add(nameKeyOf(line.name), line);
    for (const name of foldName(line.name)) folded.add(name, line);
  }
  return ({ id, name = '', email = '' }) => {
    const asFile = fold(name) === name.normalize('NFC').trim() ? fold(name) : '';
    return (
      ids.find(keyOf(id)) ??
      identities.find(keyOf(id), keyOf(email)) ??
      names.find(nameKeyOf(name)) ??
      folded.find(asFile)
    );
  };
}

class Index {
  readonly #lines = new Map<string, Set<RosterLine>>();

  add(key: string, line: RosterLine): void {
    if (key === '') return;
    const lines = this.#lines.get(key);
    if (lines === undefined) this.#lines.set(key, new Set([line]));
    else lines.add(line);
  }

  find(...keys: readonly string[]): RosterLine | 'several' | undefined {
    const found = new Set(keys.flatMap((key) => [...(this.#lines.get(key) ?? [])]));
    return found.size > 1 ? 'several' : [...found][0];
  }
}

/** The names that Canvas may give the files of a student: last name first, but where it begins is not always known. */
function foldName(name: string): string[] {
  if (name.includes(',')) return [fold(name)];
  const words = tidy(name).split(' ');
  if (words.length === 1) return [fold(name)];
  return words.slice(1).map((_, index) => fold([...words.slice(index + 1), ...words.slice(0, index + 1)].join('')));
}

function fold(name: string): string {
  return name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}]/gu, '');
}

function tidy(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim();
}
