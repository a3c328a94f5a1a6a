import { CsvError, parse } from 'csv-parse/sync';
import { nameOfPath, UsageError } from '../model/usage-error.ts';

/** A CSV file that can be written back byte for byte. */
export interface Table {
  /** Whether it begins with a byte order mark. */
  readonly bom: boolean;
  readonly delimiter: Delimiter;
  readonly records: readonly TableRecord[];
}

export interface TableRecord {
  /** Line of the file on which it begins, from 1: a quoted cell may hold line breaks. */
  readonly line: number;
  readonly cells: readonly Cell[];
  /** Its line ending; empty for a last record without one. */
  readonly end: string;
}

export interface Cell {
  readonly value: string;
  readonly quoted: boolean;
  /** As it stands in the file. */
  readonly raw: string;
}

const DELIMITERS = [',', ';', '\t'] as const;

type Delimiter = (typeof DELIMITERS)[number];

/**
 * Text of a table's file, with the byte order mark when it has one.
 *
 * @throws UsageError for anything but UTF-8: what Excel calls "Unicode text" is UTF-16, and its plain CSV depends on the
 *   computer
 */
export function decodeTable(bytes: Uint8Array, name: string): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    // UTF-16 without a mark is valid UTF-8 as long as it is ASCII.
    if (!text.includes('\0')) return text;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  throw new UsageError(`${nameOfPath(name)} is not UTF-8 text; save it as "CSV UTF-8" and try again`);
}

/**
 * Reads a CSV text without losing anything of it; records may differ in length, and an empty line is one empty cell.
 *
 * The delimiter is the one that is most frequent in the first line that is not empty.
 *
 * @throws UsageError naming the line when quotation marks do not match
 */
export function readTable(text: string, name = 'the CSV file'): Table {
  const bom = text.startsWith('\ufeff');
  const body = bom ? text.slice(1) : text;
  const delimiter = recogniseDelimiter(body);
  const records: TableRecord[] = [];
  let cells: Cell[] = [];
  let [line, start, position] = [1, 0, 0];
  try {
    // The parser counts bytes. It is given the text with one ASCII character for each UTF-16 unit that means nothing to
    // it, so that its offsets are those of the text; its own raw text loses line feeds.
    parse(body.replace(/[^\t\n\r -~]/g, 'x'), {
      delimiter,
      relax_column_count: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      cast: (_, { bytes, quoting }) => {
        const raw = body.slice(position, bytes);
        cells.push({ value: quoting ? unquote(raw) : raw, quoted: quoting, raw });
        position = bytes + delimiter.length;
        return '';
      },
      on_record: (_, { bytes }) => {
        const end = body.slice(position - delimiter.length, bytes);
        records.push({ line, cells, end });
        line += countLines(body.slice(start, bytes));
        [cells, start, position] = [[], bytes, bytes];
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const at = line + countLines(body.slice(start, position));
    throw new UsageError(`${nameOfPath(name)}, line ${at}: ${describe(error, delimiter)}`);
  }
  return { bom, delimiter, records };
}

/** The text of a table; what was not changed since it was read has the same bytes. */
export function writeTable({ bom, delimiter, records }: Table): string {
  const lines = records.map(({ cells, end }) => cells.map(({ raw }) => raw).join(delimiter) + end);
  return (bom ? '\ufeff' : '') + lines.join('');
}

/** The record with another value in one cell, which stays quoted when it was and is when it must be. */
export function changeCell(record: TableRecord, column: number, value: string): TableRecord {
  const cell = record.cells[column];
  if (cell === undefined) throw new RangeError(`there is no column ${column} in line ${record.line}`);
  // An empty cell alone in the last line would be no line, and a byte order mark at the beginning no character.
  const lost = (value === '' && record.cells.length === 1) || value.startsWith('\ufeff');
  const quoted = cell.quoted || lost || /[",;\t\r\n]/.test(value);
  const raw = quoted ? `"${value.replaceAll('"', '""')}"` : value;
  return { ...record, cells: record.cells.with(column, { value, quoted, raw }) };
}

/** Whether there is nothing in any of its cells. */
export function isBlank(record: TableRecord): boolean {
  return record.cells.every(({ value }) => value.trim() === '');
}

function recogniseDelimiter(body: string): Delimiter {
  const counts = new Map<string, number>(DELIMITERS.map((delimiter) => [delimiter, 0]));
  let [quoted, begun] = [false, false];
  for (const character of body) {
    const isEnd = character === '\n' || character === '\r';
    if (character === '"') quoted = !quoted;
    else if (!quoted && isEnd && begun) break;
    else if (!quoted && counts.has(character)) counts.set(character, (counts.get(character) ?? 0) + 1);
    begun ||= !isEnd;
  }
  const most = Math.max(...counts.values());
  return DELIMITERS.find((delimiter) => counts.get(delimiter) === most) ?? ',';
}

function unquote(raw: string): string {
  return raw.slice(1, -1).replaceAll('""', '"');
}

function countLines(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}

function describe({ code }: CsvError, delimiter: Delimiter): string {
  switch (code as string) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quoted cell begins here and is never closed; close it with a quotation mark, or export the file again';
    case 'CSV_INVALID_CLOSING_QUOTE':
      return `a quoted cell is not followed by the delimiter ${JSON.stringify(delimiter === '\t' ? 'tab' : delimiter)}; \
write a quotation mark inside a cell twice, or export the file again`;
    case 'INVALID_OPENING_QUOTE':
      return 'a quotation mark inside a cell that does not begin with one; quote the whole cell and write the mark \
twice, or export the file again';
    default:
      return 'it is no valid CSV; export the file again';
  }
}
