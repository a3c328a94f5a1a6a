import * as fc from 'fast-check';
import { field } from '../checks/callbacks.ts';
import { expectHalving } from '../checks/convergence.ts';
import { rejectsOutside } from '../checks/error.ts';
import { matches } from '../checks/example.ts';
import { all } from '../checks/law.ts';
import { expectClose, forAll, vectors } from '../checks/property.ts';
import { few, isPure } from '../checks/purity.ts';
import { callFunction, type Student, studentOf } from '../checks/student.ts';
import { type Bench, type Case, type Exercise, Failure, type Law, type Misconception } from '../model/exercise.ts';
import type { Random } from '../model/random.ts';
import { count } from '../model/text.ts';
import {
  array,
  type Callback,
  formatCall,
  formatNumber,
  type Matrix,
  type Value,
  type Vector,
  type VelocityField,
  vector,
} from '../model/value.ts';
import { linearComponents, randomComponents, sum } from './fields.ts';

type Module = {
  eulerStep(u: VelocityField, x: Vector, t: number, h: number): number[];
  solve(u: VelocityField, x0: Vector, steps: number): number[];
  trajectory(u: VelocityField, x0: Vector, steps: number): number[][];
  solveBackward(u: VelocityField, x1: Vector, steps: number): number[];
};

/** A field, as its components, and where a path of it starts. */
type Start = readonly [components: readonly string[], x: Vector];

const SIMPLE: readonly [...Start, steps: number][] = [
  [['1'], [0], 1],
  [['x[0]'], [1], 1],
  [['x[0]'], [1], 2],
  [['2 * t'], [0], 4],
  [['t * x[0]'], [1], 2],
  [['1 - t * t'], [-1], 3],
  [['-x[1]', 'x[0]'], [1, 0], 4],
  [['x[1] * t', '-x[0] + 0.5 * x[1] * x[1]'], [1, -0.5], 5],
  [['x[1] * x[2]', 't - x[0] * x[2]', '0.5 * x[0] * x[1]'], [1, 0.5, -1], 4],
];

/** Ordinary paths, simplest first, in one to four dimensions. */
function paths({ random }: Bench): [...Start, steps: number][] {
  const more = [1, 2, 3, 4, 1, 2, 3, 4].map((dimension): [...Start, number] => [
    randomComponents(random, dimension),
    random.vector(dimension, -2, 2),
    random.pick([2, 3, 4, 5, 8]),
  ]);
  return [...SIMPLE, ...more];
}

/** Cases of a function (u, x, steps), from the reference. */
function pathCases(expected: (bench: Bench, args: Value[]) => Value): (bench: Bench) => Case[] {
  return (bench) =>
    paths(bench).map(([components, x, steps]) => ({
      args: [field(components), x, steps],
      expected: expected(bench, [components, x, steps]),
    }));
}

/** Single steps, simplest first; h has either sign. */
function stepCases({ random, oracle }: Bench): Case[] {
  const simple: [...Start, t: number, h: number][] = [
    [['1'], [0], 0, 1],
    [['x[0]'], [1], 0, 0.5],
    [['t'], [0], 1, 0.5],
    [['x[0] + t'], [2], 0.5, -0.25],
    [['-x[1]', 'x[0]'], [1, 2], 0.5, 0.5],
    [['x[1] * t', 'x[0] * x[0]'], [3, -1], 2, -0.1],
  ];
  const more = [1, 2, 3, 4].map((dimension): [...Start, number, number] => [
    randomComponents(random, dimension),
    random.vector(dimension, -2, 2),
    random.decimal(-1, 2),
    random.decimal(0.05, 0.5) * random.pick([-1, 1]),
  ]);
  return [...simple, ...more].map(([components, x, t, h]) => ({
    args: [field(components), x, t, h],
    expected: oracle.ask('ode.eulerStep', [components, x, t, h]),
  }));
}

/**
 * Starts of linear fields x ↦ A·x whose Euler error is far from vanishing by accident: |A²·e^A·x| is large.
 *
 * A wrong limit may lie where the error points anyway, and hide in it; in one dimension it hardly can.
 */
