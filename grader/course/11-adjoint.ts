import * as fc from 'fast-check';
import { callback } from '../checks/callbacks.ts';
import { expectCallCount } from '../checks/calls.ts';
import { rejectsOutside } from '../checks/error.ts';
import { matches } from '../checks/example.ts';
import { all } from '../checks/law.ts';
import { expectClose, forAll, vectors } from '../checks/property.ts';
import { isPure } from '../checks/purity.ts';
import { callFunction } from '../checks/student.ts';
import type { Bench, Case, Exercise, Law, Misconception } from '../model/exercise.ts';
import type { Random } from '../model/random.ts';
import { array, formatCall, type Matrix, number, record, type Value, type Vector, vector } from '../model/value.ts';
import { sum } from './fields.ts';

/** A field as known wrong answers get it. */
type ParametricField = {
  value(x: Vector, t: number, theta: Vector): Vector;
  vjpState(x: Vector, t: number, theta: Vector, w: Vector): Vector;
  vjpParameters(x: Vector, t: number, theta: Vector, w: Vector): Vector;
};
type Result = { x1: number[]; gradX0: number[]; gradTheta: number[] };

type Module = {
  backpropagate(
    field: ParametricField,
    x0: Vector,
    theta: Vector,
    steps: number,
    lossGradient: (x1: Vector) => Vector,
  ): Result;
};

// Rounding alone, of some hundred operations: below 1e-12 of the gradient. The course promises this much.
const GRADIENT = { abs: 1e-7, rel: 1e-6 };

// ── Fields and their derivatives ────────────────────────────────────────────────────────────────────────────────────

/** A coefficient times variables such as `x[0]`, `theta[1]` or `t`, each as often as it is listed. */
type Monomial = readonly [coefficient: number, ...variables: string[]];

/** A field, one polynomial a coordinate, with where to begin, the parameters, the steps and the loss’s gradient. */
interface Problem {
  readonly field: readonly (readonly Monomial[])[];
  readonly x0: Vector;
  readonly theta: Vector;
  readonly steps: number;
  /** The components of the loss’s gradient, in x1[i]. */
  readonly lossGradient: readonly string[];
}

function polynomial(monomials: readonly Monomial[]): string {
  return sum(monomials.map(([coefficient, ...variables]) => [coefficient, variables.join(' * ')]));
}

/** ∂/∂variable, monomial by monomial. */
function derivative(monomials: readonly Monomial[], variable: string): Monomial[] {
  return monomials.flatMap(([coefficient, ...variables]): Monomial[] => {
    const times = variables.filter((name) => name === variable).length;
    const at = variables.indexOf(variable);
    return times === 0 ? [] : [[times * coefficient, ...variables.filter((_, index) => index !== at)]];
  });
}

/** The components of wᵀ ∂u/∂v for the variables v[0] … v[size − 1]. */
function product(field: readonly (readonly Monomial[])[], v: string, size: number): string {
  const entries = Array.from({ length: size }, (_, j) => {
    const weighted = field.flatMap((monomials, i) =>
      derivative(monomials, `${v}[${j}]`).map(
        ([coefficient, ...variables]): Monomial => [coefficient, `w[${i}]`, ...variables],
      ),
    );
    return polynomial(weighted);
  });
  return `[${entries.join(', ')}]`;
}

/** The gradient of a loss, by its components in x1[i]. */
function gradientOf(components: readonly string[]) {
  return callback(`(x1) => [${components.join(', ')}]`, [array(number, components.length)]);
}

/** What student code gets; the callbacks count their calls, so where these are counted each call takes new ones. */
function made({ field, x0, theta, steps, lossGradient }: Problem) {
  const [d, p] = [x0.length, theta.length];
  const takes = [array(number, d), number, array(number, p)];
  const functions = {
    value: callback(`(x, t, theta) => [${field.map(polynomial).join(', ')}]`, takes),
    vjpState: callback(`(x, t, theta, w) => ${product(field, 'x', d)}`, [...takes, array(number, d)]),
    vjpParameters: callback(`(x, t, theta, w) => ${product(field, 'theta', p)}`, [...takes, array(number, d)]),
  };
  const gradient = gradientOf(lossGradient);
  return { functions, gradient, args: [functions, x0, theta, steps, gradient] as const };
}

