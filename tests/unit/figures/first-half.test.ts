import { readFile } from 'node:fs/promises';
import { transform } from 'esbuild';
import { describe, expect, it, test } from 'vitest';
import { oracleFor, PRACTICE_SEED } from '#grader/cli/oracle.ts';
import { course } from '#grader/course/course.ts';
import { drawFigure } from '#grader/engine/draw.ts';
import { ModuleSubject } from '#grader/engine/module-subject.ts';
import { domainFor, domainsFor, extentOf, largestGap, pointOf } from '#grader/figures/answers.ts';
import { figuresOf } from '#grader/figures/figures.ts';
import { renderPanels } from '#grader/figures/svg.ts';
import { inWords, offBy, pointInWords } from '#grader/figures/words.ts';
import type { Exercise } from '#grader/model/exercise.ts';
import type { Drawing, Drawn, Mark } from '#grader/model/figure.ts';
import type { Shape } from '#grader/model/value.ts';
import { planted } from '../../fixtures/planted/02-affine-change-of-variables.ts';
import { planted as planted03 } from '../../fixtures/planted/03-composition.ts';
import { planted as planted05 } from '../../fixtures/planted/05-real-nvp-coupling.ts';
import { planted as planted06 } from '../../fixtures/planted/06-euler-cnf.ts';
import { planted as planted07 } from '../../fixtures/planted/07-probability-path.ts';
import { applyChange, type Change } from '../../support/planted.ts';

/** What functions return that return nonsense of the right shape, and how often where it is an array. */
const WILD = [
  { value: Number.NaN, length: 0 },
  { value: Number.NaN, length: 2 },
  { value: Number.POSITIVE_INFINITY, length: 2 },
  { value: Number.NEGATIVE_INFINITY, length: 1 },
  { value: 1.7e308, length: 2 },
  { value: 1e-320, length: 5 },
  { value: 4e5, length: 2 },
];

type Functions = Readonly<Record<string, unknown>>;

const exercises = ['02', '03', '05', '06', '07', '01', '04'].map(
  (number) => course.find(({ id }) => id.startsWith(number)) as Exercise,
);
const ALL = await Promise.all(
  exercises.map(async (exercise) => ({
    exercise,
    figures: await figuresOf(exercise.id),
    oracle: await oracleFor(PRACTICE_SEED, exercise.id, 'draw'),
    solution: (await import(`#solutions/${exercise.id}/${exercise.file}`)) as Functions,
  })),
);
type Subject = (typeof ALL)[number];

async function draw(
  { exercise, figures, oracle }: Subject,
  functions: Functions,
  seed: string = PRACTICE_SEED,
): Promise<Drawn[]> {
  const start = async () => Object.assign(new ModuleSubject(functions), { refuel() {} });
  const drawn: Drawn[] = [];
  for (const figure of figures) drawn.push(await drawFigure(exercise, figure, oracle, seed, start as never));
  return drawn;
}

function drawingOf(drawn: Drawn | undefined): Drawing {
  if (drawn === undefined || !('drawing' in drawn)) throw new Error(`not drawn: ${JSON.stringify(drawn)}`);
  return drawn.drawing;
}

/** The numbers of a mark. */
function numbersOf(mark: Mark): readonly number[] {
  switch (mark.kind) {
    case 'cells':
      return mark.cells.flatMap(({ corners, value }) => [value, ...corners.flat()]);
    case 'bars':
      return mark.bars.flat();
    case 'arrows':
      return mark.arrows.flat(2);
    case 'rule':
      return [mark.at];
    default:
      return mark.points.flat();
  }
}

const NONSENSE = /NaN|undefined|Infinity/;

/** What a picture comes to as text, which has no nonsense in it. */
function expectSound(drawing: Drawing): string {
  expect(drawing.description).not.toMatch(NONSENSE);
  expect(drawing.description).toMatch(/\.$/);
  const text = renderPanels(drawing, 'figure').join('');
  expect(text).not.toMatch(NONSENSE);
  expect(text.length).toBeLessThan(80_000);
  return text;
}

describe.each(ALL)('the figures of $exercise.id', (subject) => {
  const { exercise, figures, solution } = subject;

  it('are drawn from the solution, with numbers alone, and the same twice', async () => {
    const drawn = await draw(subject, solution);
    expect(drawn.map(({ id }) => id)).toEqual(figures.map(({ id }) => id));
    for (const each of drawn) {
      const drawing = drawingOf(each);
      expectSound(drawing);
      for (const { marks, x, y } of drawing.panels) {
        expect(marks.length).toBeGreaterThan(1);
        const numbers = marks.flatMap(numbersOf);
        expect(numbers.length).toBeGreaterThan(20);
        expect(numbers.every(Number.isFinite)).toBe(true);
        expect(x.domain).toBeDefined();
        expect(y.domain).toBeDefined();
      }
    }
    expect(await draw(subject, solution)).toEqual(drawn);
  });

  it('name functions that the exercise has, and no others are called', async () => {
    for (const [index, { functions }] of figures.entries()) {
      const only = Object.fromEntries(functions.map((name) => [name, solution[name]]));
      expect(Object.keys(exercise.functions)).toEqual(expect.arrayContaining([...functions]));
      expect((await draw(subject, only))[index]).toHaveProperty('drawing');
    }
  });

  it('are not drawn from the stub', async () => {
    const stub = await import(`#exercises/${exercise.id}/${exercise.file}`);
    for (const each of await draw(subject, stub)) {
      expect(each).toHaveProperty('missing', expect.stringMatching(/^Not drawn yet: \w+ is not started\.$/));
    }
  });

  it.each(WILD)('are a picture or a sentence when everything is $value, $length times', async ({ value, length }) => {
    const functions = Object.fromEntries(
      Object.entries(exercise.functions).map(([name, shape]) => [name, () => wild(shape, value, length)]),
    );
    for (const each of await draw(subject, functions)) {
      if ('missing' in each) expect(each.missing).not.toMatch(/undefined/);
      else expectSound(each.drawing);
    }
  });
});

