import * as fc from 'fast-check';
import { callback, field } from '../checks/callbacks.ts';
import { expectCalls } from '../checks/calls.ts';
import { rejectsOutside } from '../checks/error.ts';
import { matches } from '../checks/example.ts';
import { all } from '../checks/law.ts';
import { decimals, expectClose, forAll, vectors } from '../checks/property.ts';
import { few, isPure } from '../checks/purity.ts';
import { callFunction } from '../checks/student.ts';
import type { Bench, Case, Exercise, Misconception } from '../model/exercise.ts';
import {
  array,
  type Callback,
  formatCall,
  type Matrix,
  number,
  type Value,
  type Vector,
  type VelocityField,
  vector,
} from '../model/value.ts';
import { randomComponents, sum } from './fields.ts';

type Density = (x: Vector, t: number) => number;

type Module = {
  flowMap(u: VelocityField, x: Vector, t: number, steps: number): number[];
  divergence(u: VelocityField, x: Vector, t: number, eps?: number): number;
  continuityResidual(density: Density, u: VelocityField, x: Vector, t: number, eps?: number): number;
};

/** Up to a curvature of 1,000 in any direction, the differences with eps = 1e-4 are off by 1e-8/6 · 1,000 < 2e-6. */
const DERIVATIVE = { abs: 1e-5, rel: 1e-5 };

// ── Inputs ──────────────────────────────────────────────────────────────────────────────────────────────────────────

type Start = readonly [components: readonly string[], x: Vector, t: number];

/** Where flows begin, how long they last and in how many steps, simplest first. */
function flows({ random }: Bench): [...Start, steps: number][] {
  const simple: [...Start, number][] = [
    [['1'], [0], 1, 1],
    [['1'], [0], 0.5, 2],
    [['x[0]'], [1], 0.5, 1],
    [['t'], [0], 0.5, 2],
    [['t * x[0]'], [1], 0.5, 4],
    [['-x[1]', 'x[0] + t'], [1, 0], 0.25, 3],
  ];
  const more = [1, 2, 3, 4].map((d): [...Start, number] => [
    randomComponents(random, d),
    random.vector(d, -2, 2),
    random.decimal(0.2, 0.9),
    random.pick([2, 3, 4, 5, 8]),
  ]);
  return [...simple, ...more];
}

/** The states of Euler's path over [0, end], from the reference's over [0, 1]: dx/ds = end·u(x, end·s). */
function statesOf({ oracle }: Bench, [components, x, end]: Start, steps: number): Matrix {
  const scaled = components.map((text) => `${end} * (${text.replaceAll(/\bt\b/g, `(${end} * t)`)})`);
  return oracle.ask('ode.eulerTrajectory', [scaled, x, steps]) as Matrix;
}

const flowArguments = (bench: Bench): Value[][] =>
  few(flows(bench)).map(([components, x, t, steps]) => [field(components), x, t, steps]);

const flowCases = (bench: Bench): Case[] =>
  flows(bench).map(([components, x, t, steps]) => ({
    args: [field(components), x, t, steps],
    expected: statesOf(bench, [components, x, t], steps).at(-1) ?? [],
  }));

/** At t = 0 nothing has moved. */
const standing = (bench: Bench): Value[][] =>
  few(flows(bench)).map(([components, x, , steps]) => [field(components), x, 0, steps]);

/** Places to take divergences at, simplest first; differences to one side are off by 1e-4 at the second of them. */
function places({ random }: Bench): Start[] {
  const simple: Start[] = [
    [['x[0]'], [1], 0],
    [['x[0] * x[0]'], [1], 0],
    [['t * x[0] * x[0]', 'x[0]'], [2, 1], 0.5],
    [['x[0] * x[1]', 'x[1] * x[1] + x[0]'], [1, 2], 0.25],
  ];
  const more = [1, 2, 3, 4, 5].map(
    (d): Start => [randomComponents(random, d), random.vector(d, -2, 2), random.decimal(0.1, 0.9)],
  );
  return [...simple, ...more];
}

const placeArguments = (bench: Bench): Value[][] =>
  few(places(bench)).map(([components, x, t]) => [field(components), x, t]);

