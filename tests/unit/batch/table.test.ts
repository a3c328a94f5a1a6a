import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeCell, decodeTable, readTable, type Table, writeTable } from '#grader/batch/table.ts';
import { UsageError } from '#grader/model/usage-error.ts';

const values = (text: string) => readTable(text).records.map(({ cells }) => cells.map(({ value }) => value));
const refusal = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return undefined;
};
const change = (table: Table, row: number, column: number, value: string) =>
  writeTable({
    ...table,
    records: table.records.map((record, index) => (index === row ? changeCell(record, column, value) : record)),
  });

describe('reading', () => {
  it('tells values, quotes, line endings and lines', () => {
    const { bom, delimiter, records } = readTable('\ufeffid,name\r\n1,"Doe, ""J""\r\nJane"\n\n2,x\r3,');
    expect({ bom, delimiter }).toEqual({ bom: true, delimiter: ',' });
    expect(records).toEqual([
      {
        line: 1,
        cells: [
          { value: 'id', quoted: false, raw: 'id' },
          { value: 'name', quoted: false, raw: 'name' },
        ],
        end: '\r\n',
      },
      {
        line: 2,
        cells: [
          { value: '1', quoted: false, raw: '1' },
          { value: 'Doe, "J"\r\nJane', quoted: true, raw: '"Doe, ""J""\r\nJane"' },
        ],
        end: '\n',
      },
      { line: 4, cells: [{ value: '', quoted: false, raw: '' }], end: '\n' },
      {
        line: 5,
        cells: [
          { value: '2', quoted: false, raw: '2' },
          { value: 'x', quoted: false, raw: 'x' },
        ],
        end: '\r',
      },
      {
        line: 6,
        cells: [
          { value: '3', quoted: false, raw: '3' },
          { value: '', quoted: false, raw: '' },
        ],
        end: '',
      },
    ]);
  });

  it.each([
    ['a,b;c,d\n1;2;3;4;5;6', ','],
    ['a;b;c,d\n1,2,3,4,5', ';'],
    ['a\tb\n1,2', '\t'],
    ['"a,b,c";d\n', ';'],
    ['"a ""b,c,d""";e\n', ';'],
    ['"a\n,,,";d\n', ';'],
    ['\r\n\na;b\n', ';'],
    ['alone\n', ','],
    ['', ','],
  ] as const)('takes the delimiter from the header: %j', (text, delimiter) => {
    expect(readTable(text).delimiter).toBe(delimiter);
  });

  it('has no records when there is nothing', () => {
    expect(values('')).toEqual([]);
    expect(values('\ufeff')).toEqual([]);
    expect(writeTable(readTable('\ufeff'))).toBe('\ufeff');
  });

  it.each([
    ['a,b\r\n1,"x\r\ny"\r\n2,"open\r\n\r\n', 'marks.csv, line 4: a quoted cell begins here and is never closed'],
    ['a,b\n"x\r\ny",z"w\n', 'marks.csv, line 3: a quotation mark inside a cell that does not begin with one'],
    ['"open', 'marks.csv, line 1: a quoted cell begins here and is never closed'],
    ['a;b\n"x"y;2\n', 'marks.csv, line 2: a quoted cell is not followed by the delimiter ";"'],
    ['a,b\n"x" ,2\n', 'marks.csv, line 2: a quoted cell is not followed by the delimiter ","'],
    ['a\tb\n"x"y\t2\n', 'marks.csv, line 2: a quoted cell is not followed by the delimiter "tab"'],
    ['a,b\n"x"\0,2\n', 'marks.csv, line 2: a quoted cell is not followed by the delimiter ","'],
    ['a,b\n1,2\n3,x"y\n', 'marks.csv, line 3: a quotation mark inside a cell that does not begin with one'],
  ])('refuses %j', (text, message) => {
    expect(refusal(() => readTable(text, '/home/me/marks.csv'))).toContain(message);
  });
});

describe('decoding', () => {
  const bytes = (text: string, encoding: BufferEncoding) => Buffer.from(text, encoding);

  it('takes UTF-8 and keeps its mark', () => {
    expect(decodeTable(bytes('Jörg,😀\r\n', 'utf8'), 'a.csv')).toBe('Jörg,😀\r\n');
    expect(decodeTable(bytes('\ufeffJörg', 'utf8'), 'a.csv')).toBe('\ufeffJörg');
  });

  it.each([
    ['UTF-16 with a mark', bytes('\ufeffid,name\n', 'utf16le')],
    ['UTF-16 without one', bytes('id,name\n', 'utf16le')],
    ['Latin-1', bytes('id,Jörg\n', 'latin1')],
  ])('refuses %s', (_, wrong) => {
    expect(refusal(() => decodeTable(wrong, '/home/me/a.csv'))).toBe(
      'a.csv is not UTF-8 text; save it as "CSV UTF-8" and try again',
    );
  });
});

