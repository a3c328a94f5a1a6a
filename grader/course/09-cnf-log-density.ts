import { callback, field } from '../checks/callbacks.ts';
import { expectCalls } from '../checks/calls.ts';
import { expectHalving } from '../checks/convergence.ts';
import { rejectsOutside } from '../checks/error.ts';
import { matches } from '../checks/example.ts';
import { all } from '../checks/law.ts';
import { few, isPure } from '../checks/purity.ts';
import { callFunction, studentOf } from '../checks/student.ts';
import { type Bench, type Case, type Exercise, Failure, type Misconception } from '../model/exercise.ts';
import type { Random } from '../model/random.ts';
import {
  array,
  type Callback,
  formatCall,
  formatNumber,
  type Matrix,
  number,
  record,
  type Value,
  type Vector,
  type VelocityField,
  vector,
} from '../model/value.ts';
import { linearComponents, sum } from './fields.ts';

type Divergence = (x: Vector, t: number) => number;

type Module = {
  push(
    u: VelocityField,
    divergence: Divergence,
    x0: Vector,
    logDensity0: number,
    steps: number,
  ): { x: number[]; logDensity: number };
  logDensity(
    u: VelocityField,
    divergence: Divergence,
    logBaseDensity: (x: Vector) => number,
    y: Vector,
    steps: number,
  ): number;
};

// ── Inputs ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A field and its divergence, as texts, and a point. */
type Problem = { readonly components: readonly string[]; readonly divergence: string; readonly x: Vector };

/** What student code gets: u and its divergence, which count their calls. */
function made({ components, divergence, x }: Problem): [u: Callback, divergence: Callback] {
  return [field(components), callback(`(x, t) => ${divergence}`, [array(number, x.length), number])];
}

const HALF_LOG_2PI = 0.9189385332046727;

/** log N(x; 0, I). */
function standardNormal(d: number): Callback {
  const squares = Array.from({ length: d }, (_, i) => `x[${i}] * x[${i}]`).join(' + ');
  return callback(`(x) => -0.5 * (${squares}) - ${d * HALF_LOG_2PI}`, [array(number, d)]);
}

/** A field, quadratic in x, that depends on t in each component, as does its divergence. */
function drawProblem(random: Random, d: number): Problem {
  const signed = (low: number, high: number) => random.pick([-1, 1]) * random.decimal(low, high);
  const rows = Array.from({ length: d }, (_, i) => {
    const [own, next] = [`x[${i}]`, `x[${(i + 1) % d}]`];
    const [a, b, c] = [signed(0.2, 1), signed(0.2, 0.8), signed(0.1, 0.3)];
    // In one dimension `next` is x[0] itself.
    const mixed = d === 1 ? 2 * c : c;
    return {
      component: sum([
        [a, own],
        [b, `t * ${own}`],
        [c, `${own} * ${next}`],
        [signed(0.2, 1), 't'],
      ]),
      terms: [
        [a, ''],
        [b, 't'],
        [mixed, next],
      ] as const,
    };
  });
  return {
    components: rows.map(({ component }) => component),
    divergence: sum(rows.flatMap(({ terms }) => terms)),
    x: random.vector(d, -1.5, 1.5),
  };
}

/** Problems with numbers of steps, simplest first, in one to three dimensions. */
function problems({ random }: Bench): [Problem, steps: number][] {
  const simple: [Problem, number][] = [
    [{ components: ['x[0]'], divergence: '1', x: [1] }, 1],
    [{ components: ['x[0]'], divergence: '1', x: [1] }, 2],
    [{ components: ['t * x[0]'], divergence: 't', x: [1] }, 2],
    [{ components: ['-0.5 * x[0] * x[0]'], divergence: '-x[0]', x: [2] }, 2],
    [{ components: ['x[0] * x[1]', 't - x[1]'], divergence: 'x[1] - 1', x: [1, 0.5] }, 4],
  ];
  const more = [1, 1, 2, 2, 3, 3].map((d): [Problem, number] => [drawProblem(random, d), random.pick([2, 3, 4, 5, 8])]);
  return [...simple, ...more];
}

const pushArguments = (bench: Bench): Value[][] =>
  few(problems(bench)).map(([problem, steps]) => [...made(problem), problem.x, bench.random.decimal(-3, -0.5), steps]);

