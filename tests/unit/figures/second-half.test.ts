import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { liveOracle, oracleFor, PRACTICE_SEED } from '#grader/cli/oracle.ts';
import { course } from '#grader/course/course.ts';
import { benchOf, drawFigure } from '#grader/engine/draw.ts';
import { ModuleSubject } from '#grader/engine/module-subject.ts';
import type { Fuelled } from '#grader/engine/run-exercise.ts';
import { clamp } from '#grader/figures/answers.ts';
import { extent, histogram, logExtent } from '#grader/figures/extent.ts';
import { figuresOf } from '#grader/figures/figures.ts';
import { renderPanels } from '#grader/figures/svg.ts';
import { inWords } from '#grader/figures/words.ts';
import { type Exercise, Failure } from '#grader/model/exercise.ts';
import type { Drawing, Drawn, Figure, Mark } from '#grader/model/figure.ts';
import type { Shape } from '#grader/model/value.ts';
import { machineWith } from '../../support/machine.ts';
import { applyChange, type Planted } from '../../support/planted.ts';

type Module = Readonly<Record<string, unknown>>;
interface Case {
  readonly id: string;
  readonly exercise: Exercise;
  readonly figure: Figure;
}

const SECOND_HALF = ['08', '09', '10', '11', '12'];
const cases: Case[] = [];
for (const exercise of course.filter(({ id }) => SECOND_HALF.includes(id.slice(0, 2)))) {
  for (const figure of await figuresOf(exercise.id)) cases.push({ id: figure.id, exercise, figure });
}

const solution = (exercise: Exercise): Promise<Module> => import(`#solutions/${exercise.id}/${exercise.file}`);

async function draw({ exercise, figure }: Case, module: Module, seed = PRACTICE_SEED): Promise<Drawn> {
  const oracle = await oracleFor(seed, exercise.id, 'draw');
  const subject = Object.assign(new ModuleSubject(module), { refuel() {} });
  return drawFigure(exercise, figure, oracle, seed, async () => subject as unknown as Fuelled);
}

function drawingOf(drawn: Drawn): Drawing {
  if ('missing' in drawn) throw new Error(drawn.missing);
  return drawn.drawing;
}

/** All numbers of a mark. */
function numbersIn(mark: Mark): number[] {
  const { kind: _, ...rest } = mark;
  const found: number[] = [];
  const visit = (value: unknown) => {
    if (typeof value === 'number') found.push(value);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit);
  };
  visit(rest);
  return found;
}

function expectReadable(drawing: Drawing): void {
  const words = /NaN|undefined|Infinity|e[+-]\d|(?<![\w.])-\d/;
  expect(drawing.description).not.toMatch(words);
  expect(drawing.description).toMatch(/\.$/);
  for (const panel of renderPanels(drawing, 'test')) expect(panel).not.toMatch(/NaN|undefined|Infinity/);
}

test('each of the exercises has a figure, whose functions are its own', () => {
  expect(new Set(cases.map(({ exercise }) => exercise.id.slice(0, 2)))).toEqual(new Set(SECOND_HALF));
  for (const { figure, exercise } of cases) {
    expect(figure.id.slice(0, 2)).toBe(exercise.id.slice(0, 2));
    for (const name of figure.functions) expect(Object.keys(exercise.functions)).toContain(name);
  }
});