function linearStarts(random: Random): [Matrix, Vector][] {
  const signed = (low: number, high: number) => random.pick([-1, 1]) * random.decimal(low, high);
  const [a, b] = [random.decimal(-0.6, 0.6), signed(0.8, 1.5)];
  return [
    [[[signed(0.5, 1.5)]], [signed(0.5, 2)]],
    [
      [
        [a, -b, random.decimal(-0.5, 0.5)],
        [b, a, random.decimal(-0.5, 0.5)],
        [0, 0, signed(0.5, 1.5)],
      ],
      [signed(0.5, 2), random.decimal(-2, 2), random.decimal(-0.5, 0.5)],
    ],
  ];
}

/** Starts of fields that are not linear, or depend on t, with an error that does not vanish either. */
function otherStarts(random: Random): Start[] {
  return [
    [['x[0] * (1 - x[0])'], [random.decimal(0.1, 0.3)]],
    [['t * x[0] + t'], [random.decimal(0.5, 2)]],
    [
      ['x[0] * (1 - x[1])', 'x[1] * (x[0] - 1) + t', 'x[0] * x[1] - x[2]'],
      [random.decimal(1.5, 2), random.decimal(0.4, 0.8), random.decimal(-1, 1)],
    ],
  ];
}

function expectFirstOrder(student: Student<Module>, [components, x]: Start, end: Vector): void {
  expectHalving(
    (steps) => distance(student.solve(field(components), x, steps), end),
    'the distance from the exact x(1)',
    (steps) => formatCall('solve', [field(components), x, steps]),
  );
}

/** The function evaluates u once in each step, at the times given by `timeOf`. */
function evaluatesAt(timeOf: (k: number, steps: number) => number): Law {
  const inputs: [...Start, steps: number][] = [
    [['1'], [0], 1],
    [['x[0] + t'], [1], 1],
    [['x[0] + t'], [1], 2],
    [['x[1] * t', '-x[0]'], [1, 2], 3],
    [['x[1]', 'x[2] - t', '-x[0] * t'], [1, 0, -1], 10],
    // Ten steps of 0.1 do not add up to 1, nor do these.
    [['t'], [1], 110],
  ];
  return (bench) => {
    const name = bench.check.function;
    for (const [components, x, steps] of inputs) {
      const u = field(components);
      const args = [u, x, steps];
      callFunction(bench, name, args);
      const counterexample = formatCall(name, args);
      if (u.calls.length !== steps) {
        throw new Failure({
          message: `${name} evaluates u ${count(u.calls.length, 'time')} for ${count(steps, 'step')}`,
          expected: count(steps, 'evaluation'),
          actual: count(u.calls.length, 'evaluation'),
          counterexample,
        });
      }
      for (const [k, [, t]] of u.calls.entries()) {
        expectTime(t as number, timeOf(k, steps), { message: `step ${k} evaluates u at another t`, counterexample });
      }
    }
  };
}

function evaluatesOnceHere(bench: Bench): void {
  for (const { args } of stepCases(bench)) {
    const [u, x, t] = args as [Callback, Vector, number, number];
    callFunction(bench, 'eulerStep', args);
    const counterexample = formatCall('eulerStep', args);
    const [call] = u.calls as [Vector, number][];
    if (call === undefined || u.calls.length !== 1) {
      throw new Failure({
        message: `eulerStep evaluates u ${count(u.calls.length, 'time')}, not once`,
        counterexample,
      });
    }
    for (const [i, xi] of x.entries()) {
      expectTime(call[0][i] as number, xi, { message: `eulerStep evaluates u at another x[${i}]`, counterexample });
    }
    expectTime(call[1], t, { message: 'eulerStep evaluates u at another t', counterexample });
  }
}

/** k·h and k/steps differ by rounding: by 2⁻⁵³ for each of the two operations, at times up to 1. */
function expectTime(actual: number, expected: number, finding: { message: string; counterexample: string }): void {
  if (Math.abs(actual - expected) <= 1e-12) return;
  throw new Failure({
    ...finding,
    expected: formatNumber(expected),
    actual: formatNumber(actual),
    tolerance: '± 1e-12',
  });
}

/** The law; when u was called without a time, the mistake is named. */
function namingMissingTime(law: Law): Law {
  return (bench) => {
    try {
      law(bench);
    } catch (error) {
      if (!(error instanceof Failure && /: argument 2 is undefined/.test(error.message))) throw error;
      throw new Failure({ ...error.finding, misconception: 'time-not-passed' });
    }
  };
}

/** Inputs on which purity is watched. */
function pathInputs(bench: Bench): Value[][] {
  return few(paths(bench)).map(([components, x, steps]) => [field(components), x, steps]);
}

