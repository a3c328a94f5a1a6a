import { describe, expect, it } from 'vitest';
import { fillCanvas } from '#grader/batch/gradebooks/canvas.ts';
import type { Graded } from '#grader/batch/gradebooks/gradebook.ts';
import { UsageError } from '#grader/model/usage-error.ts';

const HEADER = 'Student,ID,SIS User ID,SIS Login ID,Section,HW 1 (8812),Final Score';
const POINTS = '    Points Possible,,,,,10,(read only)';
const book = (...rows: string[]) => `${[HEADER, POINTS, ...rows].join('\r\n')}\r\n`;
const JANE = '"Doe, Jane",4021,S1,jdoe,CS1-A,,70.00';
const JOERG = '"Müller, Jörg",4022,S2,jmueller,CS1-A,3,30.00';

const graded = (id: string, score = 7, more: Partial<Graded> = {}): Graded => ({
  id,
  name: '',
  score,
  maxScore: 10,
  ...more,
});
const fill = (text: string, grades: readonly Graded[], assignment?: string) =>
  fillCanvas(text, grades, { file: '/home/me/grades.csv', assignment });
const refusal = (text: string, assignment?: string) => {
  try {
    fill(text, [], assignment);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return undefined;
};

it("changes the assignment's cell of whom it has a grade for, and nothing else", () => {
  expect(fill(book(JANE, JOERG), [graded('4021')])).toEqual({
    text: book('"Doe, Jane",4021,S1,jdoe,CS1-A,7,70.00', JOERG),
    filled: 1,
    unmatched: [],
    skipped: [],
    remarks: [],
  });
});

it('changes nothing when nobody has a grade', () => {
  const text = `\ufeff${book(JANE, JOERG)}`;
  expect(fill(text, [])).toEqual({ text, filled: 0, unmatched: [], skipped: [], remarks: [] });
});

it('keeps marks, semicolons, quotes, line breaks and a missing line end', () => {
  const text =
    '\ufeff"Student";"ID";"Section";"Notes";"HW ""1""\n(part) (8812)"\r\n"Doe;\nJane";"4021";"A, B";"=1+1";"3,5"\n' +
    'Kim;4022;;;';
  expect(fill(text, [graded('4021', 10), graded('4022', 0)]).text).toBe(
    '\ufeff"Student";"ID";"Section";"Notes";"HW ""1""\n(part) (8812)"\r\n"Doe;\nJane";"4021";"A, B";"=1+1";"10"\n' +
      'Kim;4022;;;0',
  );
});

describe('matching', () => {
  const filledBy = (grade: Graded, ...rows: string[]) => {
    const { text } = fill(book(...rows), [grade]);
    const before = book(...rows).split('\r\n');
    return text.split('\r\n').flatMap((line, index) => (line === before[index] ? [] : [index + 1]));
  };

  it.each<[string, Graded]>([
    ['Canvas ID', graded('4021')],
    ['SIS User ID', graded('s1')],
    ['SIS Login ID', graded(' JDoe ')],
    ['a further identity', graded('x', 7, { identities: ['nobody', 'jdoe'] })],
    ['an e-mail address that is a login', graded('x', 7, { email: 'JDOE' })],
    ['name', graded('x', 7, { name: 'Doe, Jane' })],
    ['name in the other order', graded('x', 7, { name: 'Jane Doe' })],
  ])('by %s', (_, grade) => {
    expect(filledBy(grade, JOERG, JANE)).toEqual([4]);
  });

  it('compares umlauts however they are encoded', () => {
    expect(filledBy(graded('x', 7, { name: 'Jörg Müller'.normalize('NFD') }), JANE, JOERG)).toEqual([4]);
    expect(filledBy(graded('x', 7, { name: 'Jörg Müller' }), JANE, JOERG.normalize('NFD'))).toEqual([4]);
  });

  it('prefers the Canvas ID to other ids, and the id to a name', () => {
    const other = '"Roe, Max",77,4021,4021,A,,';
    expect(filledBy(graded('4021'), other, JANE)).toEqual([4]);
    expect(filledBy(graded('4021', 7, { name: 'Müller, Jörg' }), JOERG, JANE)).toEqual([4]);
  });

  it("takes a student's id before what else they are known by", () => {
    expect(filledBy(graded('4021', 7, { identities: ['4022'] }), JOERG, JANE)).toEqual([4]);
  });

  it('prefers whom the name confirms when an id is in two columns', () => {
    const other = '"Roe, Max",77,4021,mroe,A,,';
    expect(filledBy(graded('4021', 7, { name: 'Max Roe' }), JANE, other)).toEqual([4]);
  });

  it('unwraps what is exported as ="…", and keeps it', () => {
    const row = '"=""=Doe, Jane""","=""4021""",,,A,,';
    expect(filledBy(graded('4021'), JOERG, row)).toEqual([4]);
    expect(filledBy(graded('x', 7, { name: '=Doe, Jane' }), JOERG, row)).toEqual([4]);
    expect(fill(book(row), [graded('4021')]).text).toBe(book('"=""=Doe, Jane""","=""4021""",,,A,7,'));
  });

  it('never takes the points possible for a student', () => {
    const text = book(JANE);
    expect(fill(text, [graded('x', 7, { name: 'Points Possible' })])).toMatchObject({ text, unmatched: ['x'] });
  });

  it('reads first and last names from two columns', () => {
    const text = 'LastName,FirstName,ID,Section,HW (1)\nDoe,Jane,4021,A,\nDoe,John,4022,A,\n';
    expect(fill(text, [graded('x', 7, { name: 'Jane Doe' })]).text).toBe(
      'LastName,FirstName,ID,Section,HW (1)\nDoe,Jane,4021,A,7\nDoe,John,4022,A,\n',
    );
  });

  it('names those for whom there is no row', () => {
    expect(fill(book(JANE), [graded('9'), graded('4021'), graded('8', 7, { name: 'Doe' })])).toMatchObject({
      filled: 1,
      unmatched: ['9', '8'],
    });
  });

  it('fills neither of two rows with one name', () => {
    const text = book(JANE, JANE.replace('4021,S1,jdoe', '4029,S9,jdoe2'));
    expect(fill(text, [graded('x', 7, { name: 'Jane Doe' })])).toEqual({
      text,
      filled: 0,
      unmatched: [],
      skipped: [{ line: undefined, id: 'x', reason: 'lines 3 and 4 may both be meant' }],
      remarks: [],
    });
  });

  it('fills a row for neither of two submissions', () => {
    const text = book(JANE, JOERG);
    const result = fill(text, [graded('4021', 7), graded('4022', 9), graded('jdoe', 8)]);
    expect(result.text).toBe(book(JANE, JOERG.replace(',3,', ',9,')));
    expect(result).toMatchObject({
      filled: 1,
      skipped: [
        { line: 3, id: '4021', reason: '2 submissions have this row: 4021, jdoe' },
        { line: 3, id: 'jdoe', reason: '2 submissions have this row: 4021, jdoe' },
      ],
    });
  });
});

describe('a cell that is not filled', () => {
  it.each([
    ['EX', 'excused in Canvas'],
    [' ex ', 'excused in Canvas'],
    ['N/A', 'the assignment is not assigned to this student'],
  ])('%j', (cell, reason) => {
    const text = book(JANE.replace(',CS1-A,,', `,CS1-A,${cell},`));
    expect(fill(text, [graded('4021')])).toEqual({
      text,
      filled: 0,
      unmatched: [],
      skipped: [{ line: 3, id: '4021', reason }],
      remarks: [],
    });
  });

  it('is missing', () => {
    const text = book('"Doe, Jane",4021,S1,jdoe,CS1-A');
    expect(fill(text, [graded('4021')])).toMatchObject({
      text,
      filled: 0,
      skipped: [{ line: 3, id: '4021', reason: 'the row has no cell for the grade' }],
    });
  });
});

describe('points possible', () => {
  it('that differ are remarked upon once, and nothing is scaled', () => {
    const grades = [graded('4021', 70, { maxScore: 100 }), graded('4022', 80, { maxScore: 100 })];
    const { text, remarks } = fill(book(JANE, JOERG), grades);
    expect(text).toBe(book(JANE.replace(',CS1-A,,', ',CS1-A,70,'), JOERG.replace(',3,', ',80,')));
    expect(remarks).toEqual(['"HW 1 (8812)" is out of 10 points, the grades are out of 100; nothing was scaled']);
  });

  it.each(['10', '10.0', '10,00', ' 10 '])('%j are ten', (points) => {
    const text = `${HEADER}\n    Points Possible,,,,,"${points}",\n${JANE}\n`;
    expect(fill(text, [graded('4021')]).remarks).toEqual([]);
  });

  it('need not be there', () => {
    expect(fill(`${HEADER}\n${JANE}\n`, [graded('4021')])).toMatchObject({ filled: 1, remarks: [] });
  });
});

describe('the assignment', () => {
  const three = (titles = 'Essay (1),"Flows, part 1 (2)",Exam (3)', points = '10,10,(read only)') =>
    `Student,ID,Section,Notes (9),${titles},Current Score\n    Points Possible,,,,${points},\nKim,1,A,,,,,\n`.replace(
      'Notes (9)',
      'Notes',
    );
  const columnOf = (text: string, assignment?: string) =>
    fill(text, [graded('1')], assignment)
      .text.split('\n')[2]
      ?.split(',')
      .indexOf('7');

  it.each([
    ['1', 4],
    ['Essay', 4],
    ['essay', 4],
    ['Essay (1)', 4],
    ['Flows, part 1', 5],
    [' 2 ', 5],
    [undefined, 5],
  ])('%j', (assignment, column) => {
    expect(columnOf(three(), assignment)).toBe(column);
  });

  it('is the only one that can be filled', () => {
    expect(columnOf(three('A (1),B (2),C (3)', '(read only),10,(read only)'))).toBe(5);
  });

  it.each([
    [
      three('A (1),B (2),C (3)'),
      undefined,
      'grades.csv has 2 assignments that can be filled: "A (1)", "B (2)"; say which, by title or number',
    ],
    [
      three('Flow A (1),Flow B (2),C (3)'),
      undefined,
      '2 assignments that can be filled: "Flow A (1)", "Flow B (2)"; say',
    ],
    [three(), '4', 'grades.csv has no assignment "4"; there are "Essay (1)", "Flows, part 1 (2)"'],
    [three('A (1),A (2),C (3)'), 'A', 'grades.csv has 2 assignments "A": "A (1)", "A (2)"; say which by its number'],
    [three(), 'Exam', 'grades.csv: "Exam (3)" is read only; there are "Essay (1)", "Flows, part 1 (2)"'],
    [
      three('A,B,C'),
      undefined,
      'grades.csv has no assignment that can be filled; publish it in Canvas and export again',
    ],
    [three(), 'Notes', 'grades.csv has no assignment "Notes"'],
    [three(), 'Current Score', 'grades.csv has no assignment "Current Score"'],
  ])('%j, %j', (text, assignment, message) => {
    expect(refusal(text, assignment)).toContain(message);
  });

  it('comes after the section', () => {
    const text = 'Student,ID,Root Account (7),Section,HW (1)\nKim,1,x,A,\n';
    expect(fill(text, [graded('1')]).text).toBe(text.replace('A,', 'A,7'));
  });

  it('may differ from another in case alone', () => {
    expect(columnOf(three('HW (1),hw (2),C (3)'), 'hw')).toBe(5);
    expect(columnOf(three('HW (1),hw (2),C (3)'), 'HW')).toBe(4);
  });

  it('may be titled with a number', () => {
    expect(columnOf(three('2 (1),B (2),C (3)'), '2')).toBe(5);
    expect(columnOf(three('2024 (1),B (2),C (3)'), '2024')).toBe(4);
  });
});

describe('what is no Canvas gradebook', () => {
  it.each([
    '',
    'id,name\n1,x\n',
    'Student,ID,HW 1 (8812),HW 2 (3)\n',
    'Student,Section,ID,HW 1 (8812)\n',
    'Student,ID,Section\n',
    'Identifier,Full name,Grade,Last modified (grade)\n',
  ])('%j', (text) => {
    expect(refusal(text)).toBe(
      'grades.csv is no Canvas gradebook: its first line must be Student, ID, …, Section and the assignments; \
export it under Grades and change nothing in it',
    );
  });

  it('nor is what is no CSV', () => {
    expect(refusal(`${HEADER}\n"`)).toContain('grades.csv, line 2');
  });
});