/** Cubic fields and steps so coarse that they show in the answer. */
function coarse({ random }: Bench): [...Start, eps: number][] {
  const simple: [...Start, number][] = [
    [['x[0] * x[0] * x[0]'], [1], 0, 1],
    [['x[0] * x[0] * x[0] * t', 'x[1] * x[1] * x[1]'], [1, 0], 0.5, 0.5],
  ];
  const more = [1, 2, 3].map((d): [...Start, number] => [
    Array.from(
      { length: d },
      (_, i) => `${random.decimal(0.5, 2)} * x[${i}] * x[${i}] * x[${i}] + x[${(i + 1) % d}] * t`,
    ),
    random.vector(d, -2, 2),
    random.decimal(0.1, 0.9),
    random.decimal(0.05, 0.5),
  ]);
  return [...simple, ...more];
}

function centralDivergence({ oracle }: Bench, [components, x, t]: Start, eps: number): number {
  const at = (i: number, by: number) =>
    (oracle.ask('field.value', [components, moved(x, i, by), t]) as Vector)[i] as number;
  return x.reduce((total, _, i) => total + (at(i, eps) - at(i, -eps)) / (2 * eps), 0);
}

/** N(m(t), v(t)·I) as texts in t, and the field that carries it along. */
type GaussianPath = {
  readonly mean: readonly string[];
  readonly variance: string;
  readonly components: readonly string[];
};

/** A field that stretches by (1 + c·t) about a point that moves from `from` with the velocity `drift`. */
function stretching(from: Vector, drift: Vector, c: number): GaussianPath {
  const mean = from.map((start, i) =>
    sum([
      [start, ''],
      [drift[i] as number, 't'],
    ]),
  );
  return {
    mean,
    variance: `(1 + ${c} * t) * (1 + ${c} * t)`,
    components: mean.map((m, i) => `${drift[i]} + ${c} * (x[${i}] - (${m})) / (1 + ${c} * t)`),
  };
}

/** The straight path from N(0, I) to N(mean, std²·I), with its marginal velocity. */
function straight(mean: Vector, std: number): GaussianPath {
  const square = Math.round(1e4 * std * std) / 1e4;
  const variance = `(1 - t) * (1 - t) + ${square} * t * t`;
  return {
    mean: mean.map((m) => `${m} * t`),
    variance,
    components: mean.map((m, i) => `${m} + (${square} * t - (1 - t)) / (${variance}) * (x[${i}] - ${m} * t)`),
  };
}

function densityOf({ mean, variance }: GaussianPath): Callback {
  const squares = mean.map((m, i) => `(x[${i}] - (${m})) ** 2`).join(' + ');
  const text = `(x, t) => Math.exp(-(${squares}) / (2 * (${variance}))) / (2 * Math.PI * (${variance})) ** ${mean.length / 2}`;
  return callback(text, [array(number, mean.length), number]);
}

/** Densities with the field that carries them, and with others. */
function pairs({ random }: Bench): [GaussianPath, ...Start][] {
  const resting = stretching([0], [0], 0);
  const simple: [GaussianPath, ...Start][] = [
    [resting, ['1'], [1], 0.5],
    [resting, ['x[0]'], [1], 0.5],
    [stretching([0], [1], 0), ['1'], [1], 0.5],
    [stretching([0], [1], 0), ['0'], [1], 0.5],
    [stretching([0], [0], 0.5), ['0'], [0.5], 0.5],
    [straight([1], 2), straight([1], 2).components, [0.5], 0.25],
  ];
  const more = [1, 1, 2, 2].flatMap((d): [GaussianPath, ...Start][] => {
    const path = random.pick([
      stretching(random.vector(d, -1, 1), random.vector(d, -1, 1), random.decimal(0.1, 0.8)),
      straight(random.vector(d, -1, 1), random.decimal(0.5, 2)),
    ]);
    const [x, t] = [random.vector(d, -1, 1), random.decimal(0.1, 0.9)];
    return [
      [path, path.components, x, t],
      [path, randomComponents(random, d), x, t],
    ];
  });
  return [...simple, ...more];
}