// ── Inputs ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Polynomials in which each parameter meets a state or the time, and in which nothing is linear alone. */
function drawProblem(random: Random, d: number, p: number): Problem {
  const signed = (low: number, high: number) => random.pick([-1, 1]) * random.decimal(low, high);
  const field = Array.from({ length: d }, (_, i): Monomial[] => {
    const [own, next] = [`x[${i}]`, `x[${(i + 1) % d}]`];
    const parameter = (k: number) => `theta[${(i + k) % p}]`;
    return [
      [signed(0.3, 1), parameter(0), next],
      [signed(0.2, 0.5), parameter(1), own, own],
      [signed(0.3, 1), 't', parameter(2), own],
      [signed(0.2, 0.6), 't', parameter(3), parameter(3)],
    ];
  });
  return {
    field,
    x0: Array.from({ length: d }, () => signed(0.3, 1.2)),
    theta: Array.from({ length: p }, () => signed(0.3, 1)),
    steps: random.pick([2, 3, 4, 5]),
    lossGradient: Array.from({ length: d }, (_, i) => `${signed(0.5, 2)} * x1[${i}] + ${random.decimal(0.2, 1)}`),
  };
}

/** Problems, simplest first: one step, two steps, time, curvature, two coordinates. */
function ordinary({ random }: Bench): Problem[] {
  const simple: Problem[] = [
    { field: [[[1, 'theta[0]']]], x0: [0], theta: [2], steps: 1, lossGradient: ['1'] },
    { field: [[[1, 'theta[0]', 'x[0]']]], x0: [1], theta: [2], steps: 1, lossGradient: ['1'] },
    { field: [[[1, 'theta[0]', 'x[0]']]], x0: [1], theta: [2], steps: 2, lossGradient: ['x1[0]'] },
    { field: [[[1, 'theta[0]', 'x[0]', 't']]], x0: [1], theta: [1], steps: 2, lossGradient: ['1'] },
    { field: [[[1, 'theta[0]', 'x[0]', 'x[0]']]], x0: [1], theta: [0.5], steps: 2, lossGradient: ['1'] },
    {
      field: [
        [[1, 'theta[0]', 'x[1]']],
        [
          [-1, 'theta[1]', 'x[0]'],
          [1, 't'],
        ],
      ],
      x0: [1, 0.5],
      theta: [0.5, 1],
      steps: 3,
      lossGradient: ['x1[0] - 1', '2 * x1[1]'],
    },
    {
      field: [
        [
          [1, 'theta[0]', 'x[0]'],
          [0.5, 't'],
        ],
      ],
      x0: [1],
      theta: [0.5],
      steps: 12,
      lossGradient: ['x1[0]'],
    },
  ];
  return [...simple, ...[1, 2, 2, 3].map((d) => drawProblem(random, d, d + 1))];
}

/** Parameters that do not occur, that occur alone, and many or few of them. */
function parametric({ random }: Bench): Problem[] {
  const simple: Problem[] = [
    { field: [[[1, 'theta[1]', 'x[0]']]], x0: [1], theta: [5, 0.5], steps: 2, lossGradient: ['1'] },
    { field: [[[1, 'theta[0]', 'theta[0]']]], x0: [1], theta: [3], steps: 4, lossGradient: ['x1[0]'] },
    {
      field: [[[1, 'theta[0]', 'x[1]']], [[1, 'theta[0]', 'x[2]']], [[-1, 'theta[0]', 'x[0]']]],
      x0: [1, 2, -1],
      theta: [0.5],
      steps: 3,
      lossGradient: ['1', 'x1[1]', '-1'],
    },
  ];
  return [...simple, drawProblem(random, 1, 6), drawProblem(random, 2, 7), drawProblem(random, 4, 1)];
}

function casesOf(problems: (bench: Bench) => readonly Problem[]): (bench: Bench) => Case[] {
  return (bench) =>
    problems(bench).map((problem) => {
      const { x0, theta, steps } = problem;
      const found = bench.oracle.ask('adjoint.sensitivities', [problem.field.map(polynomial), x0, theta, steps]);
      const { x1, byX0, byTheta } = found as { x1: Vector; byX0: Matrix; byTheta: Matrix };
      const { args, gradient } = made(problem);
      const slope = gradient.run(...([x1] as never[])) as Vector;
      return { args, expected: { x1, gradX0: transposed(byX0, slope), gradTheta: transposed(byTheta, slope) } };
    });
}

/** Mᵀ·v. */
function transposed(matrix: Matrix, v: Vector): number[] {
  return (matrix[0] as Vector).map((_, j) =>
    matrix.reduce((total, row, i) => total + (row[j] as number) * (v[i] as number), 0),
  );
}

