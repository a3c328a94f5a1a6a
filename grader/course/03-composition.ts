import * as fc from 'fast-check';
import { callback } from '../checks/callbacks.ts';
import { matches } from '../checks/example.ts';
import { all } from '../checks/law.ts';
import { decimals, expectClose, forAll, vectors } from '../checks/property.ts';
import { isPure } from '../checks/purity.ts';
import { callFunction } from '../checks/student.ts';
import { type Bench, type Case, type Exercise, Failure, type Law } from '../model/exercise.ts';
import type { Random } from '../model/random.ts';
import { count } from '../model/text.ts';
import {
  array,
  type Callback,
  formatCall,
  formatValue,
  number,
  type Value,
  type Vector,
  vector,
} from '../model/value.ts';
import { sum } from './fields.ts';

type LogDensity = (x: Vector) => number;

interface Flow {
  forward(x: Vector): Vector;
  inverse(y: Vector): Vector;
  logDetJacobian(x: Vector): number;
}

type Module = {
  forward(flows: readonly Flow[], x: Vector): number[];
  inverse(flows: readonly Flow[], y: Vector): number[];
  logDetJacobian(flows: readonly Flow[], x: Vector): number;
  logDensity(flows: readonly Flow[], logBaseDensity: LogDensity, y: Vector): number;
};

// ── Flows ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The numbers of a flow, as the reference reads them. */
type Plan =
  /** x ↦ scale ⊙ x + shift. */
  | { readonly kind: 'affine'; readonly scale: Vector; readonly shift: Vector }
  /** Coordinate `to` becomes x_to·e^(rate·tanh x_from) + factor·x_from: with rate 0 a shear. */
  | {
      readonly kind: 'coupling';
      readonly from: number;
      readonly to: number;
      readonly rate: number;
      readonly factor: number;
    }
  /** x ↦ sinh x, coordinate by coordinate. */
  | { readonly kind: 'sinh' };

/** Flows and a point before them or behind them. */
type Located = readonly [flows: readonly Plan[], point: Vector];

type Callbacks = { readonly forward: Callback; readonly inverse: Callback; readonly logDetJacobian: Callback };

/** The flows of d coordinates as student code is handed them, never called so far. */
function flowsOf(plans: readonly Plan[], d: number): Callbacks[] {
  return plans.map((plan) => {
    const { forward, inverse, logDet } = textsOf(plan, d);
    const takes = [array(number, d)];
    return {
      forward: callback(`(x) => [${forward.join(', ')}]`, takes),
      inverse: callback(`(y) => [${inverse.join(', ')}]`, takes),
      logDetJacobian: callback(`(x) => ${logDet}`, takes),
    };
  });
}

function textsOf(plan: Plan, d: number): { forward: string[]; inverse: string[]; logDet: string } {
  const x = Array.from({ length: d }, (_, i) => `x[${i}]`);
  const y = Array.from({ length: d }, (_, i) => `y[${i}]`);
  switch (plan.kind) {
    case 'affine': {
      const scale = (i: number) => plan.scale[i] as number;
      const shift = (i: number) => plan.shift[i] as number;
      const stretches = plan.scale.map(Math.abs).filter((stretch) => stretch !== 1);
      return {
        forward: x.map((xi, i) => add(scale(i), xi, shift(i), '')),
        inverse: y.map((yi, i) => quotient(add(1, yi, -shift(i), ''), scale(i) === 1 ? '' : `${scale(i)}`)),
        logDet: stretches.length === 0 ? '0' : `Math.log(${stretches.join(' * ')})`,
      };
    }
    case 'coupling': {
      const { from, to, rate, factor } = plan;
      const logStretch = (source = '') => sum([[rate, `Math.tanh(${source})`]]);
      const stretch = (source = '') => (rate === 0 ? '' : `Math.exp(${logStretch(source)})`);
      const stretched = rate === 0 ? `x[${to}]` : `x[${to}] * ${stretch(x[from])}`;
      return {
        forward: x.map((xi, i) => (i === to ? add(1, stretched, factor, `x[${from}]`) : xi)),
        inverse: y.map((yi, i) => (i === to ? quotient(add(1, yi, -factor, `y[${from}]`), stretch(y[from])) : yi)),
        logDet: logStretch(x[from]),
      };
    }
    case 'sinh':
      return {
        forward: x.map((xi) => `Math.sinh(${xi})`),
        inverse: y.map((yi) => `Math.asinh(${yi})`),
        logDet: `Math.log(${x.map((xi) => `Math.cosh(${xi})`).join(' * ')})`,
      };
  }
}