describe('changing a cell', () => {
  it.each([
    ['a,b\r\n1,2\r\n', '9', 'a,b\r\n1,9\r\n'],
    ['a,b\r\n1,"2"', '9', 'a,b\r\n1,"9"'],
    ['a;b\n1;2\n', '7,50', 'a;b\n1;"7,50"\n'],
    ['a,b\n1,2\n', 'say "x"\n', 'a,b\n1,"say ""x""\n"\n'],
    ['a,b\n1,2\n', '', 'a,b\n1,\n'],
  ])('%j', (text, value, expected) => {
    expect(change(readTable(text), 1, 1, value)).toBe(expected);
  });

  it('cannot be done to a cell that is not there', () => {
    const [record] = readTable('a,b').records;
    expect(() => changeCell(record as NonNullable<typeof record>, 2, 'x')).toThrow(RangeError);
  });
});

describe('any table', () => {
  const letter = fc.constantFrom('a', '1', 'ö', 'o\u0308', '😀', ' ', '=', '\ufeff', '\ud83d', '\0', '"', '\u2028');
  const plain = fc
    .string({ unit: letter, maxLength: 4 })
    .map((text) => text.replaceAll('"', ''))
    .map((text) => ({ raw: text, value: text, quoted: false }));
  const quoted = fc
    .string({ unit: fc.oneof(letter, fc.constantFrom(',', ';', '\t', '\n', '\r', '\r\n')), maxLength: 6 })
    .map((text) => ({ raw: `"${text.replaceAll('"', '""')}"`, value: text, quoted: true }));
  const cell = fc.oneof(plain, quoted);
  const end = fc.constantFrom('\n', '\r\n', '\r');
  const record = fc.record({ cells: fc.array(cell, { minLength: 1, maxLength: 4 }), end });
  const table = fc
    .record({
      bom: fc.boolean(),
      delimiter: fc.constantFrom(',', ';', '\t'),
      records: fc.array(record, { maxLength: 5 }),
      closed: fc.boolean(),
    })
    .map(({ bom, delimiter, records, closed }) => {
      // A header of three names settles the delimiter.
      const header = { cells: ['x', 'y', 'z'].map((raw) => ({ raw, value: raw, quoted: false })), end: '\n' };
      const all = [header, ...records].map((each, index, list) => {
        const last = index === list.length - 1;
        const empty = each.cells.length === 1 && each.cells[0]?.raw === '';
        return last && !closed && !empty ? { ...each, end: '' } : each;
      });
      // A line that ends in a lone CR and an empty line that ends in LF would be one line that ends in CRLF.
      const apart = all.map((each, index) => {
        const next = all[index + 1];
        const joins = each.end === '\r' && next?.cells.length === 1 && next.cells[0]?.raw === '' && next.end === '\n';
        return joins ? { ...each, end: '\n' } : each;
      });
      const text = apart.map(({ cells, end }) => cells.map(({ raw }) => raw).join(delimiter) + end).join('');
      return { bom, delimiter, records: apart, text: (bom ? '\ufeff' : '') + text };
    });

  it('is read as it was made', () => {
    fc.assert(
      fc.property(table, ({ text, bom, delimiter, records }) => {
        const read = readTable(text);
        expect({ ...read, records: read.records.map(({ cells, end }) => ({ cells, end })) }).toEqual({
          bom,
          delimiter,
          records,
        });
      }),
      { numRuns: 300 },
    );
  });

  it('is written back byte for byte', () => {
    fc.assert(
      fc.property(table, ({ text }) => {
        expect(writeTable(readTable(text))).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  it('is written back byte for byte, whatever text parses', () => {
    let parsed = 0;
    const unit = fc.constantFrom('a', 'é', '"', ',', ';', '\t', '\r', '\n', '\ufeff', '\0', '\udc00', '😀');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 12 }), (text) => {
        let read: Table;
        try {
          read = readTable(text);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
          return;
        }
        parsed += 1;
        expect(writeTable(read)).toBe(text);
      }),
      { numRuns: 1_000 },
    );
    expect(parsed).toBeGreaterThan(100);
  });

  it('has the values that csv-parse reads', () => {
    const unit = fc.constantFrom('a', 'é', '"', '""', ',', '\r\n', '\n', '😀');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 12 }), (tail) => {
        const text = `x,y,z\n${tail}`;
        let expected: string[][];
        try {
          expected = parse(text, { relax_column_count: true, record_delimiter: ['\r\n', '\n', '\r'] });
        } catch {
          expect(refusal(() => readTable(text))).toContain('line');
          return;
        }
        expect(values(text)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('changes in one cell alone', () => {
    fc.assert(
      fc.property(table, fc.nat(), fc.nat(), quoted, ({ text }, a, b, { value }) => {
        const before = readTable(text);
        const row = a % before.records.length;
        const column = b % (before.records[row]?.cells.length ?? 1);
        const after = readTable(change(before, row, column, value));
        expect({ bom: after.bom, delimiter: after.delimiter }).toEqual({
          bom: before.bom,
          delimiter: before.delimiter,
        });
        expect(after.records[row]?.cells[column]?.value).toBe(value);
        const without = ({ records }: Table) =>
          records.map(({ cells, end }, index) => ({
            end,
            raws: cells.map(({ raw }, place) => (index === row && place === column ? '' : raw)),
          }));
        expect(without(after)).toEqual(without(before));
      }),
      { numRuns: 300 },
    );
  });
});