const residualArguments = (bench: Bench): Value[][] =>
  few(pairs(bench)).map(([path, components, x, t]) => [densityOf(path), field(components), x, t]);

const residualCases = (bench: Bench): Case[] =>
  pairs(bench).map(([path, components, x, t]) => ({
    args: [densityOf(path), field(components), x, t],
    expected: bench.oracle.ask('continuity.gaussianResidual', [path.mean, path.variance, components, x, t]),
  }));

/**
 * Functions p and fields for which differences of u·p and the product rule are the same, however coarse: u is a unit
 * vector along an axis, or p is 1.
 */
function coarseResiduals({ random }: Bench): Case[] {
  const cubic = '(x, t) => x[0] * x[0] * x[0] + t * t * t * x[0]';
  const along = '(x, t) => x[0] * x[1] * x[1] * x[1] + t * t * t';
  const one = '(x, t) => 1';
  const inputs: [density: string, ...Start, eps: number][] = [
    [one, ['x[0] * x[0] * x[0]'], [1], 0.5, 0.5],
    [cubic, ['1'], [1], 0.5, 0.5],
    [cubic, ['-1'], [random.decimal(-2, 2)], random.decimal(0.2, 0.8), random.decimal(0.05, 0.2)],
    [along, ['0', '1'], random.vector(2, -2, 2), random.decimal(0.2, 0.8), random.decimal(0.05, 0.2)],
    [
      one,
      ['x[1]', '2 * x[1] * x[1] * x[1]'],
      random.vector(2, -2, 2),
      random.decimal(0.2, 0.8),
      random.decimal(0.05, 0.2),
    ],
  ];
  return inputs.map(([text, components, x, t, eps]) => {
    const density = callback(text, [array(number, x.length), number]);
    const u = field(components);
    const p = density.run as unknown as Density;
    const velocity = u.run as unknown as VelocityField;
    return { args: [density, u, x, t, eps], expected: residual(p, velocity, x, t, eps) };
  });
}

