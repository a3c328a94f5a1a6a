import * as fc from 'fast-check';
import { field } from '../checks/callbacks.ts';
import { expectCalls } from '../checks/calls.ts';
import { rejectsOutside } from '../checks/error.ts';
import { cases, matches } from '../checks/example.ts';
import { all } from '../checks/law.ts';
import { decimals, expectClose, expectThat, forAll } from '../checks/property.ts';
import { few, isPure } from '../checks/purity.ts';
import { callFunction } from '../checks/student.ts';
import type { Bench, Case, Exercise, Misconception } from '../model/exercise.ts';
import {
  formatCall,
  formatNumber,
  number,
  type Value,
  type Vector,
  type VelocityField,
  vector,
} from '../model/value.ts';
import { randomComponents } from './fields.ts';

type Pair = { readonly x0: Vector; readonly x1: Vector; readonly t: number };

type Module = {
  interpolate(x0: Vector, x1: Vector, t: number): number[];
  conditionalVelocity(x0: Vector, x1: Vector): number[];
  flowMatchingLoss(u: VelocityField, batch: readonly Pair[]): number;
  gaussianVelocity(x: number, t: number, mean: number, std: number): number;
};

type Gaussian = [x: number, t: number, mean: number, std: number];

// ── Inputs ──────────────────────────────────────────────────────────────────────────────────────────────────────────

function pairOf({ random }: Bench, d: number): Pair {
  return { x0: random.vector(d, -3, 3), x1: random.vector(d, -3, 3), t: random.decimal(0.05, 0.95) };
}

/** Pairs, simplest first, in one to six dimensions. */
function pairs(bench: Bench): Pair[] {
  return [
    { x0: [0], x1: [1], t: 0.5 },
    { x0: [1], x1: [3], t: 0.25 },
    { x0: [2, 0], x1: [0, -1], t: 0.75 },
    ...[1, 2, 3, 4, 6].map((d) => pairOf(bench, d)),
  ];
}

const lines = (bench: Bench): Value[][] => pairs(bench).map(({ x0, x1, t }) => [x0, x1, t]);
const ends = (bench: Bench): Value[][] =>
  pairs(bench).flatMap(({ x0, x1 }) => [
    [x0, x1, 0],
    [x0, x1, 1],
  ]);
const directions = (bench: Bench): Value[][] => pairs(bench).map(({ x0, x1 }) => [x0, x1]);

/** Fields, as their components, with batches, simplest first. */
function batches(bench: Bench): [components: string[], batch: Pair[]][] {
  const { random } = bench;
  const simple: [string[], Pair[]][] = [
    [['0'], [{ x0: [0], x1: [3], t: 0.5 }]],
    [['x[0]'], [{ x0: [1], x1: [3], t: 0.25 }]],
    [
      ['1'],
      [
        { x0: [0], x1: [3], t: 0.5 },
        { x0: [1], x1: [1.5], t: 0.25 },
      ],
    ],
    [['t', 'x[0]'], [{ x0: [1, 2], x1: [3, -1], t: 0.75 }]],
    [
      ['1', '-2'],
      [
        { x0: [0, 0], x1: [1, -2], t: 0 },
        { x0: [1, 0], x1: [1, 1], t: 1 },
      ],
    ],
  ];
  const more = [1, 2, 3, 4].map((d): [string[], Pair[]] => [
    randomComponents(random, d),
    Array.from({ length: random.integer(2, 5) }, () => pairOf(bench, d)),
  ]);
  return [...simple, ...more];
}

const lossInputs = (bench: Bench): Value[][] =>
  few(batches(bench)).map(([components, batch]) => [field(components), batch]);

/** Where and when, and N(mean, std²), simplest first. */
function gaussians({ random }: Bench): Gaussian[] {
  const simple: Gaussian[] = [
    [1, 0.5, 0, 1],
    [1, 0.5, 0, 2],
    [0, 0.5, 2, 2],
    [1, 0.25, 3, 0.5],
    [-2, 0.75, -1, 3],
  ];
  const more = Array.from(
    { length: 10 },
    (): Gaussian => [
      random.decimal(-3, 3),
      random.decimal(0.05, 0.95),
      random.pick([-1, 1]) * random.decimal(0.2, 3),
      random.pick([random.decimal(0.2, 0.9), random.decimal(1.1, 3)]),
    ],
  );
  return [...simple, ...more];
}

const gaussianEnds = (bench: Bench): Value[][] =>
  gaussians(bench).flatMap(([x, , mean, std]) => [
    [x, 0, mean, std],
    [x, 1, mean, std],
  ]);