const densityArguments = (bench: Bench): Value[][] =>
  few(problems(bench)).map(([problem, steps]) => [
    ...made(problem),
    standardNormal(problem.x.length),
    problem.x,
    steps,
  ]);

function pushCases(bench: Bench): Case[] {
  return problems(bench).map(([problem, steps]) => {
    const logDensity0 = bench.random.decimal(-3, -0.5);
    return {
      args: [...made(problem), problem.x, logDensity0, steps],
      expected: bench.oracle.ask('augmented.push', [problem.components, problem.x, logDensity0, steps]),
    };
  });
}

function densityCases(bench: Bench): Case[] {
  return problems(bench).map(([problem, steps]) => {
    const base = standardNormal(problem.x.length);
    const pulled = bench.oracle.ask('augmented.pull', [problem.components, problem.x, steps]);
    const { x0, change } = pulled as { x0: Vector; change: number };
    const start = base.run(...([x0] as never[])) as number;
    return { args: [...made(problem), base, problem.x, steps], expected: start + change };
  });
}

/** Matrices A with tr A ≠ 0, and points, such that yᵀ(e⁻ᴬ)ᵀA²e⁻ᴬy is far from 0: the Euler error's first term is half of it. */
function linearStarts(random: Random): [Matrix, Vector][] {
  const signed = (low: number, high: number) => random.pick([-1, 1]) * random.decimal(low, high);
  const [a, b] = [signed(0.1, 0.3), signed(0.8, 1.5)];
  return [
    [[[signed(0.5, 1.5)]], [signed(0.5, 2)]],
    [
      [
        [a, -b],
        [b, a],
      ],
      [signed(0.5, 2), random.decimal(-2, 2)],
    ],
  ];
}

const linearProblem = (matrix: Matrix, x: Vector): Problem => ({
  components: linearComponents(matrix),
  divergence: String(matrix.reduce((trace, row, i) => trace + (row[i] as number), 0)),
  x,
});

/** Problems for which the errors of x(1) and of the log-density do not vanish by accident. */
function curvedStarts(random: Random): Problem[] {
  return [
    { components: ['t * x[0] + t'], divergence: 't', x: [random.decimal(0.5, 2)] },
    { components: ['x[0] * (1 - x[0])'], divergence: '1 - 2 * x[0]', x: [random.decimal(0.1, 0.3)] },
    {
      components: ['x[0] * (1 - x[1])', 'x[1] * (x[0] - 1) + t'],
      divergence: 'x[0] - x[1]',
      x: [random.decimal(1.5, 2), random.decimal(0.4, 0.8)],
    },
  ];
}

// ── Laws ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Twice the steps, half the distance from the exact end and its exact log-density. */
function pushConverges(bench: Bench): void {
  const student = studentOf<Module>(bench);
  for (const problem of curvedStarts(bench.random)) {
    const end = bench.oracle.ask('ode.flow', [
      [...problem.components, `-(${problem.divergence})`],
      [...problem.x, -1],
      0,
      1,
    ]) as Vector;
    const args = (steps: number) => [...made(problem), problem.x, -1, steps];
    expectHalving(
      (steps) => {
        const [u, divergence, x0, logDensity0] = args(steps) as [Callback, Callback, Vector, number];
        const found = student.push(u, divergence, x0, logDensity0, steps) as { x: Vector; logDensity: number };
        return distance([...found.x, found.logDensity], end);
      },
      'the distance from the exact x(1) and log p₁(x(1))',
      (steps) => formatCall('push', args(steps)),
    );
  }
}

/** Twice the steps, half the distance from the Gaussian's log-density. */
function densityConverges(bench: Bench): void {
  const student = studentOf<Module>(bench);
  for (const [matrix, y] of linearStarts(bench.random)) {
    const expected = bench.oracle.ask('augmented.linearLogDensity', [matrix, y]) as number;
    const args = (steps: number) => [...made(linearProblem(matrix, y)), standardNormal(y.length), y, steps] as const;
    expectHalving(
      (steps) => Math.abs((student.logDensity(...args(steps)) as number) - expected),
      'the distance from the Gaussian’s log-density',
      (steps) => formatCall('logDensity', args(steps)),
    );
  }
}