describe.each(cases)('$id', (each) => {
  const { exercise, figure } = each;

  test('is drawn from the solution, in numbers, twice the same and small', async () => {
    const module = await solution(exercise);
    const drawing = drawingOf(await draw(each, module));
    for (const { marks, title } of drawing.panels) {
      expect(title).toBeTruthy();
      expect(marks.length).toBeGreaterThan(1);
      for (const mark of marks) {
        expect(numbersIn(mark).length).toBeGreaterThan(0);
        expect(numbersIn(mark).every(Number.isFinite)).toBe(true);
      }
    }
    expectReadable(drawing);
    expect(drawingOf(await draw(each, module))).toEqual(drawing);
    expect(renderPanels(drawing, 'test').join('').length).toBeLessThan(60 * 1024);
  });

  test('is drawn for another seed, with other numbers where they are random', async () => {
    const module = await solution(exercise);
    const [one, other] = [drawingOf(await draw(each, module)), drawingOf(await draw(each, module, 'another'))];
    expectReadable(other);
    if (exercise.id.startsWith('09')) expect(other).toEqual(one);
    else expect(other).not.toEqual(one);
  });

  test('asks the reference the same whatever the functions answer', async () => {
    const asked = async (module: Module) => {
      const oracle = await liveOracle();
      const questions: unknown[] = [];
      const listening = {
        ask(quantity: string, args: Parameters<typeof oracle.ask>[1]) {
          questions.push([quantity, args]);
          return oracle.ask(quantity, args);
        },
      };
      try {
        figure.draw(benchOf(exercise, figure, listening, PRACTICE_SEED, new ModuleSubject(module)));
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
      }
      return questions;
    };
    const right = await asked(await solution(exercise));
    // A figure ends early where an answer is of the wrong length to go on with.
    for (const length of [3, 2, 8]) {
      const questions = await asked(fake(exercise, 0.5, length));
      expect(questions).toEqual(right.slice(0, questions.length));
    }
  });

  test('waits where nothing is started', async () => {
    const stub = (await import(`#exercises/${exercise.id}/${exercise.file}`)) as Module;
    expect(await draw(each, stub)).toEqual({
      id: figure.id,
      title: figure.title,
      missing: `Not drawn yet: ${figure.functions[0]} is not started.`,
    });
  });

  test('waits where only its first function is started', async () => {
    const stub = (await import(`#exercises/${exercise.id}/${exercise.file}`)) as Module;
    const [first = '', ...others] = figure.functions;
    const drawn = await draw(each, { ...stub, [first]: (await solution(exercise))[first] });
    if (others.length === 0) expect(drawn).toHaveProperty('drawing');
    else expect(drawn).toMatchObject({ missing: expect.stringMatching(/is not started yet\.$/) });
  });

  test.each([
    ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300, -1e11, 0].flatMap((entry) =>
      [2, 8].map((length) => [entry, length] as const),
    ),
    [0.5, 0] as const,
    [0.5, 100] as const,
  ])('is a drawing or says why there is none when all numbers are %d and all arrays have %d', async (entry, length) => {
    const drawn = await draw(each, fake(exercise, entry, length));
    if ('drawing' in drawn) expectReadable(drawn.drawing);
    else expect(drawn.missing).toMatch(/^Not drawn: .*\.$/);
  });

  test('says why there is none when a function throws or returns nonsense', async () => {
    const [first = ''] = figure.functions;
    const right = await solution(exercise);
    const fails = () => {
      throw new Error('broken');
    };
    for (const wrong of [fails, () => undefined, () => 'text', () => ({})]) {
      expect(await draw(each, { ...right, [first]: wrong })).toMatchObject({
        missing: expect.stringContaining(`Not drawn: ${first}`),
      });
    }
  });

  test('needs a tenth of its fuel in the sandbox', async () => {
    const source = await sourceOf(exercise);
    const machine = await machineWith(source);
    const oracle = await oracleFor(PRACTICE_SEED, exercise.id, 'draw');
    drawingOf(await drawFigure(exercise, figure, oracle, PRACTICE_SEED, async () => machine));
    expect(machine.spent * 10).toBeLessThan(figure.fuel ?? 8e6);
  });
});

/** Planted wrong answers that a figure must show, by its id. */
const VISIBLE: readonly (readonly [figure: string, check: string, index: number])[] = [
  ['08.estimate', '08.trace-estimate-with-error.example', 1],
  ['09.densities', '09.log-density.example', 1],
  ['10.descent', '10.train.example', 0],
  ['10.clusters', '10.fit-planar-flow.fifth', 0],
  ['10.clusters', '10.planar-mean-negative-log-likelihood.example', 1],
  ['11.gradients', '11.backpropagate.example', 0],
  ['11.gradients', '11.backpropagate.parameters', 0],
  ['12.transport', '12.gaussian-velocity.example', 2],
];