function add(first: number, term: string, second: number, other: string): string {
  return sum([
    [first, term],
    [second, other],
  ]);
}

function quotient(dividend: string, divisor: string): string {
  if (divisor === '') return dividend;
  return dividend.includes(' ') ? `(${dividend}) / ${divisor}` : `${dividend} / ${divisor}`;
}

const scaling = (scale: number, shift = 0): Plan => ({ kind: 'affine', scale: [scale], shift: [shift] });
const coupling = (from: number, to: number, rate: number, factor: number): Plan => ({
  kind: 'coupling',
  from,
  to,
  rate,
  factor,
});
const bend: Plan = { kind: 'sinh' };

/** Flows and points, simplest first: most do not commute, and most stretch differently from place to place. */
const SIMPLE: readonly Located[] = [
  [[scaling(2)], [3]],
  [[scaling(1, 1)], [3]],
  [[scaling(2), scaling(1, 1)], [3]],
  [[bend], [1]],
  [[scaling(2), bend], [0.5]],
  [[bend, scaling(-2, 1)], [1]],
  [[bend, bend], [0.5]],
  [[coupling(0, 1, 0, 2)], [1, 3]],
  [[coupling(0, 1, 1, 0)], [1, 2]],
  [
    [coupling(0, 1, 0, 1), { kind: 'affine', scale: [2, 3], shift: [0, -1] }],
    [1, 2],
  ],
  [
    [coupling(0, 1, 1, 0), coupling(1, 0, 0.5, -1)],
    [1, -0.5],
  ],
  [[scaling(0.5), bend, scaling(3, -1)], [1]],
  [
    [coupling(1, 2, 1, 0.5), coupling(2, 0, -1, 1), coupling(0, 1, 0.5, 1)],
    [1, -1, 0.5],
  ],
];

/** Ten flows on end, that keep points within moderate bounds both ways. */
const LONG: Located = [Array.from({ length: 5 }, () => [scaling(0.5, -0.2), bend]).flat(), [1]];

/**
 * A random flow whose values and derivatives, and those of its inverse, stay small.
 *
 * Only the first two of a list are bent: e to the power of what couplings and shifts have added up would drown digits.
 */
function drawFlow(random: Random, d: number, mayBend: boolean): Plan {
  const signed = (low: number, high: number) => random.pick([-1, 1]) * random.decimal(low, high);
  const kinds = ['affine', ...(d > 1 ? ['coupling', 'coupling'] : []), ...(mayBend ? ['sinh'] : [])];
  switch (random.pick(kinds)) {
    case 'sinh':
      return bend;
    case 'coupling': {
      const from = random.integer(0, d - 1);
      return coupling(from, (from + random.integer(1, d - 1)) % d, signed(0.2, 0.8), random.decimal(-1, 1));
    }
    default:
      return {
        kind: 'affine',
        scale: Array.from({ length: d }, () => signed(0.5, 1.5)),
        shift: random.vector(d, -1, 1),
      };
  }
}

/** Ordinary flows and points in one to four dimensions, simplest first. */
function ordinary({ random }: Bench): Located[] {
  const more = [1, 2, 3, 4].map((d): Located => {
    const flows = Array.from({ length: random.integer(2, 4) }, (_, k) => drawFlow(random, d, k < 2));
    return [flows, random.vector(d, -1.5, 1.5)];
  });
  return [...SIMPLE, ...more, LONG];
}

/** Points that no flow acts upon. */
function untouched({ random }: Bench): Located[] {
  return [1, 1, 2, 3].map((d, k) => [[], k === 0 ? [3] : random.vector(d, -5, 5)]);
}

const argumentsOf = ([plans, point]: Located): Value[] => [flowsOf(plans, point.length), point];

/** Cases of a function (flows, point) for one quantity of the reference. */
function cases(quantity: string, inputs: (bench: Bench) => readonly Located[]): (bench: Bench) => Case[] {
  return (bench) =>
    inputs(bench).map((located) => ({
      args: argumentsOf(located),
      expected: bench.oracle.ask(quantity, located as unknown as Value[]),
    }));
}

/** The last of the ordinary flows, which are the hardest: in two to four dimensions, and a long list. */
const hardest = (bench: Bench): Located[] => ordinary(bench).slice(-4);