const lossCases = (bench: Bench): Case[] =>
  batches(bench).map(([components, batch]) => ({
    args: [field(components), batch],
    expected: bench.oracle.ask('matching.loss', [components, batch]),
  }));

const NOT_TIMES = [-0.25, -1e-9, 1.25, 1 + 1e-9, -3, 7, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
const TIMES = [0, 1e-9, 0.5, 1 - 1e-9, 1];

// ── Laws ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** u is evaluated once per pair, at (x_t, t). */
function evaluatesOncePerPair(bench: Bench): void {
  for (const [components, batch] of batches(bench)) {
    const u = field(components);
    callFunction(bench, 'flowMatchingLoss', [u, batch]);
    expectCalls(
      {
        caller: 'flowMatchingLoss',
        counterexample: formatCall('flowMatchingLoss', [u, batch]),
        name: 'u',
        callback: u,
      },
      batch.map(({ x0, x1, t }) => [bench.oracle.ask('matching.interpolate', [x0, x1, t]), t]),
    );
  }
}

/** Fields that fit all pairs of a batch. */
const fitting = (): Case[] =>
  [
    { components: ['2'], batch: [{ x0: [1], x1: [3], t: 0.5 }] },
    { components: ['1', '-2'], batch: [0, 0.25, 1].map((t) => ({ x0: [t, 1], x1: [t + 1, -1], t })) },
  ].map(({ components, batch }) => ({ args: [field(components), batch], expected: 0 }));

interface Perturbed {
  readonly t: number;
  readonly mean: number;
  readonly std: number;
  readonly slope: number;
  readonly offset: number;
}

/**
 * Four pairs that have the moments of x0 ~ N(0, 1) and x1 ~ N(mean, std²), independent, up to the second.
 *
 * The marginal velocity is the line of least squares of x1 − x0 on x_t, which depends on these moments alone: here, too,
 * a field that differs from it by δ(x) = offset + slope·x has a loss that is larger by the mean of δ(x_t)².
 */
function fourPairs({ t, mean, std }: Perturbed): Pair[] {
  return [-1, 1].flatMap((x0) => [-1, 1].map((side) => ({ x0: [x0], x1: [mean + side * std], t })));
}

const perturbed: fc.Arbitrary<Perturbed> = fc.record({
  t: decimals(0, 1),
  mean: decimals(-3, 3),
  std: decimals(0.3, 3),
  slope: fc.constantFrom(0.5, -0.5),
  offset: fc.constantFrom(0, 0.5, -0.5),
});

// ── The exercise ────────────────────────────────────────────────────────────────────────────────────────────────────

export const flowMatching: Exercise = {
  id: '12-flow-matching',
  file: 'flow-matching.ts',
  title: 'Flow matching',
  core: false,
  functions: { interpolate: vector, conditionalVelocity: vector, flowMatchingLoss: number, gaussianVelocity: number },
  misconceptions: [
    {
      id: 'ends-exchanged',
      function: 'interpolate',
      hint: 'x0 and x1 are exchanged: the path starts in x0 at t = 0.',
      wrong: (x0: Vector, x1: Vector, t: number) => combine(t, x0, 1 - t, x1),
    },
    {
      id: 'start-not-weighted',
      function: 'interpolate',
      hint: 'x0 has weight 1 at all times, so the path ends in x0 + x1. The weights must add up to 1.',
      wrong: (x0: Vector, x1: Vector, t: number) => combine(1, x0, t, x1),
    },
    {
      id: 'velocity-reversed',
      function: 'conditionalVelocity',
      hint: 'x0 and x1 are exchanged: this velocity leads from the data back to the noise.',
      wrong: (x0: Vector, x1: Vector) => combine(1, x0, -1, x1),
    },
    {
      id: 'velocity-is-the-end',
      function: 'conditionalVelocity',
      hint: 'This is x1 itself. A velocity is a distance per time: from where does the path come?',
      wrong: (_x0: Vector, x1: Vector) => x1,
    },
    ...lossMisconceptions(),
    {
      id: 'deviation-for-variance',
      function: 'gaussianVelocity',
      hint: 'std stands where std² belongs: variances of independent terms add, deviations do not.',
      wrong: (x: number, t: number, mean: number, std: number) => velocity(x, t, mean, std, Math.sqrt(std)),
    },
    {
      id: 'weight-not-squared',
      function: 'gaussianVelocity',
      hint: 'The variance of x_t has a weight that is not squared: the variance of t·x1 is t²·std².',
      wrong: (x: number, t: number, mean: number, std: number) =>
        mean + ((t * std ** 2 - (1 - t)) / (1 - t + t * std ** 2)) * (x - t * mean),
    },
    {
      id: 'mean-missing',
      function: 'gaussianVelocity',
      hint: 'Only the part that depends on x is there: E[x1 − x0] = mean is missing.',
      wrong: (x: number, t: number, mean: number, std: number) => velocity(x, t, mean, std) - mean,
    },
    {
      id: 'not-centred',
      function: 'gaussianVelocity',
      hint: 'The factor multiplies x itself. What counts is how far x is from the mean of x_t.',
      wrong: (x: number, t: number, mean: number, std: number) => mean + velocity(x, t, 0, std),
    },
    {
      id: 'centred-at-the-end',
      function: 'gaussianVelocity',
      hint: 'x is compared with the mean of x1. At time t it belongs to x_t, whose mean is another one.',
      wrong: (x: number, t: number, mean: number, std: number) => mean + velocity(x - mean, t, 0, std),
    },
    {
      id: 'covariances-added',
      function: 'gaussianVelocity',
      hint: 'The covariances of x1 and of x0 with x_t were added. In x1 − x0 one of them has a minus.',
      wrong: (x: number, t: number, mean: number, std: number) =>
        mean + ((t * std ** 2 + (1 - t)) / ((1 - t) ** 2 + (t * std) ** 2)) * (x - t * mean),
    },
    {
      id: 'mean-of-x1',
      function: 'gaussianVelocity',
      hint: 'This is E[x1 | x_t = x]. The velocity is x1 − x0, and x_t tells something about x0 as well.',
      wrong: (x: number, t: number, mean: number, std: number) =>
        mean + ((t * std ** 2) / ((1 - t) ** 2 + (t * std) ** 2)) * (x - t * mean),
    },
  ],
  checks: [
    {
      id: '12.interpolate.example',
      title: 'is (1 − t)·x0 + t·x1',
      kind: 'example',
      function: 'interpolate',
      points: 1,
      hint: 'Coordinate by coordinate: how much of x0, how much of x1? At t = 0 it is x0 alone.',
      law: matches(cases('matching.interpolate', lines)),
    },
    {
      id: '12.interpolate.ends',
      title: 'is x0 at t = 0 and x1 at t = 1, in new arrays; a RangeError outside',
      kind: 'error',
      function: 'interpolate',
      points: 1,
      hint: '0 and 1 are legal times, NaN is none: ask whether t is inside, not whether it is outside.',
      law: all(
        matches(cases('matching.interpolate', ends)),
        isPure((bench) => [...few(lines(bench)), ...few(ends(bench))]),
        rejectsOutside({
          outside: NOT_TIMES.map((t) => [[1, 2], [3, 4], t]),
          inside: TIMES.map((t) => [[1, 2], [3, 4], t]),
        }),
      ),
    },
    {
      id: '12.conditional-velocity.example',
      title: 'is x1 − x0, in a new array',
      kind: 'example',
      function: 'conditionalVelocity',
      points: 1,
      hint: 'The derivative of (1 − t)·x0 + t·x1 by t.',
      law: all(
        matches(cases('matching.conditionalVelocity', directions)),
        isPure((bench) => few(directions(bench))),
      ),
    },
    {
      id: '12.flow-matching-loss.example',
      title: 'is the mean of ‖u(x_t, t) − (x1 − x0)‖² over the pairs',
      kind: 'example',
      function: 'flowMatchingLoss',
      points: 1,
      hint: 'For each pair the sum of the squares over the coordinates; of these the mean. The README works one out.',
      law: matches(lossCases),
    },
    {
      id: '12.flow-matching-loss.evaluations',
      title: 'evaluates u once per pair, at (x_t, t), and changes nothing',
      kind: 'cost',
      function: 'flowMatchingLoss',
      points: 1,
      hint: 'Keep the velocity in a variable before you use its coordinates. No ODE is solved here.',
      law: all(evaluatesOncePerPair, isPure(lossInputs)),
    },
    {
      id: '12.flow-matching-loss.domain',
      title: 'is 0 for a field that fits, and a RangeError when there are no pairs',
      kind: 'error',
      function: 'flowMatchingLoss',
      points: 1,
      hint: 'The mean of nothing is 0/0: test the number of pairs first.',
      law: all(
        matches(fitting),
        rejectsOutside({
          outside: [
            [field(['1']), []],
            [field(['x[0] * t', '1']), []],
          ],
          inside: [
            [field(['1']), [{ x0: [0], x1: [1], t: 0 }]],
            [field(['x[0] * t', '1']), [{ x0: [0, 1], x1: [1, 0], t: 1 }]],
          ],
        }),
      ),
    },
    {
      id: '12.gaussian-velocity.example',
      title: 'is E[x1 − x0 | x_t = x]',
      kind: 'example',
      function: 'gaussianVelocity',
      points: 1,
      hint: 'First v, the variance of x_t; then the factor; then how far x is from the mean of x_t.',
      law: matches(cases('matching.gaussianVelocity', gaussians)),
    },
    {
      id: '12.gaussian-velocity.transport',
      title: 'carries x0 to mean + std·x0, and so N(0, 1) to N(mean, std²)',
      kind: 'property',
      function: 'gaussianVelocity',
      points: 1,
      hint: 'The ODE’s path is x(t) = t·mean + √v·x0, v = (1 − t)² + t²·std². Its derivative must be the velocity there.',
      law: forAll<Module, { x0: number; t: number; mean: number; std: number }>({
        inputs: fc.record({ x0: decimals(-3, 3), t: decimals(0, 1), mean: decimals(-3, 3), std: decimals(0.1, 4) }),
        examples: [
          { x0: 1, t: 0.5, mean: 1, std: 0.1 },
          { x0: 1, t: 0.5, mean: 1, std: 4 },
          { x0: 1, t: 0.01, mean: 1, std: 2 },
          { x0: 1, t: 0.99, mean: 1, std: 2 },
          { x0: 3, t: 1, mean: -3, std: 3 },
        ],
        holds: (student, input) => {
          const { t, mean, std } = input;
          expectClose(student.gaussianVelocity(onPath(input), t, mean, std), alongPath(input), {
            message: `not the velocity of the path that leads from x0 = ${formatNumber(input.x0)} to mean + std·x0`,
          });
        },
        show: (input) => formatCall('gaussianVelocity', [onPath(input), input.t, input.mean, input.std]),
      }),
    },
    {
      id: '12.gaussian-velocity.least-loss',
      title: 'has the least loss among its perturbations',
      kind: 'property',
      function: 'gaussianVelocity',
      points: 1,
      hint: 'A conditional mean is what has the least mean squared error. Is yours right at every x and t?',
      needs: ['flowMatchingLoss'],
      law: forAll<Module, Perturbed>({
        inputs: perturbed,
        // Near the ends, where the slope is about −1 and 1: a constant is beaten by a line of half of it.
        examples: [
          { t: 0.01, mean: 0, std: 0.5, slope: -0.5, offset: 0 },
          { t: 0.99, mean: 0, std: 0.5, slope: 0.5, offset: 0 },
        ],
        runs: 8,
        holds: (student, input) => {
          const { t, mean, std, slope, offset } = input;
          const at = (x: number) => student.gaussianVelocity(x, t, mean, std);
          const start = at(0);
          const rise = at(1) - start;
          const lossOf = (a: number, b: number) =>
            student.flowMatchingLoss(field([`${a} + ${b} * x[0]`.replace('+ -', '- ')]), fourPairs(input));
          const least = lossOf(start, rise);
          const other = lossOf(start + offset, rise + slope);
          // Larger by the mean of (offset + slope·x_t)² ≥ slope²·var x_t ≥ 0.25·std²/(1 + std²) ≥ 0.02.
          expectThat(other > least + 0.01, 'another field has no greater loss', {
            expected: `more than ${formatNumber(least)} for u(x, t) + (${formatNumber(offset)}) + (${formatNumber(slope)})·x`,
            actual: formatNumber(other),
          });
        },
        show: (input) =>
          `flowMatchingLoss((x, t) => [gaussianVelocity(x[0], t, ${input.mean}, ${input.std})], ${formatCall('', [fourPairs(input)]).slice(1, -1)})`,
      }),
    },
    {
      id: '12.gaussian-velocity.domain',
      title: 'holds at t = 0 and t = 1; a RangeError outside, and for std ≤ 0',
      kind: 'error',
      function: 'gaussianVelocity',
      points: 1,
      hint: '0 and 1 are legal times. NaN is outside every domain: ask whether a value is inside.',
      law: all(
        matches(cases('matching.gaussianVelocity', gaussianEnds)),
        isPure((bench) => few(gaussians(bench))),
        rejectsOutside({
          outside: [
            ...NOT_TIMES.map((t) => [1, t, 0.5, 2]),
            ...[0, -1, -0.25, Number.NaN, Number.NEGATIVE_INFINITY].map((std) => [1, 0.5, 0.5, std]),
            [1, 0, 0.5, 0],
            [1, 1, 0.5, -2],
          ],
          inside: [...TIMES.map((t) => [1, t, 0.5, 2]), ...[0.01, 0.5, 100].map((std) => [1, 0.5, 0.5, std])],
        }),
      ),
    },
  ],
};

// ── What the known wrong answers, and the laws, are made of ─────────────────────────────────────────────────────────

/** a·v + b·w. */
function combine(a: number, v: Vector, b: number, w: Vector): number[] {
  return v.map((vi, i) => a * vi + b * (w[i] as number));
}

/** The marginal velocity; `spread` is what stands for the deviation. */
function velocity(x: number, t: number, mean: number, std: number, spread = std): number {
  const factor = (t * spread ** 2 - (1 - t)) / ((1 - t) ** 2 + t ** 2 * spread ** 2);
  return mean + factor * (x - t * mean);
}

interface OnPath {
  readonly x0: number;
  readonly t: number;
  readonly mean: number;
  readonly std: number;
}

/** x(t) = t·mean + √v·x0. */
function onPath({ x0, t, mean, std }: OnPath): number {
  return t * mean + Math.sqrt((1 - t) ** 2 + (t * std) ** 2) * x0;
}

/** x′(t) = mean + v′/(2√v)·x0. */
function alongPath({ x0, t, mean, std }: OnPath): number {
  return mean + ((t * std ** 2 - (1 - t)) / Math.sqrt((1 - t) ** 2 + (t * std) ** 2)) * x0;
}

function lossMisconceptions(): Misconception[] {
  type Term = (u: VelocityField, pair: Pair) => number;
  const between = ({ x0, x1, t }: Pair) => combine(1 - t, x0, t, x1);
  const error = (v: Vector, { x0, x1 }: Pair) => combine(1, v, -1, combine(1, x1, -1, x0));
  const square = (v: Vector) => v.reduce((sum, vi) => sum + vi * vi, 0);
  const sumOf = (term: Term) => (u: VelocityField, batch: readonly Pair[]) =>
    batch.reduce((sum, pair) => sum + term(u, pair), 0);
  const meanOf = (term: Term) => (u: VelocityField, batch: readonly Pair[]) => sumOf(term)(u, batch) / batch.length;
  const usual: Term = (u, pair) => square(error(u(between(pair), pair.t), pair));
  const mistake = (id: string, hint: string, wrong: Misconception['wrong']): Misconception => ({
    id,
    function: 'flowMatchingLoss',
    hint,
    ...(wrong && { wrong }),
  });
  return [
    mistake(
      'norm-for-squared-norm',
      'A square root was taken of every pair’s error. The loss is the mean of ‖·‖², not of ‖·‖.',
      meanOf((u, pair) => Math.sqrt(usual(u, pair))),
    ),
    mistake(
      'mean-over-coordinates',
      'Each pair’s error was divided by the number of coordinates. ‖·‖² is their sum; the mean is over the pairs.',
      meanOf((u, pair) => usual(u, pair) / pair.x0.length),
    ),
    mistake('sum-for-mean', 'This is the sum over the pairs. Divide by how many there are.', sumOf(usual)),
    mistake(
      'target-reversed',
      'The target is reversed, x0 − x1: the field would learn to lead from the data to the noise.',
      meanOf((u, { x0, x1, t }) => square(error(u(between({ x0, x1, t }), t), { x0: x1, x1: x0, t }))),
    ),
    mistake(
      'evaluated-at-the-start',
      'u was evaluated at x0. At time t the point is at x_t.',
      meanOf((u, pair) => square(error(u(pair.x0, pair.t), pair))),
    ),
    mistake(
      'evaluated-at-the-end',
      'u was evaluated at x1. At time t the point is at x_t.',
      meanOf((u, pair) => square(error(u(pair.x1, pair.t), pair))),
    ),
    mistake(
      'path-reversed',
      'u was evaluated on the reversed path, at t·x0 + (1 − t)·x1.',
      meanOf((u, pair) => square(error(u(combine(pair.t, pair.x0, 1 - pair.t, pair.x1), pair.t), pair))),
    ),
    mistake(
      'time-ignored',
      'u was evaluated at t = 0 whatever t was. Every pair has a time of its own: pass it on.',
      meanOf((u, pair) => square(error(u(between(pair), 0), pair))),
    ),
  ];
}