const NOT_STEPS = [0, -1, 1.5, 0.5, -2.5, Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

// ── Laws ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** u is evaluated once in each step, at k·t/steps. */
function evaluatesOnceAStep(bench: Bench): void {
  for (const [components, x, t, steps] of flows(bench)) {
    const u = field(components);
    const args = [u, x, t, steps];
    callFunction(bench, 'flowMap', args);
    const states = statesOf(bench, [components, x, t], steps);
    expectCalls(
      { caller: 'flowMap', counterexample: formatCall('flowMap', args), name: 'u', callback: u },
      states.slice(0, -1).map((state, k) => [state, (k * t) / steps]),
    );
  }
}

/** u is evaluated twice for each coordinate. */
function evaluatesTwicePerCoordinate(bench: Bench): void {
  for (const [components, x, t] of places(bench)) {
    const u = field(components);
    const args = [u, x, t];
    callFunction(bench, 'divergence', args);
    expectCalls(
      { caller: 'divergence', counterexample: formatCall('divergence', args), name: 'u', callback: u },
      x.flatMap((_, i) => [1e-4, -1e-4].map((by) => [moved(x, i, by), t])),
    );
  }
}

interface Autonomous {
  readonly components: string[];
  readonly x: number[];
  readonly h: number;
  readonly first: number;
  readonly second: number;
}

const autonomous: fc.Arbitrary<Autonomous> = fc.integer({ min: 1, max: 3 }).chain((d) =>
  fc
    .record({
      rows: fc.array(vectors(d, -1, 1, 1), { minLength: d, maxLength: d }),
      bends: vectors(d, -0.3, 0.3, 1),
      x: vectors(d, -2, 2, 1),
      h: decimals(0.05, 0.15),
      first: fc.integer({ min: 1, max: 3 }),
      second: fc.integer({ min: 1, max: 3 }),
    })
    .map(({ rows, bends, ...rest }) => ({
      ...rest,
      components: rows.map((row, i) =>
        sum([...row.map((entry, j) => [entry, `x[${j}]`] as const), [bends[i] as number, `x[${i}] * x[${i}]`]]),
      ),
    })),
);

const belonging = fc.integer({ min: 1, max: 2 }).chain((d) =>
  fc.record({
    path: fc.oneof(
      fc.tuple(vectors(d, -1, 1, 1), vectors(d, -1, 1, 1), decimals(-0.5, 0.8, 1)).map((from) => stretching(...from)),
      fc.tuple(vectors(d, -1, 1, 1), decimals(0.5, 2, 1)).map((to) => straight(...to)),
    ),
    x: vectors(d, -2, 2, 1),
    t: decimals(0, 1),
  }),
);

export const path: Exercise = {
  id: '07-probability-path',
  file: 'path.ts',
  title: 'Probability path',
  core: false,
  functions: { flowMap: vector, divergence: number, continuityResidual: number },
  misconceptions: [...flowMisconceptions(), ...divergenceMisconceptions(), ...residualMisconceptions()],
  checks: [
    {
      id: '07.flow-map.example',
      title: 'is where Euler steps over [0, t] lead',
      kind: 'example',
      function: 'flowMap',
      points: 1,
      hint: 'As solve in exercise 6, but the clock stops at t: how long is a step now, and when does step k begin?',
      law: matches(flowCases),
    },
    {
      id: '07.flow-map.evaluations',
      title: 'evaluates u once a step, at k·t/steps, and is a copy of x at t = 0',
      kind: 'cost',
      function: 'flowMap',
      points: 1,
      hint: 'One evaluation for each step, kept in a variable; the result is an array of its own, also when nothing moves.',
      law: all(
        evaluatesOnceAStep,
        matches((bench) => standing(bench).map((args) => ({ args, expected: args[1] as Value }))),
        isPure((bench) => [...flowArguments(bench), ...standing(bench)]),
      ),
    },
    {
      id: '07.flow-map.composition',
      title: 'goes on where it stopped: first s, then t is s + t, for autonomous fields',
      kind: 'property',
      function: 'flowMap',
      points: 1,
      hint: 'When u does not depend on t, only the length of the steps counts. Is it t/steps for every t and steps?',
      law: forAll<Module, Autonomous>({
        inputs: autonomous,
        runs: 10,
        holds: (student, { components, x, h, first, second }) => {
          const to = (start: Vector, steps: number) =>
            student.flowMap(field(components), start, steps * h, steps) as number[];
          expectClose(to(to(x, first), second), to(x, first + second), {
            message: 'flowMap over the first part and then over the second is not flowMap over both',
          });
        },
        show: ({ components, x, h, first, second }) =>
          formatCall('flowMap', [field(components), x, (first + second) * h, first + second]),
      }),
    },
    {
      id: '07.flow-map.domain',
      title: 'throws a RangeError when steps is not a positive integer',
      kind: 'error',
      function: 'flowMap',
      points: 1,
      hint: 'Test steps first, as in exercise 6, also for t = 0.',
      law: rejectsOutside({
        outside: NOT_STEPS.flatMap((steps) => [1, 0.5, 0].map((t) => [field(['x[0] + t']), [1], t, steps])),
        inside: [1, 2, 50].flatMap((steps) => [1, 0].map((t) => [field(['x[0] + t']), [1], t, steps])),
      }),
    },
    {
      id: '07.divergence.example',
      title: 'is ∑ ∂uᵢ/∂xᵢ, up to 1e-5',
      kind: 'example',
      function: 'divergence',
      points: 1,
      hint: 'For each i move xᵢ alone, eps up and eps down, and look at uᵢ alone. Add the quotients up.',
      law: matches(
        (bench) =>
          places(bench).map(([components, x, t]) => ({
            args: [field(components), x, t],
            expected: bench.oracle.ask('field.divergence', [components, x, t]),
          })),
        DERIVATIVE,
      ),
    },
    {
      id: '07.divergence.step',
      title: 'takes central differences with the eps that is given',
      kind: 'property',
      function: 'divergence',
      points: 1,
      hint: '1e-4 is only the default. Use eps wherever the step occurs, for the points and for the division.',
      law: matches((bench) =>
        coarse(bench).map(([components, x, t, eps]) => ({
          args: [field(components), x, t, eps],
          expected: centralDivergence(bench, [components, x, t], eps),
        })),
      ),
    },
    {
      id: '07.divergence.evaluations',
      title: 'evaluates u exactly 2d times, at x ± eps·eᵢ and t, and leaves x as it was',
      kind: 'cost',
      function: 'divergence',
      points: 1,
      hint: 'Two evaluations for each coordinate, of which one component each is used; move a copy of x.',
      law: all(evaluatesTwicePerCoordinate, isPure(placeArguments)),
    },
    {
      id: '07.continuity-residual.example',
      title: 'is ∂ₜp + div(u·p), up to 1e-5',
      kind: 'example',
      function: 'continuityResidual',
      points: 1,
      hint: 'Two parts: how p changes in time where you stand, and the divergence of the field u·p. Your own divergence will do.',
      law: matches(residualCases, DERIVATIVE),
    },
    {
      id: '07.continuity-residual.belonging',
      title: 'is 0 for a field and the density that it carries along, and changes nothing',
      kind: 'property',
      function: 'continuityResidual',
      points: 1,
      hint: 'What flows into a place must be what it gains. Does every coordinate, and every t, count?',
      law: all(
        forAll<Module, { path: GaussianPath; x: number[]; t: number }>({
          inputs: belonging,
          runs: 10,
          holds: (student, { path, x, t }) => {
            expectClose(student.continuityResidual(densityOf(path), field(path.components), x, t), 0, {
              message: 'the residual is not 0, though this field carries this density along',
              tolerance: DERIVATIVE,
            });
          },
          show: ({ path, x, t }) => formatCall('continuityResidual', [densityOf(path), field(path.components), x, t]),
        }),
        isPure(residualArguments),
      ),
    },
    {
      id: '07.continuity-residual.step',
      title: 'takes both differences, in t and in x, with the eps that is given',
      kind: 'property',
      function: 'continuityResidual',
      points: 1,
      hint: '1e-4 is only the default. Does eps reach the difference in t, and is it passed on to the divergence?',
      law: matches(coarseResiduals),
    },
  ],
};

// ── What the laws and the known wrong answers are made of ───────────────────────────────────────────────────────────

/** x + by·eᵢ. */
function moved(x: Vector, i: number, by: number): number[] {
  return x.map((xj, j) => (j === i ? xj + by : xj));
}

/** ∑ of differences of uᵢ along eᵢ. */
function differences(u: VelocityField, x: Vector, t: number, eps: number): number {
  const at = (i: number, by: number) => u(moved(x, i, by), t)[i] as number;
  return x.reduce((total, _, i) => total + (at(i, eps) - at(i, -eps)) / (2 * eps), 0);
}

function inTime(p: Density, x: Vector, t: number, eps: number): number {
  return (p(x, t + eps) - p(x, t - eps)) / (2 * eps);
}

function flux(p: Density, u: VelocityField, x: Vector, t: number, eps: number): number {
  return differences((at, time) => u(at, time).map((ui) => ui * p(at, time)), x, t, eps);
}

function residual(p: Density, u: VelocityField, x: Vector, t: number, eps: number): number {
  return inTime(p, x, t, eps) + flux(p, u, x, t, eps);
}

function flowMisconceptions(): Misconception[] {
  const mistake = (
    id: string,
    hint: string,
    lengthOf: (t: number, steps: number) => number,
    timeOf: (k: number, t: number, steps: number) => number,
  ): Misconception => ({
    id,
    function: 'flowMap',
    hint,
    wrong: (u: VelocityField, x: Vector, t: number, steps: number) => {
      let state = x;
      for (let k = 0; k < steps; k += 1) {
        const velocity = u(state, timeOf(k, t, steps));
        state = state.map((xi, i) => xi + lengthOf(t, steps) * (velocity[i] as number));
      }
      return state;
    },
  });
  const length = (t: number, steps: number) => t / steps;
  return [
    mistake(
      'whole-interval',
      'The flow was followed up to time 1, whatever t is. The steps share [0, t] among them.',
      (_t, steps) => 1 / steps,
      (k, _t, steps) => k / steps,
    ),
    mistake(
      'times-of-the-whole-interval',
      'The steps have the right length, but u was evaluated at k/steps, as if the clock ran to 1.',
      length,
      (k, _t, steps) => k / steps,
    ),
    mistake(
      'steps-of-the-whole-interval',
      'u was evaluated at the right times, but each step was 1/steps long. They share [0, t] among them.',
      (_t, steps) => 1 / steps,
      (k, t, steps) => (k * t) / steps,
    ),
    mistake(
      'right-end',
      'u was evaluated at the end of each step. Euler’s method keeps the velocity of the beginning.',
      length,
      (k, t, steps) => ((k + 1) * t) / steps,
    ),
    mistake(
      'time-stands-still',
      'u was evaluated at time t in every step. That is where the flow ends: the clock starts at 0.',
      length,
      (_k, t) => t,
    ),
  ];
}

function divergenceMisconceptions(): Misconception[] {
  const mistake = (
    id: string,
    hint: string,
    wrong: (u: VelocityField, x: Vector, t: number, eps: number) => number,
  ) => ({
    id,
    function: 'divergence',
    hint,
    wrong: (u: VelocityField, x: Vector, t: number, eps = 1e-4) => wrong(u, x, t, eps),
  });
  const total = (v: Vector) => v.reduce((all, vi) => all + vi, 0);
  return [
    mistake(
      'sum-of-components',
      'This is the sum of u’s components. The divergence is a sum of derivatives.',
      (u, x, t) => total(u(x, t)),
    ),
    mistake(
      'one-sided',
      'These are differences to one side, off by eps/2 times the curvature. Central ones look both ways.',
      (u, x, t, eps) => {
        const here = u(x, t);
        return x.reduce((all, _, i) => all + ((u(moved(x, i, eps), t)[i] as number) - (here[i] as number)) / eps, 0);
      },
    ),
    mistake(
      'half-the-distance',
      'The differences were divided by eps. How far apart are x + eps·eᵢ and x − eps·eᵢ?',
      (u, x, t, eps) => 2 * differences(u, x, t, eps),
    ),
    mistake(
      'whole-jacobian',
      'All entries of the Jacobian were added. The divergence is the sum of its diagonal: move xᵢ, look at uᵢ.',
      (u, x, t, eps) =>
        x.reduce((all, _, i) => all + (total(u(moved(x, i, eps), t)) - total(u(moved(x, i, -eps), t))) / (2 * eps), 0),
    ),
  ];
}

function residualMisconceptions(): Misconception[] {
  type Answer = (p: Density, u: VelocityField, x: Vector, t: number, eps: number) => number;
  const mistake = (id: string, hint: string, wrong: Answer): Misconception => ({
    id,
    function: 'continuityResidual',
    hint,
    wrong: (p: Density, u: VelocityField, x: Vector, t: number, eps = 1e-4) => wrong(p, u, x, t, eps),
  });
  return [
    mistake(
      'gradient-term-forgotten',
      'This is ∂ₜp + p·div u. The flow also carries p from where it is larger: what is the derivative of a product?',
      (p, u, x, t, eps) => inTime(p, x, t, eps) + p(x, t) * differences(u, x, t, eps),
    ),
    mistake(
      'divergence-term-forgotten',
      'This is ∂ₜp + u·∇p. The flow also thins p out where it spreads: what is the derivative of a product?',
      (p, u, x, t, eps) => {
        const velocity = u(x, t);
        return inTime(p, x, t, eps) + differences((at) => velocity.map((ui) => ui * p(at, t)), x, t, eps);
      },
    ),
    mistake('time-derivative-forgotten', 'This is div(u·p) alone: how p changes in time is missing.', flux),
    mistake(
      'outflow-subtracted',
      'The divergence was subtracted. What flows out of a place is lost there: ∂ₜp = −div(u·p), so their sum is 0.',
      (p, u, x, t, eps) => inTime(p, x, t, eps) - flux(p, u, x, t, eps),
    ),
    mistake(
      'density-forgotten',
      'This is ∂ₜp + div u. What flows is mass: the field whose divergence counts is u·p.',
      (p, u, x, t, eps) => inTime(p, x, t, eps) + differences(u, x, t, eps),
    ),
  ];
}