const NOT_STEPS = [0, -1, 1.5, 0.5, -2.5, Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
const needsSteps = rejectsOutside({
  outside: NOT_STEPS.map((steps) => [field(['x[0] + t']), [1], steps]),
  inside: [1, 2, 60].map((steps) => [field(['x[0] + t']), [1], steps]),
});

/** Fields A·x + b·t + c of up to three dimensions, as matrix, b and c, with a start. */
const affinePaths = fc.integer({ min: 1, max: 3 }).chain((d) =>
  fc.record({
    matrix: fc.array(vectors(d, -1, 1, 1), { minLength: d, maxLength: d }),
    perTime: vectors(d, -2, 2, 1),
    constant: vectors(d, -2, 2, 1),
    x: vectors(d, -3, 3, 1),
    steps: fc.integer({ min: 1, max: 6 }),
  }),
);

export const euler: Exercise = {
  id: '06-euler-cnf',
  file: 'euler.ts',
  title: 'Euler CNF',
  core: true,
  functions: { eulerStep: vector, solve: vector, trajectory: array(vector), solveBackward: vector },
  misconceptions: [
    {
      id: 'time-not-passed',
      function: 'eulerStep',
      hint: 'u was called without a time. A velocity field takes two arguments, where and when: u(x, t).',
    },
    {
      id: 'time-ignored',
      function: 'eulerStep',
      hint: 'u was evaluated at t = 0 whatever t was. The velocity may change with time: pass t on.',
      wrong: (u: VelocityField, x: Vector, _t: number, h: number) => step(u, x, 0, h),
    },
    {
      id: 'right-end-of-the-step',
      function: 'eulerStep',
      hint: 'u was evaluated at t + h. Euler’s method keeps the velocity from the beginning of the step.',
      wrong: (u: VelocityField, x: Vector, t: number, h: number) =>
        x.map((xi, i) => xi + h * (u(x, t + h)[i] as number)),
    },
    {
      id: 'position-missing',
      function: 'eulerStep',
      hint: 'This is the displacement of the step alone. Where did the step begin?',
      wrong: (u: VelocityField, x: Vector, t: number, h: number) => u(x, t).map((ui) => h * ui),
    },
    {
      id: 'step-length-missing',
      function: 'eulerStep',
      hint: 'The whole velocity was added: that is a step of length 1, whatever h is.',
      wrong: (u: VelocityField, x: Vector, t: number) => step(u, x, t, 1),
    },
    ...walkMisconceptions(),
    {
      id: 'start-missing',
      function: 'trajectory',
      hint: 'The first state is missing: steps + 1 states have steps gaps between them, and x0 is one of them.',
      wrong: (u: VelocityField, x0: Vector, steps: number) => walk(u, x0, steps, 1 / steps, (k) => k / steps).slice(1),
    },
    {
      id: 'same-array-stored',
      function: 'trajectory',
      hint: 'All states are x(1): one array was changed in place and stored again and again. Make a new one each step.',
      wrong: (u: VelocityField, x0: Vector, steps: number) => {
        const states = walk(u, x0, steps, 1 / steps, (k) => k / steps);
        return states.map(() => states.at(-1));
      },
    },
    {
      id: 'forward-sign',
      function: 'solveBackward',
      hint: 'The steps go forward although t runs back. Back in time the point moves against its velocity.',
      wrong: (u: VelocityField, x1: Vector, steps: number) =>
        walk(u, x1, steps, 1 / steps, (k) => 1 - k / steps).at(-1),
    },
    {
      id: 'forward-again',
      function: 'solveBackward',
      hint: 'This goes forward from x1. Time has to run from 1 down to 0, and the steps against the velocity.',
      wrong: (u: VelocityField, x1: Vector, steps: number) => walk(u, x1, steps, 1 / steps, (k) => k / steps).at(-1),
    },
    {
      id: 'clock-runs-forward',
      function: 'solveBackward',
      hint: 'The steps go back, but t runs from 0 up. x1 is where the path is at t = 1: the clock starts there.',
      wrong: (u: VelocityField, x1: Vector, steps: number) => walk(u, x1, steps, -1 / steps, (k) => k / steps).at(-1),
    },
    {
      id: 'far-end-in-backward-solve',
      function: 'solveBackward',
      hint: 't is one step ahead of the point. Evaluate u where the point stands: the first time at t = 1.',
      wrong: (u: VelocityField, x1: Vector, steps: number) =>
        walk(u, x1, steps, -1 / steps, (k) => 1 - (k + 1) / steps).at(-1),
    },
    {
      id: 'short-steps-in-backward-solve',
      function: 'solveBackward',
      hint: 'The steps have length 1/(steps + 1). Count the gaps between the states, not the states.',
      wrong: (u: VelocityField, x1: Vector, steps: number) =>
        walk(u, x1, steps, -1 / (steps + 1), (k) => 1 - k / (steps + 1)).at(-1),
    },
    {
      id: 'one-step-too-many-in-backward-solve',
      function: 'solveBackward',
      hint: 'There is one step too many. How often does a loop from 0 run that includes its last value?',
      wrong: (u: VelocityField, x1: Vector, steps: number) =>
        walk(u, x1, steps + 1, -1 / steps, (k) => 1 - k / steps).at(-1),
    },
    {
      id: 'time-stands-still-in-backward-solve',
      function: 'solveBackward',
      hint: 'u was evaluated at t = 1 in every step. Time must run: what is t in step k?',
      wrong: (u: VelocityField, x1: Vector, steps: number) => walk(u, x1, steps, -1 / steps, () => 1).at(-1),
    },
  ],
  checks: [
    {
      id: '06.euler-step.example',
      title: 'is x + h·u(x, t)',
      kind: 'example',
      function: 'eulerStep',
      points: 1,
      hint: 'Ask u for the velocity at (x, t), then move each coordinate of x by h times its own.',
      law: namingMissingTime(matches(stepCases)),
    },
    {
      id: '06.euler-step.evaluation',
      title: 'evaluates u once, at (x, t), and leaves x as it was',
      kind: 'cost',
      function: 'eulerStep',
      points: 1,
      hint: 'Keep the velocity in a variable before you use its coordinates, and put the answer into a new array.',
      law: all(
        evaluatesOnceHere,
        isPure((bench) => few(stepCases(bench)).map(({ args }) => args)),
      ),
    },
    {
      id: '06.solve.example',
      title: 'is x(1), reached from x(0) by Euler steps',
      kind: 'example',
      function: 'solve',
      points: 1,
      hint: 'Work the first example of the README by hand: which t, which h, and how many steps?',
      law: namingMissingTime(
        matches(pathCases(({ oracle }, args) => (oracle.ask('ode.eulerTrajectory', args) as Matrix).at(-1) ?? [])),
      ),
    },
    {
      id: '06.solve.constant-field',
      title: 'is exactly x0 + c for a constant velocity c, whatever steps is',
      kind: 'property',
      function: 'solve',
      points: 1,
      hint: 'The steps must add up to the time from 0 to 1. Sums of h in floating point may miss 1 and cost a step more.',
      law: forAll<Module, { path: { c: number[]; x: number[] }; steps: number }>({
        inputs: fc.record({
          path: fc
            .integer({ min: 1, max: 4 })
            .chain((d) => fc.record({ c: vectors(d, -5, 5, 0), x: vectors(d, -5, 5, 1) })),
          steps: fc.integer({ min: 1, max: 15 }),
        }),
        // In floating point, ten steps of 0.1 do not add up to 1.
        examples: [10, 38].map((steps) => ({ path: { c: [1, -3], x: [0, 0.5] }, steps })),
        runs: 10,
        holds: (student, { path: { c, x }, steps }) => {
          const end = student.solve(field(c.map(String)), x, steps);
          expectClose(
            end,
            x.map((xi, i) => xi + (c[i] as number)),
            { message: 'solve is not x0 + c for u(x, t) = c' },
          );
        },
        show: ({ path: { c, x }, steps }) => formatCall('solve', [field(c.map(String)), x, steps]),
      }),
    },
    {
      id: '06.solve.convergence',
      title: 'nears the exact x(1): twice the steps, half the error',
      kind: 'property',
      function: 'solve',
      points: 1,
      hint: 'The error of Euler’s method is proportional to h, however many steps there are. What changes when there are many?',
      law: (bench) => {
        const { oracle, random } = bench;
        const student = studentOf<Module>(bench);
        for (const [matrix, x] of linearStarts(random)) {
          const end = oracle.ask('ode.linearFlow', [matrix, x]) as Vector;
          expectFirstOrder(student, [linearComponents(matrix), x], end);
        }
        for (const [components, x] of otherStarts(random)) {
          expectFirstOrder(student, [components, x], oracle.ask('ode.flow', [components, x, 0, 1]) as Vector);
        }
      },
    },
    {
      id: '06.solve.evaluations',
      title: 'evaluates u exactly once a step, at t = k/steps, and leaves x0 as it was',
      kind: 'cost',
      function: 'solve',
      points: 1,
      hint: 'One evaluation a step, at its left end: none for nothing, neither before the loop nor after it.',
      law: all(
        evaluatesAt((k, steps) => k / steps),
        isPure(pathInputs),
      ),
    },
    {
      id: '06.solve.domain',
      title: 'throws a RangeError when steps is not a positive integer',
      kind: 'error',
      function: 'solve',
      points: 1,
      hint: 'Test steps before anything else; Number.isInteger knows about NaN and Infinity.',
      law: needsSteps,
    },
    {
      id: '06.trajectory.example',
      title: 'is the list of all steps + 1 states, x0 first',
      kind: 'example',
      function: 'trajectory',
      points: 1,
      hint: 'Begin the list with x0 and add the new state after each step: the list is one longer than the loop.',
      law: namingMissingTime(matches(pathCases(({ oracle }, args) => oracle.ask('ode.eulerTrajectory', args)))),
    },
    {
      id: '06.trajectory.agrees-with-solve',
      title: 'starts at x0, ends where solve does and takes one step after another',
      kind: 'property',
      function: 'trajectory',
      points: 1,
      hint: 'trajectory and solve take the same steps; one of them keeps every state, the other the last one only.',
      needs: ['eulerStep', 'solve'],
      law: forAll<Module, PathInput>({
        inputs: affinePaths,
        // Ten steps of 0.1 do not add up to 1.
        examples: [
          {
            matrix: [
              [0.5, -1],
              [1, 0],
            ],
            perTime: [1, 0],
            constant: [0, 1],
            x: [1, -1],
            steps: 10,
          },
        ],
        runs: 10,
        holds: (student, input) => {
          const { x, steps } = input;
          const u = field(componentsOf(input));
          const states = student.trajectory(u, x, steps);
          expectClose(states.length, steps + 1, { message: 'trajectory has another number of states than steps + 1' });
          expectClose(states[0] as Vector, x, { message: 'the first state is not x0' });
          for (const [k, state] of states.slice(0, -1).entries()) {
            const next = student.eulerStep(u, state, k / steps, 1 / steps);
            expectClose(states[k + 1] as Vector, next, {
              message: `state ${k + 1} is not an Euler step from state ${k}`,
            });
          }
          expectClose(states.at(-1) as Vector, student.solve(u, x, steps), {
            message: 'the last state is not what solve returns',
          });
        },
        show: (input) => formatCall('trajectory', [field(componentsOf(input)), input.x, input.steps]),
      }),
    },
    {
      id: '06.trajectory.evaluations',
      title: 'evaluates u exactly once a step, at t = k/steps, and begins with a copy of x0',
      kind: 'cost',
      function: 'trajectory',
      points: 1,
      hint: 'One evaluation a step, as in solve. The first state equals x0, but it is a copy.',
      law: all(
        evaluatesAt((k, steps) => k / steps),
        isPure(pathInputs),
      ),
    },
    {
      id: '06.trajectory.domain',
      title: 'throws a RangeError when steps is not a positive integer',
      kind: 'error',
      function: 'trajectory',
      points: 1,
      hint: 'The same test as in solve, before anything else: a function of its own saves writing it three times.',
      law: needsSteps,
    },
    {
      id: '06.solve-backward.example',
      title: 'is x(0), reached from x(1) by Euler steps back in time',
      kind: 'example',
      function: 'solveBackward',
      points: 1,
      hint: 'x(t − h) = x(t) − h·u(x(t), t), beginning at t = 1. The README has an example to work by hand.',
      law: namingMissingTime(matches(pathCases(({ oracle }, args) => oracle.ask('ode.eulerBackward', args)))),
    },
    {
      id: '06.solve-backward.round-trip',
      title: 'undoes solve, up to an error that shrinks like 1/steps',
      kind: 'property',
      function: 'solveBackward',
      points: 1,
      hint: 'There and back again is not exact, but the two ways meet as steps grows. What changes when there are many?',
      needs: ['solve'],
      law: (bench) => {
        const { random } = bench;
        const student = studentOf<Module>(bench);
        const starts: Start[] = [
          ...linearStarts(random).map(([matrix, x]): Start => [linearComponents(matrix), x]),
          ...otherStarts(random),
        ];
        for (const [components, x] of starts) {
          expectHalving(
            (steps) => {
              const there = student.solve(field(components), x, steps);
              return distance(student.solveBackward(field(components), there, steps), x);
            },
            'the distance from the start after going there and back',
            (steps) => {
              const there = formatCall('solve', [field(components), x, steps]);
              return `solveBackward(${field(components).text}, ${there}, ${steps})`;
            },
          );
        }
      },
    },
    {
      id: '06.solve-backward.evaluations',
      title: 'evaluates u exactly once a step, at t = 1 − k/steps, and leaves x1 as it was',
      kind: 'cost',
      function: 'solveBackward',
      points: 1,
      hint: 'One evaluation a step, where the point stands: the first at t = 1, the last at t = 1/steps.',
      law: all(
        evaluatesAt((k, steps) => 1 - k / steps),
        isPure(pathInputs),
      ),
    },
    {
      id: '06.solve-backward.domain',
      title: 'throws a RangeError when steps is not a positive integer',
      kind: 'error',
      function: 'solveBackward',
      points: 1,
      hint: 'The same test as in solve, before anything else.',
      law: needsSteps,
    },
  ],
};

interface PathInput {
  readonly matrix: Matrix;
  readonly perTime: Vector;
  readonly constant: Vector;
  readonly x: Vector;
  readonly steps: number;
}

function componentsOf({ matrix, perTime, constant }: PathInput): string[] {
  return matrix.map((row, i) =>
    sum([
      ...row.map((entry, j) => [entry, `x[${j}]`] as const),
      [perTime[i] as number, 't'],
      [constant[i] as number, ''],
    ]),
  );
}

/** Mistakes that solve and trajectory have in common. */
function walkMisconceptions(): Misconception[] {
  const mistakes: { id: string; hint: string; wrong: (u: VelocityField, x0: Vector, steps: number) => Matrix }[] = [
    {
      id: 'right-end',
      hint: 'u was evaluated at the right end of each step, (k + 1)/steps. The velocity belongs to where the step begins.',
      wrong: (u, x0, steps) => walk(u, x0, steps, 1 / steps, (k) => (k + 1) / steps),
    },
    {
      id: 'short-steps',
      hint: 'The steps have length 1/(steps + 1). Count the gaps between the states, not the states.',
      wrong: (u, x0, steps) => walk(u, x0, steps, 1 / (steps + 1), (k) => k / (steps + 1)),
    },
    {
      id: 'short-steps-on-time',
      hint: 't is right, but the steps have length 1/(steps + 1). Count the gaps between the states, not the states.',
      wrong: (u, x0, steps) => walk(u, x0, steps, 1 / (steps + 1), (k) => k / steps),
    },
    {
      id: 'one-step-too-many',
      hint: 'There is one step too many. How often does a loop from 0 run that includes its last value?',
      wrong: (u, x0, steps) => walk(u, x0, steps + 1, 1 / steps, (k) => k / steps),
    },
    {
      id: 'time-stands-still',
      hint: 'u was evaluated at t = 0 in every step. Time must run: what is t in step k?',
      wrong: (u, x0, steps) => walk(u, x0, steps, 1 / steps, () => 0),
    },
  ];
  return mistakes.flatMap(({ id, hint, wrong }) => [
    {
      id,
      function: 'solve',
      hint,
      wrong: (u: VelocityField, x0: Vector, steps: number) => wrong(u, x0, steps).at(-1),
    },
    { id: `${id}-in-trajectory`, function: 'trajectory', hint, wrong },
  ]);
}

/** The states of `count` steps of length h, with u at the times given: what the known wrong answers are made of. */
function walk(u: VelocityField, start: Vector, count: number, h: number, timeOf: (k: number) => number): Vector[] {
  const states = [start];
  for (let k = 0; k < count; k += 1) states.push(step(u, states.at(-1) as Vector, timeOf(k), h));
  return states;
}

function step(u: VelocityField, x: Vector, t: number, h: number): number[] {
  const velocity = u(x, t);
  return x.map((xi, i) => xi + h * (velocity[i] as number));
}

function distance(x: Vector, y: Vector): number {
  return x.length === y.length ? Math.max(...x.map((xi, i) => Math.abs(xi - (y[i] as number)))) : Number.NaN;
}