/** What `push` says of a point that it carried, and what `logDensity` says of the same point. */
function agreesWithPush(bench: Bench): void {
  const student = studentOf<Module>(bench);
  for (const [matrix, x0] of linearStarts(bench.random)) {
    const problem = linearProblem(matrix, x0);
    const base = standardNormal(x0.length);
    const start = base.run(...([x0] as never[])) as number;
    const pushed = (steps: number) => student.push(...made(problem), x0, start, steps);
    expectHalving(
      (steps) => {
        const { x, logDensity } = pushed(steps) as { x: Vector; logDensity: number };
        return Math.abs((student.logDensity(...made(problem), base, x, steps) as number) - logDensity);
      },
      'the difference between what logDensity and push say of the same point',
      (steps) => `const { x, logDensity } = ${formatCall('push', [...made(problem), x0, start, steps])}`,
    );
  }
}

/** A field that depends on t, whose divergence depends on x, and whose slope is moderate: between −1/4 and 2. */
const GENTLE: Problem = {
  components: ['2 * t * x[0] / (1 + x[0] * x[0]) + 1'],
  divergence: '2 * t * (1 - x[0] * x[0]) / ((1 + x[0] * x[0]) * (1 + x[0] * x[0]))',
  x: [0],
};

/**
 * ∫ p₁ = 1 in one dimension, by the trapezoidal rule.
 *
 * Twenty steps make the mass 1.0056, and the rule, which leaves out what is beyond [−4, 6], finds 1.0068. There is no chance
 * in it: every right answer is within 0.007 of 1.
 */
function integratesToOne(bench: Bench): void {
  const student = studentOf<Module>(bench);
  const [u, divergence] = made(GENTLE);
  const base = standardNormal(1);
  const steps = 20;
  let mass = 0;
  for (let y = -4; y <= 6; y += 1) {
    mass += Math.exp(student.logDensity(u, divergence, base, [y], steps) as number);
  }
  if (Math.abs(mass - 1) <= 0.03) return;
  throw new Failure({
    message: 'exp(logDensity) does not integrate to 1',
    expected: '1',
    actual: formatNumber(Number(mass.toPrecision(4))),
    tolerance: '± 0.03',
    counterexample: `(y) => ${formatCall('logDensity', [u, divergence, base]).slice(0, -1)}, [y], ${steps})`,
  });
}

/** u and the divergence are evaluated once in each step, at the states of the path. */
function evaluates(forward: boolean): (bench: Bench) => void {
  return (bench) => {
    const caller = bench.check.function;
    // Many steps as well: what becomes of them is seen here alone.
    for (const [problem, steps] of [...few(problems(bench)), [RESTING, 100] as const]) {
      const [u, divergence] = made(problem);
      const rest = forward ? [problem.x, -1, steps] : [standardNormal(problem.x.length), problem.x, steps];
      const args = [u, divergence, ...rest];
      callFunction(bench, caller, args);
      const components = forward ? problem.components : problem.components.map(reversed);
      const states = bench.oracle.ask('ode.eulerTrajectory', [components, problem.x, steps]) as Matrix;
      const expected = states.slice(0, -1).map((x, k) => [x, forward ? k / steps : 1 - k / steps]);
      const counterexample = formatCall(caller, args);
      expectCalls({ caller, counterexample, name: 'u', callback: u }, expected);
      expectCalls({ caller, counterexample, name: 'divergence', callback: divergence }, expected);
    }
  };
}

/** The component of the field that leads back along the same paths. */
function reversed(component: string): string {
  return `-(${component.replaceAll(/\bt\b/g, '(1 - t)')})`;
}

function distance(v: Vector, w: Vector): number {
  return v.length === w.length ? Math.max(...v.map((vi, i) => Math.abs(vi - (w[i] as number)))) : Number.NaN;
}