function wild(shape: Shape, value: number, length: number): unknown {
  if (shape.is !== 'array') return value;
  return Array.from({ length }, () => wild(shape.of, value, length));
}

test('another seed gives other samples; the reference is asked the same', async () => {
  const affine = ALL[0] as Subject;
  const [first] = await draw(affine, affine.solution);
  const [other] = await draw(affine, affine.solution, 'another');
  expect(drawingOf(other)).not.toEqual(drawingOf(first));
  expect(await draw(affine, affine.solution, 'another')).toContainEqual(other);
});

test('long answers are cut off, short ones are shown as they are', async () => {
  const euler = ALL[3] as Subject;
  const [long] = await draw(euler, { trajectory: () => Array.from({ length: 5_000 }, () => [1]) });
  expectSound(drawingOf(long));
  const [short] = await draw(euler, { trajectory: () => [] });
  expect(drawingOf(short).description).toContain('have 0, 0, 0 states and end at no number');
});

describe('a wrong answer', () => {
  const plants: readonly (readonly [subject: number, figure: string, check: string, change: Change | undefined])[] = [
    [0, '02.density', 'log-density', planted['02.log-density.example']?.[0]?.change],
    [0, '02.density', 'pushforward', planted['02.pushforward.example']?.[0]?.change],
    [0, '02.line', 'inverse', planted['02.inverse.example']?.[0]?.change],
    [1, '03.path', 'forward', planted03['03.forward.example']?.[0]?.change],
    [1, '03.back', 'inverse', planted03['03.inverse.example']?.[0]?.change],
    [1, '03.density', 'log-det', planted03['03.log-det.example']?.[0]?.change],
    [2, '05.grid', 'forward', planted05['05.forward.example']?.[0]?.change],
    [2, '05.grid', 'log-det', planted05['05.log-det.example']?.[0]?.change],
    [2, '05.inverse', 'inverse', planted05['05.inverse.example']?.[0]?.change],
    [3, '06.paths', 'step', planted06['06.euler-step.example']?.[2]?.change],
    [3, '06.error', 'solve', planted06['06.solve.example']?.[0]?.change],
    [3, '06.backward', 'solve-backward', planted06['06.solve-backward.example']?.[1]?.change],
    [4, '07.path', 'flow-map', planted07['07.flow-map.example']?.[0]?.change],
    [4, '07.residual', 'residual', planted07['07.continuity-residual.example']?.[3]?.change],
  ];

  it.each(plants)('%# is seen in %s %s (%s)', async (index, id, _check, change) => {
    const subject = ALL[index] as Subject;
    const { exercise, solution } = subject;
    const source = await readFile(
      new URL(`../../../solutions/${exercise.id}/${exercise.file}`, import.meta.url),
      'utf8',
    );
    const { code } = await transform(applyChange(source, change as Change), { loader: 'ts', format: 'esm' });
    const wrong: Functions = await import(`data:text/javascript,${encodeURIComponent(code)}`);
    const find = (drawn: readonly Drawn[]) => drawingOf(drawn.find((each) => each.id === id));
    const [right, other] = [find(await draw(subject, solution)), find(await draw(subject, wrong))];
    expect(expectSound(other)).not.toBe(expectSound(right));
    expect(other.description).not.toBe(right.description);
  });
});

describe('numbers in words', () => {
  it('have a typographic minus and no negative zero', () => {
    expect(inWords(-1.234)).toBe('−1.23');
    expect(inWords(-0.001)).toBe('0.00');
    expect(inWords(0.12345, 4)).toBe('0.1235');
    expect(pointInWords([1, -2], 1)).toBe('(1.0, −2.0)');
  });

  it('say what is huge or no number', () => {
    expect([Number.NaN, 1 / 0, -1 / 0, -2e300, 3e-300].map((value) => inWords(value))).toEqual([
      'no number',
      '+∞',
      '−∞',
      '−2.0e300',
      '0.00',
    ]);
    expect(offBy(Number.NaN)).toBe('is not everywhere a number');
    expect(offBy(0.5)).toBe('is off by at most 0.50');
  });
});

describe('what is made of answers', () => {
  it('lacks numbers where the answer does', () => {
    expect(pointOf([])).toEqual([Number.NaN, Number.NaN]);
    expect(pointOf([1, 2, 3])).toEqual([1, 2]);
    expect(largestGap([1, 2], [1, 4])).toBe(2);
    expect(largestGap([1], [1, 4])).toBeNaN();
    expect(largestGap([Number.NaN, 2], [1, 4])).toBeNaN();
    expect(extentOf([Number.NaN, 3, -1])).toEqual([-1, 3]);
    expect(extentOf([])).toEqual([0, 0]);
  });

  it('is shown in the right domain, or in a wider one where that would be empty', () => {
    expect(domainFor([0, 1], [0.5, 7])).toEqual([0, 1]);
    expect(domainFor([0, 1], [5, 7, 1e300])).toEqual([0, 7]);
    expect(domainFor([0, 1], [Number.NaN])).toEqual([0, 1]);
    const views = [
      [-1, 1],
      [-2, 2],
    ] as const;
    expect(domainsFor(views, [[0, 0]])).toEqual(views);
    expect(domainsFor(views, [[1e300, 0]])).toEqual(views);
    const [x, y] = domainsFor(views, [[10, 0]]);
    expect([x[1], y[1]]).toEqual([10.5, 21]);
  });
});
