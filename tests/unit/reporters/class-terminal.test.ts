import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import type { ClassSummary } from '#grader/model/class.ts';
import { renderClassTerminal } from '#grader/reporters/class-terminal.ts';
import { columnsOf } from '#grader/reporters/columns.ts';
import { inventClass } from '../../support/class-summary.ts';
import { HOSTILE } from '../../support/hostile-texts.ts';

const plain = (some: ClassSummary, width?: number) =>
  renderClassTerminal(some, { color: false, ...(width === undefined ? {} : { width }) });

/** The same class with a text wherever one can stand. */
function filledWith(text: string): ClassSummary {
  const some = inventClass(40);
  return {
    ...some,
    layout: text,
    seed: text,
    exercises: some.exercises.map((exercise) => ({
      ...exercise,
      title: text,
      checks: exercise.checks.map((check) => ({ ...check, title: text, function: text })),
    })),
    misconceptions: some.misconceptions.map((each) => ({ ...each, hint: text })),
  };
}

const classes: [string, ClassSummary][] = [
  ['nobody', inventClass(0)],
  ['one', inventClass(1)],
  ['three hundred', inventClass(300)],
  ['no course', inventClass(0, { exercises: [] })],
  ...HOSTILE.map((text): [string, ClassSummary] => [JSON.stringify(text), filledWith(text)]),
  ['long words', filledWith('x'.repeat(500))],
  ['wide characters', filledWith('正規化フロー'.repeat(50))],
];

it.each(classes)('%s: short, narrow, and nothing that a terminal or a log would obey', (_name, some) => {
  for (const width of [80, 60]) {
    const lines = plain(some, width).split('\n');
    expect(lines.filter((line) => columnsOf(line) > width)).toEqual([]);
    expect(lines.length).toBeLessThanOrEqual(23);
  }
  const text = plain(some);
  expect(text).not.toMatch(/undefined|NaN|\p{Cf}|##\w*\[/u);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  expect(text).toMatch(/\S\n$/);
  expect(text).not.toMatch(/ \n/);
  const colored = renderClassTerminal(some, { color: true });
  expect(stripVTControlCharacters(colored)).toBe(text);
});

it('says how a class is doing', () => {
  expect(plain(inventClass(300))).toMatchInlineSnapshot(`
    "flow-grade 1.0.0 · a Canvas download · seed spring
      300 students: 285 graded, 16 to review, 7 rejected
      median 77, mean 76.7 of 160 points

      1 ★ Coin MLE                    ██████▊···     6.9/10
      2 ★ Affine change of variables  ███████▍··    11.1/15
      3   Composition                 ██████▋···     6.7/10
      4 ★ Planar log-det              ██████▏···    12.4/20
      5   Real NVP coupling           █████▌····     5.6/10
      6 ★ Euler CNF                   ████▊·····     7.3/15
      7   Probability path            ████······     4.1/10
      8 ★ Hutchinson estimator        ████······     8.0/20
      9   CNF log-density             ███▍······     3.4/10
     10 ★ Likelihood training         ███▏······     6.3/20
     11   Adjoint                     ██▋·······     2.7/10
     12   Flow matching               ██········     2.0/10

      hardest   38 % of 64 fail  12 · gaussianVelocity  has the least loss among it…
                33 % of 101 fail  10 · train  arrives at the mean and the standard…
                31 % of 138 fail  8 · traceEstimate  is exactly tr A for a diagonal…
      mistake   113 times  4 · This takes back the push that y would get. It was x…
      review    23 students need a look: review.csv
    "
  `);
});

it('makes do with ASCII signs, and says nothing of what is not there', () => {
  const [first] = inventClass(1).exercises;
  const some = inventClass(1, { exercises: first === undefined ? [] : [{ ...first, checks: [] }], misconceptions: [] });
  expect(renderClassTerminal(some, { color: false, unicode: false })).toMatchInlineSnapshot(`
    "flow-grade 1.0.0 - a Canvas download - seed spring
      1 student: 1 graded
      median 97, mean 97.0 of 10 points

      1 * Coin MLE  #######---     7.0/10
    "
  `);
});

it('says that nobody was graded', () => {
  expect(plain(inventClass(0, { exercises: [] }))).toMatchInlineSnapshot(`
    "flow-grade 1.0.0 · a Canvas download · seed spring
      0 students: 0 graded
    "
  `);
});