/** Random problems of so many dimensions whose loss is linear, with a second slope for it. */
const linearLosses = (d: number): fc.Arbitrary<{ problem: Problem; slope: number[]; other: number[] }> =>
  fc
    .record({
      linear: fc.array(vectors(d, -0.5, 0.5, 1), { minLength: d, maxLength: d }),
      bends: vectors(d, -0.3, 0.3, 1),
      drifts: vectors(d, -0.5, 0.5, 1),
      x0: vectors(d, -1.5, 1.5, 1),
      theta: vectors(3, -1, 1, 1),
      steps: fc.integer({ min: 1, max: 4 }),
      slope: vectors(d, -2, 2, 1),
      other: vectors(d, -2, 2, 1),
    })
    .map(({ linear, bends, drifts, x0, theta, steps, slope, other }) => ({
      problem: {
        field: linear.map((row, i): Monomial[] => [
          ...row.map((entry, j): Monomial => [entry, 'theta[0]', `x[${j}]`]),
          [bends[i] as number, 'theta[1]', `x[${i}]`, `x[${i}]`],
          [drifts[i] as number, 'theta[1]', 'theta[2]', 't'],
        ]),
        x0,
        theta,
        steps,
        lossGradient: slope.map(String),
      },
      slope,
      other,
    }));

/**
 * x(1) is a polynomial in x(0) and θ, of moderate size; its differences with this step are off by 1e-10/6 times the third
 * derivative, below 1,000, and by 1e-15 · 10/2e-5 for rounding: by less than 2e-8.
 */
const STEP = 1e-5;
const DIFFERENCE_TOLERANCE = { abs: 1e-6, rel: 1e-6 };