/** Arguments on which purity is watched. */
const pureInputs = (bench: Bench): Value[][] =>
  [...hardest(bench).slice(-2), ...untouched(bench).slice(-1)].map(argumentsOf);

// ── Densities ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** The logarithm of the standard normal density of d coordinates. */
function normal(d: number): Callback {
  const squares = Array.from({ length: d }, (_, i) => `x[${i}] * x[${i}]`);
  const constant = `${d === 1 ? '' : `${d} * `}Math.log(2 * Math.PI)`;
  return callback(`(x) => -0.5 * (${[...squares, constant].join(' + ')})`, [array(number, d)]);
}

/** The logarithm of the density ½·e^−|x − 1| of each of d coordinates. */
function laplace(d: number): Callback {
  const terms = Array.from({ length: d }, (_, i) => `Math.abs(x[${i}] - 1) + Math.log(2)`);
  return callback(`(x) => -(${terms.join(' + ')})`, [array(number, d)]);
}

type DensityInput = readonly [...Located, base: (d: number) => Callback];

/** Every flow with the one density or the other. */
function densityInputs(bench: Bench): DensityInput[] {
  return withDensities(ordinary(bench));
}

function withDensities(located: readonly Located[]): DensityInput[] {
  return located.map(([plans, y], k) => [plans, y, k % 3 === 1 ? laplace : normal]);
}

/** No flows, and points far out, where every density itself underflows. */
function simplestAndFarthest(bench: Bench): DensityInput[] {
  return [
    ...untouched(bench).map(([plans, y], k): DensityInput => [plans, y, k % 2 === 0 ? normal : laplace]),
    [[scaling(2)], [-100], normal],
    [[scaling(0.05), bend], [5], normal],
    [[scaling(2), scaling(1, -3)], [5000], laplace],
    [[coupling(0, 1, 1, 1)], [60, -70], normal],
  ];
}

const densityArguments = ([plans, y, base]: DensityInput): Value[] => [flowsOf(plans, y.length), base(y.length), y];

/** log p₀(F⁻¹(y)) + log |det ∂F⁻¹/∂y| of the whole map F, both from the reference. */
function densityCases(inputs: (bench: Bench) => readonly DensityInput[]): (bench: Bench) => Case[] {
  return (bench) =>
    inputs(bench).map((input) => {
      const [plans, y, base] = input;
      const question = [plans, y] as unknown as Value[];
      const logBaseDensity = base(y.length).run as LogDensity;
      const x = bench.oracle.ask('composition.inverse', question) as Vector;
      const logDet = bench.oracle.ask('composition.logAbsDetInverse', question) as number;
      return { args: densityArguments(input), expected: logBaseDensity(x) + logDet };
    });
}

/** `logDensity` calls `inverse` and `logDetJacobian` of every flow once, and `forward` of none. */
const callsEachOnce: Law = (bench) => {
  const many: Located = [Array.from({ length: 30 }, (_, k) => scaling(k % 2 === 0 ? 2 : 0.5, 1)), [1]];
  const inputs = [...withDensities([...SIMPLE.slice(-4), ...hardest(bench)]), [...many, normal] as const];
  for (const [plans, y, base] of inputs) {
    const flows = flowsOf(plans, y.length);
    const args = [flows, base(y.length), y];
    callFunction(bench, 'logDensity', args);
    const counts = flows.flatMap((flow, k) => [
      { what: `flows[${k}].forward`, calls: flow.forward.calls.length, wanted: 0 },
      { what: `flows[${k}].inverse`, calls: flow.inverse.calls.length, wanted: 1 },
      { what: `flows[${k}].logDetJacobian`, calls: flow.logDetJacobian.calls.length, wanted: 1 },
    ]);
    const wrong = counts.find(({ calls, wanted }) => calls !== wanted);
    if (wrong === undefined) continue;
    throw new Failure({
      message: `logDensity calls ${wrong.what} ${count(wrong.calls, 'time')}`,
      expected: count(wrong.wanted, 'call'),
      actual: count(wrong.calls, 'call'),
      counterexample: formatCall('logDensity', args),
    });
  }
};

// ── Random flows for laws ───────────────────────────────────────────────────────────────────────────────────────────

const slopes = fc.constantFrom(2, 0.5, 1.5, 1, -1, -2);