test.each(VISIBLE)('%s shows the wrong answer of %s, number %d', async (id, check, index) => {
  const each = cases.find((one) => one.id === id) as Case;
  const { exercise, figure } = each;
  const { planted } = (await import(`../../fixtures/planted/${exercise.id}.ts`)) as { planted: Planted };
  const change = planted[check]?.[index]?.change;
  if (change === undefined) throw new Error(`nothing is planted as ${check} ${index}`);
  const machine = await machineWith(applyChange(await sourceOf(exercise), change));
  const oracle = await oracleFor(PRACTICE_SEED, exercise.id, 'draw');
  const wrong = drawingOf(await drawFigure(exercise, figure, oracle, PRACTICE_SEED, async () => machine));
  expectReadable(wrong);
  const right = drawingOf(await draw(each, await solution(exercise)));
  expect(wrong.description).not.toBe(right.description);
  expect(renderPanels(wrong, 'test')).not.toEqual(renderPanels(right, 'test'));
});

test('numbers are said in words that are read', () => {
  expect([0, -0, -0.001, 1.005, -2.5, 999999].map((value) => inWords(value))).toEqual([
    '0.00',
    '0.00',
    '0.00',
    '1.00',
    '−2.50',
    '999999.00',
  ]);
  expect(
    [undefined, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value) => inWords(value)),
  ).toEqual(['no number', 'no number', '+∞', '−∞']);
  expect([1e6, -1.26e300].map((value) => inWords(value))).toEqual(['1.0e6', '−1.3e300']);
});

test('an axis reaches where the right picture is, and a little farther for what is off', () => {
  expect(extent([0, 1], [0.5])).toEqual([0, 1]);
  expect(extent([0, 1], [])).toEqual([0, 1]);
  expect(extent([0, 1], [0.5, 1.5, 7])).toEqual([0, 1.5]);
  expect(extent([0, 1], [7, -20])).toEqual([-20, 7]);
  expect(extent([0, 1], [Number.NaN, Number.POSITIVE_INFINITY, 1e300])).toEqual([0, 1]);
  expect(logExtent([0.1, 1], [0, -5, 4])[1]).toBeCloseTo(4, 12);
  expect(logExtent([0.1, 1], [0, 0.5])).toEqual([0.1, 1]);
});

test('what has an area stays in its panel', () => {
  expect([-5, 0.5, Number.POSITIVE_INFINITY].map((value) => clamp(value, [0, 1]))).toEqual([0, 0.5, 1]);
  expect(clamp(Number.NaN, [0, 1])).toBeNaN();
  expect(histogram([0.1, 0.2, 0.9, 5, Number.NaN], [0, 1], 2)).toEqual([
    [0, 0.5, 0.8],
    [0.5, 1, 0.4],
  ]);
});

/** Functions that answer as they should in shape alone. */
function fake(exercise: Exercise, entry: number, length: number): Module {
  return Object.fromEntries(
    Object.entries(exercise.functions).map(([name, shape]) => [name, () => answerOf(shape, entry, length)]),
  );
}

function answerOf(shape: Shape, entry: number, length: number): unknown {
  switch (shape.is) {
    case 'number':
      return entry;
    case 'boolean':
      return true;
    case 'array':
      return Array.from({ length: shape.length ?? length }, () => answerOf(shape.of, entry, length));
    case 'record':
      return Object.fromEntries(
        Object.entries(shape.fields).map(([name, field]) => [name, answerOf(field, entry, length)]),
      );
  }
}

function sourceOf({ id, file }: Exercise): Promise<string> {
  return readFile(new URL(`../../../solutions/${id}/${file}`, import.meta.url), 'utf8');
}
