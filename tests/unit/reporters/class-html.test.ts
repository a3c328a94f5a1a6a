import { createHash } from 'node:crypto';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import type { ClassSummary, ExerciseSummary, Grade, Row } from '#grader/model/class.ts';
import { renderClassHtml } from '#grader/reporters/class-html.ts';
import { formatShare, medianOf } from '#grader/reporters/class-numbers.ts';
import { binScores } from '#grader/reporters/histogram.ts';
import { inventClass } from '../../support/class-summary.ts';
import { HOSTILE, strangeTags } from '../../support/hostile-texts.ts';

const words = (some: { textContent: string | null } | null | undefined) =>
  (some?.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
const pageOf = (some: ClassSummary) => [...renderClassHtml(some)].join('');
const open = (some: ClassSummary) => parseHTML(pageOf(some)).document;
const textsOf = (some: ClassSummary, selector: string) => Array.from(open(some).querySelectorAll(selector), words);

const EXERCISE: ExerciseSummary = {
  id: '01-x',
  title: 'X',
  core: true,
  maxScore: 10,
  notStarted: 1,
  broken: 0,
  passed: 1,
  points: 16,
  checks: [
    { id: '01.f.a', function: 'f', title: 'is easy', maxScore: 4, passed: 2, failed: 0 },
    { id: '01.f.b', function: 'f', title: 'is hard', maxScore: 3, passed: 1, failed: 1 },
    { id: '01.g.a', function: 'g', title: 'is too hard', maxScore: 3, passed: 0, failed: 1 },
    { id: '01.g.b', function: 'g', title: 'is never reached', maxScore: 3, passed: 0, failed: 0 },
  ],
};

const grade = (score: number, started = true): Grade => ({
  score,
  maxScore: 10,
  core: score,
  extension: 0,
  exercises: { '01-x': score },
  started,
});

const row = (id: string, rest: Partial<Row> = {}): Row => ({
  key: id,
  id,
  name: '',
  status: 'graded',
  reason: '',
  grade: undefined,
  ...rest,
});

const SMALL: ClassSummary = {
  kit: '1.0.0',
  seed: 's',
  layout: 'a folder',
  graded: 3,
  rows: [
    row('ada', { grade: grade(10), name: 'Ada L' }),
    row('bob 100%', { grade: grade(6), status: 'review', reason: 'late' }),
    row('cyd', { grade: grade(0, false) }),
    row('dan', { key: undefined, status: 'rejected', reason: 'not a zip file' }),
  ],
  exercises: [EXERCISE],
  misconceptions: [{ exercise: '01-x', id: 'off-by-one', hint: 'One too many.', count: 1 }],
  similar: [{ exercise: '01-x', left: 'ada', right: 'bob 100%', similarity: 0.996, longest: 40 }],
};

const EMPTY: ClassSummary = { ...SMALL, graded: 0, rows: [], misconceptions: [], similar: [] };

const classes: [string, ClassSummary][] = [
  ['a small class', SMALL],
  ['nobody', { ...EMPTY, exercises: EXERCISE.checks.length > 0 ? [{ ...EXERCISE, points: 0, passed: 0 }] : [] }],
  ['nobody, of no course', { ...EMPTY, exercises: [], similar: undefined }],
  ['nobody graded', { ...EMPTY, rows: SMALL.rows.slice(3) }],
  ['one', inventClass(1)],
  ['three hundred', inventClass(300)],
];

it.each(classes)('%s: one page, the same each time, that asks for nothing', (_name, some) => {
  const page = pageOf(some);
  expect(pageOf(some)).toBe(page);
  expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(|@import|src=/);
  // Hints speak of NaN and Infinity; no number is one.
  expect(page.replace(/<script>.*<\/script>/s, '')).not.toMatch(/\bundefined|\[object|[>":,(](?:NaN|-?Infinity)/);
  expect(strangeTags(page)).toEqual([]);
  const { document } = parseHTML(page);
  const levels = Array.from(document.querySelectorAll('h1, h2, h3, h4'), ({ tagName }) => Number(tagName[1]));
  expect(levels.every((level, index) => level <= (levels[index - 1] ?? 0) + 1)).toBe(true);
  const ids = Array.from(document.querySelectorAll('[id]'), ({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const table of document.querySelectorAll('table')) {
    expect(words(table.querySelector('caption'))).not.toBe('');
    expect(Array.from(table.querySelectorAll('thead th')).every((head) => head.getAttribute('scope') === 'col')).toBe(
      true,
    );
  }
  for (const svg of document.querySelectorAll('svg')) {
    expect(svg.getAttribute('role')).toBe('img');
    expect(svg.getAttribute('aria-label')).toMatch(/^(Total|Core|Extension): histogram of .+ scores?, median/);
  }
});

it('lets one script run, by its hash, and nothing else', () => {
  const page = pageOf(SMALL);
  const scripts = [...page.matchAll(/<script>(.*?)<\/script>/gs)].map(([, script]) => script ?? '');
  expect(scripts).toHaveLength(1);
  const hash = createHash('sha256')
    .update(scripts[0] ?? '')
    .digest('base64');
  expect(parseHTML(page).document.querySelector('meta[http-equiv]')?.getAttribute('content')).toBe(
    `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`,
  );
});

it.each(HOSTILE)('%j is text wherever it stands', (text) => {
  const page = pageOf({
    ...SMALL,
    kit: text,
    seed: text,
    layout: text,
    rows: [
      row(text, { key: text, name: text, status: 'review', reason: text, grade: grade(1) }),
      row(text, { key: undefined, name: text, status: 'rejected', reason: text }),
      row(text, { name: text, grade: grade(0, false) }),
    ],
    exercises: [
      {
        ...EXERCISE,
        id: text,
        title: text,
        checks: EXERCISE.checks.map((check) => ({ ...check, function: text, title: text })),
      },
    ],
    misconceptions: [{ exercise: text, id: text, hint: text, count: 1 }],
    similar: [{ exercise: text, left: text, right: `${text}?`, similarity: 1, longest: 1 }],
  });
  expect(strangeTags(page)).toEqual([]);
  expect(page).not.toMatch(/\p{Cf}|\p{Cs}|##\w*\[/u);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  const links = [...page.matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
  expect(links.length).toBeGreaterThan(0);
  for (const link of links) expect(link).toBe(`reports/${encodeURIComponent(text).replaceAll("'", '&#39;')}.html`);
});

describe('the page of a small class', () => {
  it('begins with the numbers', () => {
    expect(textsOf(SMALL, '.figures div')).toEqual([
      'students4',
      'graded3',
      'to review1',
      'rejected1',
      'median6 of 10',
      'mean5.3 of 10',
    ]);
  });

  it('says of each exercise what became of it', () => {
    expect(textsOf(SMALL, '[aria-labelledby="exercises"] tbody tr')).toEqual(['1X ★11015.3 of 10']);
    const bar = open(SMALL).querySelector('.bar');
    expect(Array.from(bar?.children ?? [], (part) => [part.className, part.getAttribute('style')])).toEqual([
      ['passed', 'flex:1'],
      ['begun', 'flex:1'],
      ['not-started', 'flex:1'],
    ]);
  });

  it('names the hardest checks first, and last those that nobody got to', () => {
    expect(textsOf(SMALL, '.checks tbody tr')).toEqual([
      '1g is too hard100 %01',
      '1f is hard50 %12',
      '1f is easy0 %22',
      '1g is never reached–00',
    ]);
  });

  it('names known mistakes, who needs a look, who has not started, and who resembles whom', () => {
    expect(textsOf(SMALL, '.mistakes tbody tr')).toEqual(['1One too many.off-by-one133 %']);
    expect(textsOf(SMALL, '[aria-labelledby="attention"] tbody tr')).toEqual([
      'bob 100%! reviewlate6',
      'dan✗ rejectednot a zip file–',
    ]);
    expect(textsOf(SMALL, '.people li')).toEqual(['cyd']);
    expect(textsOf(SMALL, '[aria-labelledby="similar"] tbody tr')).toEqual(['1 · Xada Ada Lbob 100%99 %40']);
  });

  it('leaves out what there is nothing to say about', () => {
    const titles = textsOf({ ...EMPTY, similar: undefined }, 'h2');
    expect(titles).toEqual(['Distribution of the scores', 'Exercises', 'All students']);
    expect(textsOf({ ...SMALL, similar: [] }, '[aria-labelledby="similar"] p')).toEqual([
      'No two resemble each other.',
    ]);
  });

  it('has a row for everybody, with a link where there is a report', () => {
    expect(textsOf(SMALL, '#rows thead th')).toEqual([
      ...['Id', 'Name', 'Status', 'Score', 'Core', 'Ext.', '1 X', 'Reason'],
    ]);
    expect(textsOf(SMALL, '#rows tbody tr')).toEqual([
      'adaAda Lgraded1010010',
      'bob 100%! review6606late',
      'cydgraded0000',
      'dan✗ rejected––––not a zip file',
    ]);
    const links = open(SMALL).querySelectorAll('#rows a');
    expect(Array.from(links, (link) => link.getAttribute('href'))).toEqual([
      'reports/ada.html',
      'reports/bob%20100%25.html',
      'reports/cyd.html',
    ]);
  });
});

it('stays below 3 MB for three thousand students', () => {
  expect(Buffer.byteLength(pageOf(inventClass(3_000)))).toBeLessThan(3_000_000);
});

describe('a histogram', () => {
  it('has bins of a round width, and the full score in the last', () => {
    expect(binScores([0, 9, 10, 159, 160], 160)).toHaveLength(16);
    expect(binScores([0, 9, 10, 159, 160], 160).map(({ amount }) => amount)).toEqual([
      ...[2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2],
    ]);
    expect(binScores([3], 3)).toEqual([
      { low: 0, high: 1, amount: 0 },
      { low: 1, high: 2, amount: 0 },
      { low: 2, high: 3, amount: 1 },
    ]);
    expect(binScores([], 45).at(-1)).toEqual({ low: 40, high: 45, amount: 0 });
  });

  it('has a bar for each bin, and its numbers beside it', () => {
    const document = open(SMALL);
    expect(document.querySelectorAll('svg')).toHaveLength(2);
    expect(document.querySelectorAll('svg g > rect')).toHaveLength(20);
    expect(textsOf(SMALL, 'figure:first-of-type tbody tr').at(0)).toBe('0–01');
    expect(textsOf(SMALL, 'figure:first-of-type tbody tr').at(9)).toBe('9–101');
  });
});

it.each([
  [0, 3, '0 %'],
  [1, 3, '33 %'],
  [3, 3, '100 %'],
  [999, 1000, '99 %'],
  [1, 1000, '1 %'],
  [0, 0, '–'],
])('%i of %i is %s', (part, whole, share) => {
  expect(formatShare(part, whole)).toBe(share);
});

it('the median is the middle one, or between two', () => {
  expect(medianOf([3, 1, 2])).toBe(2);
  expect(medianOf([4, 1, 2, 3])).toBe(2.5);
  expect(medianOf([7])).toBe(7);
  expect(medianOf([])).toBeUndefined();
});