const affines = (d: number): fc.Arbitrary<Plan> =>
  fc.record({
    kind: fc.constant('affine' as const),
    scale: fc.array(slopes, { minLength: d, maxLength: d }),
    shift: vectors(d, -1, 1, 1),
  });

const couplings = (d: number): fc.Arbitrary<Plan> =>
  fc
    .tuple(
      fc.integer({ min: 0, max: d - 1 }),
      fc.integer({ min: 1, max: d - 1 }),
      decimals(-1, 1, 1),
      decimals(-1, 1, 1),
    )
    .map(([from, offset, rate, factor]) => coupling(from, (from + offset) % d, rate, factor));

/** Flows that stretch no coordinate more than e-fold, so that a round trip through a few keeps the digits. */
const gentle = (d: number): fc.Arbitrary<Plan> => (d === 1 ? affines(d) : fc.oneof(affines(d), couplings(d)));

interface Parts {
  readonly x: Vector;
  readonly first: readonly Plan[];
  readonly second: readonly Plan[];
}

/** Flows in two parts, possibly empty, and a point; only those of the first part are bent. */
const parts: fc.Arbitrary<Parts> = fc.integer({ min: 1, max: 3 }).chain((d) =>
  fc.record({
    x: vectors(d, -1.5, 1.5, 1),
    first: fc.array(fc.oneof(gentle(d), fc.constant(bend)), { maxLength: 2 }),
    second: fc.array(gentle(d), { maxLength: 3 }),
  }),
);

/** A bent flow and a coupling before the cut, and behind it what stretches each point in another way. */
const HARD: readonly Parts[] = [
  {
    x: [1, -0.5],
    first: [bend, coupling(0, 1, 0.5, 1)],
    second: [{ kind: 'affine', scale: [2, -1], shift: [0.5, 1] }, coupling(1, 0, -0.5, 1)],
  },
];

const showParts =
  (name: string) =>
  ({ x, first, second }: Parts) =>
    formatCall(name, argumentsOf([[...first, ...second], x]));

/** What is said of two parts in the report: where the whole list is cut. */
const cutAt = ({ first, second }: Parts) => `${first.length} + ${second.length} flows`;

/** Affine maps of the line, then perhaps a bent one, then affine maps again. */
interface Sandwich {
  readonly before: readonly Plan[];
  readonly isBent: boolean;
  readonly after: readonly Plan[];
}

const sandwiches: fc.Arbitrary<Sandwich> = fc.record({
  before: fc.array(affines(1), { maxLength: 2 }),
  isBent: fc.boolean(),
  after: fc.array(affines(1), { maxLength: 2 }),
});

const plansOf = ({ before, isBent, after }: Sandwich): Plan[] => [...before, ...(isBent ? [bend] : []), ...after];

/** Affine maps of the line, one after another: where they carry x, and how much they stretch. */
function lineOf(plans: readonly Plan[]): { stretch: number; at: (x: number) => number } {
  const at = (x: number) =>
    plans.reduce(
      (z, plan) => (plan.kind === 'affine' ? (plan.scale[0] as number) * z + (plan.shift[0] as number) : z),
      x,
    );
  return { stretch: Math.abs(at(1) - at(0)), at };
}

/**
 * ∫ exp(logDensity) over the line, by the trapezoidal rule in the variable v that is carried to y: the slope of the way
 * there, dy/dv, is the weight of a node. With p₀ standard normal, all that is summed is then a normal density of v, which
 * the rule integrates to 2e-11 at a distance of 0.9 of the nodes, and there is less than 1e-12 of it beyond 7.2.
 */
const integratesToOne = forAll<Module, Sandwich>({
  inputs: sandwiches,
  // Flows of which every kind stretches: chance alone may draw none at all.
  examples: [{ before: [scaling(1.5, 0.5)], isBent: true, after: [scaling(-2, 1)] }],
  runs: 3,
  holds: (student, sandwich) => {
    const [before, after] = [lineOf(sandwich.before), lineOf(sandwich.after)];
    const [flows, base] = [flowsOf(plansOf(sandwich), 1), normal(1)];
    let integral = 0;
    for (let k = -8; k <= 8; k += 1) {
      const z = before.at(0.9 * k);
      const [bent, stretch] = sandwich.isBent ? [Math.sinh(z), Math.cosh(z)] : [z, 1];
      const logDensity = student.logDensity(flows, base, [after.at(bent)]);
      integral += Math.exp(logDensity) * 0.9 * before.stretch * stretch * after.stretch;
    }
    expectClose(integral, 1, {
      message: 'the integral of exp(logDensity(flows, logBaseDensity, y)) over all y is not 1',
    });
  },
  show: (sandwich) => {
    const call = formatCall('logDensity', [flowsOf(plansOf(sandwich), 1), normal(1), [0]]);
    return `${call.replace(/\[0\]\)$/, '[y])')}, for all y`;
  },
});