const NOT_STEPS = [0, -1, 1.5, 0.5, -2.5, Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
const STEPS = [1, 2, 7, 50];
const MOVING: Problem = { components: ['x[0] + t'], divergence: '1', x: [1] };
const RESTING: Problem = { components: ['0'], divergence: '0', x: [1] };

export const density: Exercise = {
  id: '09-cnf-log-density',
  file: 'cnf.ts',
  title: 'CNF log-density',
  core: false,
  functions: { push: record({ x: vector, logDensity: number }), logDensity: number },
  misconceptions: [...pushMisconceptions(), ...densityMisconceptions()],
  checks: [
    {
      id: '09.push.example',
      title: 'is x(1) and log p₁(x(1)), by Euler steps',
      kind: 'example',
      function: 'push',
      points: 1,
      hint: 'Two quantities walk together: x with h·u, the log-density with −h·div u, both from (x, t) of the step’s beginning.',
      law: matches(pushCases),
    },
    {
      id: '09.push.convergence',
      title: 'comes closer to the exact flow like 1/steps',
      kind: 'property',
      function: 'push',
      points: 1,
      hint: 'Is every step taken, also where there are many, and has each the length 1/steps?',
      law: pushConverges,
    },
    {
      id: '09.push.evaluations',
      title: 'evaluates u and the divergence once a step, at its left end; changes nothing',
      kind: 'cost',
      function: 'push',
      points: 1,
      hint: 'Both are asked about the same x and t, before x moves. Keep the velocity in a variable.',
      law: all(evaluates(true), isPure(pushArguments)),
    },
    {
      id: '09.push.domain',
      title: 'throws a RangeError when steps is not a positive integer',
      kind: 'error',
      function: 'push',
      points: 1,
      hint: 'Test steps first, as in exercise 6; NaN is no number of steps.',
      law: rejectsOutside({
        outside: NOT_STEPS.map((steps) => [...made(MOVING), [1], -1, steps]),
        inside: STEPS.map((steps) => [...made(MOVING), [1], -1, steps]),
      }),
    },
    {
      id: '09.log-density.example',
      title: 'is log p₁(y), by Euler steps from t = 1 back to 0',
      kind: 'example',
      function: 'logDensity',
      points: 1,
      hint: 'Walk back to x(0), and gather h·div u on the way. Which density is known, and at which end of the path?',
      law: matches(densityCases),
    },
    {
      id: '09.log-density.gaussian',
      title: 'comes closer to the Gaussian of a linear field like 1/steps',
      kind: 'property',
      function: 'logDensity',
      points: 1,
      hint: 'For u = A·x the exact answer is log N(y; 0, e^A·e^Aᵀ). Is every step taken, also where there are many?',
      law: densityConverges,
    },
    {
      id: '09.log-density.integral',
      title: 'is the logarithm of a density: it integrates to 1',
      kind: 'property',
      function: 'logDensity',
      points: 1,
      hint: 'The divergence says how the flow thins the density out. Is it gathered along the path, wherever the path begins?',
      law: integratesToOne,
    },
    {
      id: '09.log-density.push',
      title: 'agrees with push, up to a difference that shrinks like 1/steps',
      kind: 'property',
      function: 'logDensity',
      points: 1,
      hint: 'push goes there and logDensity back: what one takes off, the other must take off as well.',
      needs: ['push'],
      law: agreesWithPush,
    },
    {
      id: '09.log-density.evaluations',
      title: 'evaluates u and the divergence once a step, at t = 1 − k/steps; changes nothing',
      kind: 'cost',
      function: 'logDensity',
      points: 1,
      hint: 'Both are asked about the same x and t, before x moves back: the first time about y, at t = 1.',
      law: all(evaluates(false), isPure(densityArguments)),
    },
    {
      id: '09.log-density.domain',
      title: 'throws a RangeError when steps is not a positive integer',
      kind: 'error',
      function: 'logDensity',
      points: 1,
      hint: 'Test steps first, as in push.',
      law: rejectsOutside({
        outside: NOT_STEPS.map((steps) => [...made(MOVING), standardNormal(1), [1], steps]),
        inside: STEPS.map((steps) => [...made(MOVING), standardNormal(1), [1], steps]),
      }),
    },
  ],
};

// ── Known wrong answers ─────────────────────────────────────────────────────────────────────────────────────────────

/** What a walk gathers of the divergence: `gain` is told the states and times at both ends of each step. */
type Gain = (divergence: Divergence, here: Vector, there: Vector, t: number, h: number) => number;

function walk(u: VelocityField, divergence: Divergence, x: Vector, steps: number, forward: boolean, gain: Gain) {
  const h = 1 / steps;
  let gathered = 0;
  let here = x;
  for (let k = 0; k < steps; k += 1) {
    const t = forward ? k * h : 1 - k * h;
    const velocity = u(here, t);
    const there = here.map((xi, i) => xi + (forward ? h : -h) * (velocity[i] as number));
    gathered += gain(divergence, here, there, t, h);
    here = there;
  }
  return { x: here, gathered };
}

function usual(divergence: Divergence, here: Vector, _there: Vector, t: number, h: number): number {
  return h * divergence(here, t);
}

function withoutLength(divergence: Divergence, here: Vector, _there: Vector, t: number): number {
  return divergence(here, t);
}

function pushMisconceptions(): Misconception[] {
  type Answer = (x0: Vector, walked: { x: Vector; gathered: number }, logDensity0: number) => unknown;
  const mistake = (id: string, hint: string, answer: Answer, gain = usual): Misconception => ({
    id,
    function: 'push',
    hint,
    wrong: (u: VelocityField, divergence: Divergence, x0: Vector, logDensity0: number, steps: number) =>
      answer(x0, walk(u, divergence, x0, steps, true, gain), logDensity0),
  });
  const subtract: Answer = (_x0, { x, gathered }, logDensity0) => ({ x, logDensity: logDensity0 - gathered });
  return [
    mistake(
      'sign-of-the-divergence',
      'The divergence was added. Where the flow spreads out, div u > 0, does the density grow or fall?',
      (_x0, { x, gathered }, logDensity0) => ({ x, logDensity: logDensity0 + gathered }),
    ),
    mistake(
      'step-length-missing',
      'The divergence was taken off whole in every step. A step lasts only h = 1/steps.',
      subtract,
      withoutLength,
    ),
    mistake(
      'divergence-after-the-step',
      'The divergence was asked about the x that had already moved. It belongs to the beginning of the step, as u does.',
      subtract,
      (divergence, _here, there, t, h) => h * divergence(there, t),
    ),
    mistake(
      'divergence-at-the-right-end',
      'The divergence belongs to the beginning of the step, x and t, as u does; here it is that of the end.',
      subtract,
      (divergence, _here, there, t, h) => h * divergence(there, t + h),
    ),
    mistake(
      'start-forgotten',
      'This is the change of the log-density alone. It starts from logDensity0.',
      (_x0, { x, gathered }) => ({ x, logDensity: -gathered }),
    ),
    mistake(
      'log-density-unchanged',
      'The log-density is still that of t = 0. It changes by −h·div u in every step.',
      (_x0, { x }, logDensity0) => ({ x, logDensity: logDensity0 }),
    ),
  ];
}

function densityMisconceptions(): Misconception[] {
  type Base = (x: Vector) => number;
  type Answer = (base: Base, y: Vector, walked: { x: Vector; gathered: number }) => number;
  const mistake = (id: string, hint: string, answer: Answer, gain = usual, forward = false): Misconception => ({
    id,
    function: 'logDensity',
    hint,
    wrong: (u: VelocityField, divergence: Divergence, base: Base, y: Vector, steps: number) =>
      answer(base, y, walk(u, divergence, y, steps, forward, gain)),
  });
  const subtract: Answer = (base, _y, { x, gathered }) => base(x) - gathered;
  return [
    mistake(
      'sign-going-back',
      'The divergence was added. p₁ is what p₀ becomes on the way there: going back does not turn the sign round.',
      (base, _y, { x, gathered }) => base(x) + gathered,
    ),
    mistake(
      'base-density-of-the-wrong-end',
      'The base density was asked about y. It belongs to t = 0: to the point where the path to y begins.',
      (base, y, { gathered }) => base(y) - gathered,
    ),
    mistake(
      'base-density-forgotten',
      'This is the change of the log-density alone. What is it at the beginning of the path?',
      (_base, _y, { gathered }) => -gathered,
    ),
    mistake(
      'divergence-forgotten',
      'This is the base density at x(0). On the way to y the flow has stretched or squeezed it.',
      (base, _y, { x }) => base(x),
    ),
    mistake(
      'step-length-missing-going-back',
      'The divergence was counted whole in every step. A step lasts only h = 1/steps.',
      subtract,
      withoutLength,
    ),
    mistake(
      'divergence-after-the-step-back',
      'The divergence was asked about the x that had already moved. Ask it where u is asked, at the same t.',
      subtract,
      (divergence, _here, there, t, h) => h * divergence(there, t),
    ),
    mistake(
      'walked-forward',
      'The path was followed forward from y. y is where it ends: time must run from 1 to 0, against the velocity.',
      subtract,
      usual,
      true,
    ),
  ];
}
