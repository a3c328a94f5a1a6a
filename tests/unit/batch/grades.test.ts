import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { renderGrades, renderReview } from '#grader/batch/grades.ts';
import type { Row } from '#grader/model/class.ts';

const EXERCISES = ['01-coin-mle', '02-affine'];

const row = (changes: Partial<Row> = {}): Row => ({
  key: 'doejane_4021',
  id: '4021',
  name: 'Doe, Jane',
  status: 'graded',
  reason: '',
  grade: {
    score: 7,
    maxScore: 10,
    core: 5,
    extension: 2,
    exercises: { '01-coin-mle': 5, '02-affine': 2 },
    started: true,
  },
  ...changes,
});
const absent = row({ id: '4022', name: 'Jörg', status: 'review', reason: 'nothing was handed in', grade: undefined });
const rejected = row({ id: '4023', name: '', status: 'rejected', reason: 'the archive is broken', grade: undefined });

const HEADER = 'id,name,status,score,maxScore,core,extension,01-coin-mle,02-affine,reason\n';

it('has a line for each row, in the order given', () => {
  expect(renderGrades([row(), absent, rejected], EXERCISES)).toBe(
    `${HEADER}4021,"Doe, Jane",graded,7,10,5,2,5,2,\n` +
      '4022,Jörg,review,,,,,,,nothing was handed in\n' +
      '4023,,rejected,,,,,,,the archive is broken\n',
  );
});

it('is its header when nobody is there', () => {
  expect(renderGrades([], EXERCISES)).toBe(HEADER);
  expect(renderReview([row()], EXERCISES)).toBe(HEADER);
});

it('shows points of zero, and those of the exercises asked for alone', () => {
  const grade = { score: 0, maxScore: 10, core: 0, extension: 0, exercises: { '01-coin-mle': 0 }, started: false };
  expect(renderGrades([row({ grade })], EXERCISES)).toBe(`${HEADER}4021,"Doe, Jane",graded,0,10,0,0,0,,\n`);
});

it('has for review those that a person should look at, graded or not', () => {
  const looked = row({ id: '1', status: 'review', reason: 'two submissions' });
  expect(renderReview([looked, row(), absent, rejected], EXERCISES)).toBe(
    `${HEADER}1,"Doe, Jane",review,7,10,5,2,5,2,two submissions\n` +
      '4022,Jörg,review,,,,,,,nothing was handed in\n' +
      '4023,,rejected,,,,,,,the archive is broken\n',
  );
});

describe('what a submission names itself', () => {
  const cellsOf = (text: string) => {
    const rows: string[][] = parse(renderGrades([row({ id: text, name: text, reason: text })], EXERCISES));
    expect(rows).toHaveLength(2);
    const [id, name, reason] = [rows[1]?.[0], rows[1]?.[1], rows[1]?.[9]];
    expect([name, reason]).toEqual([id, id]);
    return id;
  };

  it.each([
    ['=HYPERLINK("http://x","y")', `'=HYPERLINK("http://x","y")`],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(1)', "'@SUM(1)"],
    ['\t=1', "'=1"],
    [';=1', ";'=1"],
    ['\tx', "'\tx"],
    ['\r=1', '\\u000d=1'],
    ['＝1', "'＝1"],
    ['＋1', "'＋1"],
    ['－1', "'－1"],
    ['＠1', "'＠1"],
    [' =1', "'=1"],
    ['\n=1', "'=1"],
    ['\u00a0\u2003@x', "'@x"],
    ['a;=1', "a;'=1"],
    ['a; "=1"', `a;' "=1"`],
    ['a\t@1', "a\t'@1"],
    ['a;b', 'a;b'],
    ['Anne-Marie', 'Anne-Marie'],
    ['a=b', 'a=b'],
    ['two\nlines', 'two lines'],
    ['say "x", twice', 'say "x", twice'],
    ['nul\0\u001b[31m', 'nul\\u0000\\u001b[31m'],
    ['half \ud83d, whole 😀', 'half \\ud83d, whole 😀'],
    ['\u202eenaJ', '\\u202eenaJ'],
  ])('%j is disarmed', (text, shown) => {
    expect(cellsOf(text)).toBe(shown);
  });

  it('cannot be longer than a field', () => {
    expect(cellsOf('x'.repeat(100_000))?.length).toBeLessThanOrEqual(2_000);
  });
});