// ── What the known wrong answers are made of ────────────────────────────────────────────────────────────────────────

/** The points between the flows on the way from x: x first, its image last. */
function pathFrom(flows: readonly Flow[], x: Vector): Vector[] {
  const points = [x];
  for (const flow of flows) points.push(flow.forward(points.at(-1) as Vector));
  return points;
}

/** The points between the flows on the way back from y: y first. */
function pathBack(flows: readonly Flow[], y: Vector): Vector[] {
  const points = [y];
  for (const flow of flows.toReversed()) points.push(flow.inverse(points.at(-1) as Vector));
  return points;
}

/** The sum of the flows' log-dets, each at the point that belongs to its number. */
function totalAt(flows: readonly Flow[], pointOf: (k: number) => Vector | undefined): number {
  return flows.reduce((total, flow, k) => total + flow.logDetJacobian(pointOf(k) as Vector), 0);
}

/** A wrong answer to logDensity, from the points y = b[0], …, b[n] = x on the right way back. */
function fromWayBack(
  wrong: (back: readonly Vector[], flows: readonly Flow[], logBaseDensity: LogDensity) => number,
): (flows: readonly Flow[], logBaseDensity: LogDensity, y: Vector) => number {
  return (flows, logBaseDensity, y) => wrong(pathBack(flows, y), flows, logBaseDensity);
}

/** The sum of the log-dets, each where it belongs: behind the way back from its flow's output. */
function totalOf(flows: readonly Flow[], back: readonly Vector[]): number {
  return totalAt(flows, (k) => back[flows.length - k]);
}

// ── The exercise ────────────────────────────────────────────────────────────────────────────────────────────────────