const NOT_STEPS = [0, -1, 1.5, 0.5, -2.5, Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
const withSteps = (steps: number): Value[] => [
  ...made({ field: [[[1, 'theta[0]', 'x[0]', 't']]], x0: [1], theta: [1], steps, lossGradient: ['1'] }).args,
];

// ── Laws ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A law for problems of one dimension and of two, where mistakes of either kind alone show. */
function ofOneAndTwo(law: (inputs: ReturnType<typeof linearLosses>) => Law): Law {
  return all(law(linearLosses(1)), law(linearLosses(2)));
}

function callsEachOnceAStep(bench: Bench): void {
  for (const problem of ordinary(bench)) {
    const { functions, gradient, args } = made(problem);
    callFunction(bench, 'backpropagate', args);
    const called = { caller: 'backpropagate', counterexample: formatCall('backpropagate', args) };
    for (const [name, one] of Object.entries(functions)) {
      expectCallCount({ ...called, name, callback: one }, problem.steps);
    }
    expectCallCount({ ...called, name: 'lossGradient', callback: gradient }, 1);
  }
}

export const adjoint: Exercise = {
  id: '11-adjoint',
  file: 'adjoint.ts',
  title: 'Adjoint',
  core: false,
  functions: { backpropagate: record({ x1: vector, gradX0: vector, gradTheta: vector }) },
  misconceptions: misconceptions(),
  checks: [
    {
      id: '11.backpropagate.example',
      title: 'is x(1) and the loss’s gradients by x(0) and θ',
      kind: 'example',
      function: 'backpropagate',
      points: 3,
      hint: 'Work the example of the README by hand: first the states, then, from the last step to the first, the adjoint.',
      law: matches(casesOf(ordinary), GRADIENT),
    },
    {
      id: '11.backpropagate.parameters',
      title: 'holds for many parameters, for few, and for one that does not occur',
      kind: 'example',
      function: 'backpropagate',
      points: 1,
      hint: 'gradTheta has as many coordinates as theta, gradX0 as many as x0; a parameter without effect has gradient 0.',
      law: matches(casesOf(parametric), GRADIENT),
    },
    {
      id: '11.backpropagate.differences',
      title: 'agrees with central differences of your own x(1)',
      kind: 'property',
      function: 'backpropagate',
      points: 2,
      hint: 'Discretise, then optimise: the gradient is that of your Euler steps, to the last digit, not that of the ODE.',
      law: ofOneAndTwo((inputs) =>
        forAll<Module, { problem: Problem; slope: number[] }>({
          inputs,
          runs: 6,
          holds: (student, { problem, slope }) => {
            const { functions, gradient } = made(problem);
            const run = ({ x0, theta, steps }: Problem) =>
              student.backpropagate(functions, x0, theta, steps, gradient) as Result;
            const lossOf = (changed: Partial<Problem>) => dot(slope, run({ ...problem, ...changed }).x1);
            const { gradX0, gradTheta } = run(problem);
            const difference = (key: 'x0' | 'theta') =>
              problem[key].map((value, i) => {
                const at = (by: number) => lossOf({ [key]: problem[key].with(i, value + by) });
                return (at(STEP) - at(-STEP)) / (2 * STEP);
              });
            expectClose(gradX0, difference('x0'), {
              message: 'gradX0 is not what central differences of the loss of x1 give',
              tolerance: DIFFERENCE_TOLERANCE,
            });
            expectClose(gradTheta, difference('theta'), {
              message: 'gradTheta is not what central differences of the loss of x1 give',
              tolerance: DIFFERENCE_TOLERANCE,
            });
          },
          show: ({ problem }) => formatCall('backpropagate', made(problem).args),
        }),
      ),
    },
    {
      id: '11.backpropagate.linearity',
      title: 'is linear in the loss’s gradient',
      kind: 'property',
      function: 'backpropagate',
      points: 1,
      hint: 'The adjoint starts as the loss’s gradient at x(1) and is only multiplied by Jacobians: what comes out for 0?',
      law: ofOneAndTwo((inputs) =>
        forAll<Module, { problem: Problem; slope: number[]; other: number[] }>({
          inputs,
          runs: 8,
          holds: (student, { problem, slope, other }) => {
            const { functions } = made(problem);
            const { x0, theta, steps } = problem;
            const gradientsFor = (lossGradient: Vector) => {
              const gradient = gradientOf(lossGradient.map(String));
              const { gradX0, gradTheta } = student.backpropagate(functions, x0, theta, steps, gradient) as Result;
              return [...gradX0, ...gradTheta];
            };
            const [first, second] = [gradientsFor(slope), gradientsFor(other)];
            expectClose(gradientsFor(plus(slope, 3, other)), plus(first, 3, second), {
              message: 'for the loss gradient g + 3·g′ the gradients are not those for g plus 3 times those for g′',
            });
          },
          show: ({ problem, slope, other }) =>
            [slope, other, plus(slope, 3, other)]
              .map((gradient) =>
                formatCall('backpropagate', made({ ...problem, lossGradient: gradient.map(String) }).args),
              )
              .join(', '),
        }),
      ),
    },
    {
      id: '11.backpropagate.calls',
      title: 'calls value and both products once a step, lossGradient once',
      kind: 'cost',
      function: 'backpropagate',
      points: 1,
      hint: 'Store the states on the way there: computing them again costs evaluations, and so does asking value at x(1).',
      law: callsEachOnceAStep,
    },
    {
      id: '11.backpropagate.purity',
      title: 'leaves x0 and theta as they were, and returns new arrays',
      kind: 'purity',
      function: 'backpropagate',
      points: 1,
      hint: 'Start from copies, and make a new array for each sum.',
      law: isPure((bench) =>
        [...ordinary(bench).slice(0, 2), ...parametric(bench)].map((problem) => [...made(problem).args]),
      ),
    },
    {
      id: '11.backpropagate.domain',
      title: 'throws a RangeError when steps is not a positive integer',
      kind: 'error',
      function: 'backpropagate',
      points: 1,
      hint: 'Test steps first, as in exercise 6; NaN is no number of steps.',
      law: rejectsOutside({ outside: NOT_STEPS.map(withSteps), inside: [1, 2, 7, 50].map(withSteps) }),
    },
  ],
};

// ── Known wrong answers ─────────────────────────────────────────────────────────────────────────────────────────────

function dot(v: Vector, w: Vector): number {
  return v.reduce((total, vi, i) => total + vi * (w[i] as number), 0);
}

/** v + factor·w. */
function plus(v: Vector, factor: number, w: Vector): number[] {
  return v.map((vi, i) => vi + factor * (w[i] as number));
}

/** What a step back may do wrong; what it does not say it does right. */
interface Slip {
  /** Where step k looks at the field. */
  readonly stateOf?: (states: readonly Vector[], k: number) => Vector;
  readonly timeOf?: (k: number, steps: number) => number;
  /** The adjoint before step k, from the one after it and its product with ∂u/∂x. */
  readonly propagate?: (adjoint: Vector, byState: Vector, h: number) => Vector;
  /** The parameters' gradient with what step k adds. */
  readonly gather?: (gradient: Vector, byParameters: Vector, h: number) => Vector;
  /** Which adjoint meets ∂u/∂θ: the one after the step, the one before it, or the loss's own gradient. */
  readonly weight?: (after: Vector, before: Vector, last: Vector) => Vector;
}

function goBack(
  field: ParametricField,
  x0: Vector,
  theta: Vector,
  steps: number,
  lossGradient: (x1: Vector) => Vector,
  slip: Slip,
): Result {
  const {
    stateOf = (states: readonly Vector[], k: number) => states[k] as Vector,
    timeOf = (k: number) => k / steps,
    propagate = (adjoint: Vector, byState: Vector, h: number) => plus(adjoint, h, byState),
    gather = (gradient: Vector, byParameters: Vector, h: number) => plus(gradient, h, byParameters),
    weight = (after: Vector) => after,
  } = slip;
  const h = 1 / steps;
  const states: Vector[] = [x0];
  for (let k = 0; k < steps; k += 1) {
    const x = states[k] as Vector;
    states.push(plus(x, h, field.value(x, k / steps, theta)));
  }
  const x1 = states[steps] as Vector;
  const last = lossGradient(x1);
  let adjoint = last;
  let gradTheta: Vector = theta.map(() => 0);
  for (let k = steps - 1; k >= 0; k -= 1) {
    const [x, t] = [stateOf(states, k), timeOf(k, steps)];
    const before = propagate(adjoint, field.vjpState(x, t, theta, adjoint), h);
    gradTheta = gather(gradTheta, field.vjpParameters(x, t, theta, weight(adjoint, before, last)), h);
    adjoint = before;
  }
  return { x1: [...x1], gradX0: [...adjoint], gradTheta: [...gradTheta] };
}

function misconceptions(): Misconception[] {
  const mistake = (id: string, hint: string, slip: Slip): Misconception => ({
    id,
    function: 'backpropagate',
    hint,
    wrong: (field: ParametricField, x0: Vector, theta: Vector, steps: number, lossGradient: (x1: Vector) => Vector) =>
      goBack(field, x0, theta, steps, lossGradient, slip),
  });
  return [
    mistake(
      'step-length-missing-for-parameters',
      'Every step adds its whole product to gradTheta. In x + h·u the parameters count h times.',
      { gather: (gradient, byParameters) => plus(gradient, 1, byParameters) },
    ),
    mistake(
      'step-length-missing-for-state',
      'The adjoint gains its whole product in every step. The Jacobian of a step is I + h·∂u/∂x.',
      { propagate: (after, byState) => plus(after, 1, byState) },
    ),
    mistake('step-length-missing', 'h is missing on the way back, for the adjoint and for gradTheta.', {
      gather: (gradient, byParameters) => plus(gradient, 1, byParameters),
      propagate: (after, byState) => plus(after, 1, byState),
    }),
    mistake(
      'trajectory-not-stored',
      'Every step back looks at the field in x(1). Step k was taken from its own state: store the states.',
      { stateOf: (states) => states.at(-1) as Vector },
    ),
    mistake('states-one-too-late', 'Step k back looks at the state after it. It was taken from the state before it.', {
      stateOf: (states, k) => states[k + 1] as Vector,
    }),
    mistake('always-at-the-start', 'Every step back looks at the field in x(0). Step k was taken from its own state.', {
      stateOf: (states) => states[0] as Vector,
    }),
    mistake(
      'last-step-only',
      'gradTheta holds one step’s share alone. The parameters act in every step: their shares add up.',
      {
        gather: (_gradient, byParameters, h) =>
          plus(
            byParameters.map(() => 0),
            h,
            byParameters,
          ),
      },
    ),
    mistake(
      'adjoint-moved-first',
      'The adjoint had already gone back over the step when gradTheta asked for it. The step’s result depends on θ: use the one after it.',
      { weight: (_after, before) => before },
    ),
    mistake('adjoint-stands-still', 'The adjoint is the loss’s gradient in every step. It changes on the way back.', {
      propagate: (after) => after,
    }),
    mistake(
      'identity-missing',
      'The adjoint became h·wᵀ∂u/∂x. A step is x + h·u: the x itself has a derivative, too.',
      {
        propagate: (_after, byState, h) => byState.map((entry) => h * entry),
      },
    ),
    mistake(
      'sign-going-back',
      'The steps back subtract. Time runs back here, but the Jacobian of a step is still I + h·∂u/∂x.',
      {
        propagate: (after, byState, h) => plus(after, -h, byState),
      },
    ),
    mistake('right-end-going-back', 'Step k back asks the field at (k + 1)/steps. It was taken with u at k/steps.', {
      timeOf: (k, steps) => (k + 1) / steps,
    }),
  ];
}