export const composition: Exercise = {
  id: '03-composition',
  file: 'composition.ts',
  title: 'Composition',
  core: false,
  functions: { forward: vector, inverse: vector, logDetJacobian: number, logDensity: number },
  misconceptions: [
    {
      id: 'order-reversed',
      function: 'forward',
      hint: 'The last flow was applied first. flows[0] is the first that x meets.',
      wrong: (flows: readonly Flow[], x: Vector) => pathFrom(flows.toReversed(), x).at(-1),
    },
    {
      id: 'every-flow-at-x',
      function: 'forward',
      hint: 'Every flow was applied to x itself, and the last one won. Each flow takes what the one before it returned.',
      wrong: (flows: readonly Flow[], x: Vector) => flows.at(-1)?.forward(x) ?? x,
    },
    {
      id: 'order-kept-in-inverse',
      function: 'inverse',
      hint: 'The first flow was undone first. You put on socks, then shoes; which do you take off first?',
      wrong: (flows: readonly Flow[], y: Vector) => pathBack(flows.toReversed(), y).at(-1),
    },
    {
      id: 'forward-for-inverse',
      function: 'inverse',
      hint: 'The flows come in the right order, but forward was applied. To undo a flow takes its inverse.',
      wrong: (flows: readonly Flow[], y: Vector) => pathFrom(flows.toReversed(), y).at(-1),
    },
    {
      id: 'every-log-det-at-x',
      function: 'logDetJacobian',
      hint: 'Every log-det was taken at x. The chain rule wants each where its own flow finds the point: x moves on.',
      wrong: (flows: readonly Flow[], x: Vector) => totalAt(flows, () => x),
    },
    {
      id: 'log-det-behind-the-flow',
      function: 'logDetJacobian',
      hint: 'Every log-det was taken one flow too late: at the point that its flow returned, not the one that it got.',
      wrong: (flows: readonly Flow[], x: Vector) => totalAt(flows, (k) => pathFrom(flows, x)[k + 1]),
    },
    {
      id: 'order-reversed-in-log-det',
      function: 'logDetJacobian',
      hint: 'The point went through the flows from the last to the first. flows[0] is the first that x meets.',
      wrong: (flows: readonly Flow[], x: Vector) => {
        const reversed = flows.toReversed();
        return totalAt(reversed, (k) => pathFrom(reversed, x)[k]);
      },
    },
    {
      id: 'product-of-log-dets',
      function: 'logDetJacobian',
      hint: 'The log-dets were multiplied. Determinants multiply; what do their logarithms do?',
      wrong: (flows: readonly Flow[], x: Vector) =>
        flows.reduce((product, flow, k) => product * flow.logDetJacobian(pathFrom(flows, x)[k] as Vector), 1),
    },
    {
      id: 'log-det-sign',
      function: 'logDensity',
      hint: 'The log-dets were added. They belong to forward: where it spreads volume, the density must drop.',
      wrong: fromWayBack((back, flows, base) => base(back.at(-1) as Vector) + totalOf(flows, back)),
    },
    {
      id: 'log-det-missing',
      function: 'logDensity',
      hint: 'This is log p₀ at the base point alone. What became of the volumes that the flows stretched?',
      wrong: fromWayBack((back, _flows, base) => base(back.at(-1) as Vector)),
    },
    {
      id: 'base-density-at-y',
      function: 'logDensity',
      hint: 'log p₀ was taken at y. p₀ is the density before all flows: where did y come from?',
      wrong: fromWayBack((back, flows, base) => base(back[0] as Vector) - totalOf(flows, back)),
    },
    {
      id: 'standard-normal-assumed',
      function: 'logDensity',
      hint: 'The standard normal was taken for p₀. The argument logBaseDensity says what p₀ is.',
      wrong: fromWayBack((back, flows) => {
        const x = back.at(-1) as Vector;
        return x.reduce((total, xi) => total - 0.5 * xi * xi - 0.5 * Math.log(2 * Math.PI), 0) - totalOf(flows, back);
      }),
    },
    {
      id: 'every-log-det-at-y',
      function: 'logDensity',
      hint: 'Every log-det was taken at y. Each belongs where its own flow found the point, on the way from x to y.',
      wrong: fromWayBack((back, flows, base) => base(back.at(-1) as Vector) - totalAt(flows, () => back[0])),
    },
    {
      id: 'every-log-det-at-the-base-point',
      function: 'logDensity',
      hint: 'Every log-det was taken at the base point x. Only the first flow finds the point there; x moves on.',
      wrong: fromWayBack((back, flows, base) => base(back.at(-1) as Vector) - totalAt(flows, () => back.at(-1))),
    },
    {
      id: 'log-det-before-the-inverse',
      function: 'logDensity',
      hint: 'Every log-det was taken at its flow’s output. It is a function of the flow’s input: undo the flow first.',
      wrong: fromWayBack(
        (back, flows, base) => base(back.at(-1) as Vector) - totalAt(flows, (k) => back[flows.length - 1 - k]),
      ),
    },
    {
      id: 'order-kept-in-density',
      function: 'logDensity',
      hint: 'The first flow was undone first. y has just left the last flow: begin there.',
      wrong: (flows: readonly Flow[], base: LogDensity, y: Vector) => {
        const reversed = flows.toReversed();
        const back = pathBack(reversed, y);
        return base(back.at(-1) as Vector) - totalOf(reversed, back);
      },
    },
  ],
  checks: [
    {
      id: '03.forward.example',
      title: 'is x carried by flows[0], then by flows[1], and so on',
      kind: 'example',
      function: 'forward',
      points: 1,
      hint: 'Let a variable point begin at x and go through the flows in order: what one returns, the next one takes.',
      law: matches(cases('composition.forward', ordinary)),
    },
    {
      id: '03.forward.associativity',
      title: 'is the same in two parts, is a copy of x for no flows, and leaves its arguments alone',
      kind: 'property',
      function: 'forward',
      points: 1,
      hint: 'No flows are no special case for a loop, but x itself must not be returned. Change neither list.',
      law: all(
        matches(cases('composition.forward', untouched)),
        isPure(pureInputs),
        forAll<Module, Parts>({
          inputs: parts,
          examples: HARD,
          runs: 7,
          holds: (student, input) => {
            const { x, first, second } = input;
            const flows = (plans: readonly Plan[]) => flowsOf(plans, x.length);
            const middle = student.forward(flows(first), x);
            expectClose(student.forward(flows([...first, ...second]), x), student.forward(flows(second), middle), {
              message: `forward gives another value when the list is cut into ${cutAt(input)}`,
            });
          },
          show: showParts('forward'),
        }),
      ),
    },
    {
      id: '03.inverse.example',
      title: 'is the x that all the flows together carry to y',
      kind: 'example',
      function: 'inverse',
      points: 1,
      hint: 'Undo the flows one by one, each by its own inverse. Which of them was the last to act on the point?',
      law: matches(cases('composition.inverse', ordinary)),
    },
    {
      id: '03.inverse.round-trip',
      title: 'undoes forward, is a copy of y for no flows, and leaves its arguments alone',
      kind: 'property',
      function: 'inverse',
      points: 1,
      hint: 'The list and y are the caller’s: reverse() would turn the one around, returning y would give the other away.',
      needs: ['forward'],
      law: all(
        isPure(pureInputs),
        matches(cases('composition.inverse', untouched)),
        forAll<Module, Parts>({
          inputs: parts,
          examples: HARD,
          runs: 7,
          holds: (student, { x, first, second }) => {
            const flows = () => flowsOf([...first, ...second], x.length);
            expectClose(student.inverse(flows(), student.forward(flows(), x)), x, {
              message: 'inverse(flows, forward(flows, x)) is not x',
            });
          },
          show: (input) => {
            const [flows, x] = argumentsOf([[...input.first, ...input.second], input.x]) as [Value, Value];
            return `const flows = ${formatValue(flows)}; inverse(flows, forward(flows, ${formatValue(x)}))`;
          },
        }),
      ),
    },
    {
      id: '03.log-det.example',
      title: 'is log |det J| of all the flows together, at x',
      kind: 'example',
      function: 'logDetJacobian',
      points: 1,
      hint: 'By the chain rule J is a product with a factor for each flow. At which point is that flow’s factor taken?',
      law: matches(cases('composition.logDetJacobian', ordinary)),
    },
    {
      id: '03.log-det.additivity',
      title: 'adds along the path, is 0 for no flows, and leaves its arguments alone',
      kind: 'property',
      function: 'logDetJacobian',
      points: 1,
      hint: 'The log-det of the first flows, plus that of the others where the first have carried x.',
      needs: ['forward'],
      law: all(
        matches(cases('composition.logDetJacobian', untouched)),
        isPure(pureInputs),
        forAll<Module, Parts>({
          inputs: parts,
          examples: HARD,
          runs: 7,
          holds: (student, input) => {
            const { x, first, second } = input;
            const flows = (plans: readonly Plan[]) => flowsOf(plans, x.length);
            const before = student.logDetJacobian(flows(first), x);
            const behind = student.logDetJacobian(flows(second), student.forward(flows(first), x));
            expectClose(student.logDetJacobian(flows([...first, ...second]), x), before + behind, {
              message: `logDetJacobian is not the sum over its parts when the list is cut into ${cutAt(input)}`,
            });
          },
          show: showParts('logDetJacobian'),
        }),
      ),
    },
    {
      id: '03.log-density.example',
      title: 'is log p₀(x) − log |det J(x)|, where the flows carry x to y',
      kind: 'example',
      function: 'logDensity',
      points: 1,
      hint: 'Go back from y, one flow at a time. Behind each inverse you stand where that flow’s log-det is wanted.',
      law: matches(densityCases(densityInputs)),
    },
    {
      id: '03.log-density.no-flows',
      title: 'is logBaseDensity(y) for no flows, is finite far out, and leaves its arguments alone',
      kind: 'example',
      function: 'logDensity',
      points: 1,
      hint: 'Without flows y is the base point. Keep to logarithms throughout, and do not turn the caller’s list around.',
      law: all(
        matches(densityCases(simplestAndFarthest)),
        isPure((bench) =>
          [...withDensities(hardest(bench).slice(-2)), ...simplestAndFarthest(bench).slice(3, 5)].map(densityArguments),
        ),
      ),
    },
    {
      id: '03.log-density.integral',
      title: 'belongs to a density that integrates to 1 in one dimension',
      kind: 'property',
      function: 'logDensity',
      points: 1,
      hint: 'All the probability of p₀ must arrive somewhere, from the tails as well.',
      law: integratesToOne,
    },
    {
      id: '03.log-density.calls',
      title: 'calls each flow’s inverse and logDetJacobian exactly once, and forward never',
      kind: 'cost',
      function: 'logDensity',
      points: 1,
      hint: 'The way back passes through every point that is needed. Going forward again would only repeat it.',
      law: callsEachOnce,
    },
  ],
};
