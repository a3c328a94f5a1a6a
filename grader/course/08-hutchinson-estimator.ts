import * as fc from 'fast-check';
import { field } from '../checks/callbacks.ts';
import { rejectsOutside } from '../checks/error.ts';
import { matches } from '../checks/example.ts';
import { all } from '../checks/law.ts';
import { expectClose, forAll, vectors } from '../checks/property.ts';
import { isPure } from '../checks/purity.ts';
import { expectFair, type Tally, tallyProducts } from '../checks/statistic.ts';
import { callFunction } from '../checks/student.ts';
import { type Bench, type Case, type Exercise, Failure, type Law, type Oracle } from '../model/exercise.ts';
import { count } from '../model/text.ts';
import {
  type Callback,
  formatCall,
  formatValue,
  type Matrix,
  number,
  record,
  type Value,
  type Vector,
  type VelocityField,
  vector,
} from '../model/value.ts';
import { cycle, linearMap, randomComponents, sum, uniforms, wideField, wideMap } from './fields.ts';

type Matvec = (v: Vector) => Vector;

type Module = {
  rademacher(dimension: number, rng: () => number): number[];
  traceEstimate(matvec: Matvec, probes: readonly Vector[]): number;
  traceEstimateWithError(matvec: Matvec, probes: readonly Vector[]): { mean: number; standardError: number };
  jacobianVectorProduct(u: VelocityField, x: Vector, t: number, v: Vector, eps?: number): number[];
  divergenceEstimate(u: VelocityField, x: Vector, t: number, probes: readonly Vector[], eps?: number): number;
};

// ── Signs ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** At most the probability that a right `rademacher` fails the check of its signs: once in 2·10⁹ seeds. */
const FALSE_ALARM = 5e-10;

/** A source of uniform numbers of its own for each use. */
function freshUniforms({ random }: Bench): Callback {
  return uniforms(random.integer(1, 2147483646));
}

/** The probe has the length that was asked for, and nothing but ±1 in it; `name` tells known mistakes. */
function expectSigns(
  bench: Bench,
  dimension: number,
  rng: Callback,
  name: (probe: Vector) => string | undefined,
): void {
  const args = [dimension, rng];
  const probe = callFunction(bench, 'rademacher', args) as Vector;
  const counterexample = formatCall('rademacher', args);
  if (probe.length !== dimension) {
    throw new Failure({
      message: 'rademacher returns another number of coordinates than asked for',
      expected: count(dimension, 'coordinate'),
      actual: count(probe.length, 'coordinate'),
      counterexample,
    });
  }
  const other = probe.findIndex((sign) => sign !== 1 && sign !== -1);
  if (other === -1) return;
  const misconception = name(probe);
  throw new Failure({
    message: `coordinate ${other + 1} of the probe is neither +1 nor −1`,
    expected: '1 or -1',
    actual: formatValue(probe[other] as number, 10),
    counterexample,
    ...(misconception === undefined ? {} : { misconception }),
  });
}

/** Which known kind of probes these are, from many coordinates; a name is given only to what is clearly of that kind. */
function nameOf(bench: Bench): string | undefined {
  const rng = freshUniforms(bench);
  const entries = Array.from({ length: 40 }, () => callFunction(bench, 'rademacher', [100, rng]) as Vector).flat();
  const moment = (power: number) => mean(entries.map((entry) => entry ** power));
  const isNear = (power: number, expected: number, margin: number) => Math.abs(moment(power) - expected) < margin;
  if (entries.every((entry) => entry === 0 || entry === 1))
    return isNear(1, 0.5, 0.025) ? 'zero-one-probes' : undefined;
  // Margins of about three deviations. The fourth moment and the share beyond ±1 tell the normal distribution (3, 0.317)
  // from others of mean 0 and variance 1: logistic (4.2, 0.280), Laplace (6, 0.243); uniform and triangular have no tails.
  const beyond = (bound: number) => mean(entries.map((entry) => (Math.abs(entry) > bound ? 1 : 0)));
  const hasMoments = isNear(1, 0, 0.05) && isNear(2, 1, 0.07) && isNear(4, 3, 0.45);
  return hasMoments && Math.abs(beyond(1) - 0.3173) < 0.02 && beyond(2.8) > 0 ? 'normal-probes' : undefined;
}

/** What `rng` may return at the ends of its range, in the middle and between; an odd number of them. */
const CORNERS = [0, 0.5, 0.25, 0.75, 0.9999999999999999, 0.5, 0.3];

function isSignOfZero(probe: Vector): boolean {
  const wrong = probe.map((_, i) => Math.sign((CORNERS[i % CORNERS.length] as number) - 0.5));
  return [1, -1].some((sign) => probe.every((entry, i) => entry === sign * (wrong[i] as number)));
}

/** So many probes and coordinates in the short table's rows (of two probes each) and in the long one's (of one). */
const SHORT = { rows: 1000, dimension: 3 };
const LONG = { rows: 50, dimension: 60 };

/**
 * Short probes tell everything about few coordinates: two successive probes are six signs, and their 63 products are
 * fair coins for independent fair signs alone. Long probes tell whether coordinates far apart repeat one another, in
 * which 60 is more than one number has bits; and all signs together whether there are more of the one than of the other.
 */
function signsAreFair(bench: Bench): void {
  const rng = freshUniforms(bench);
  const drawTable = (rows: number, dimension: number, probes: number) =>
    Array.from({ length: rows }, () =>
      Array.from({ length: probes }, () => callFunction(bench, 'rademacher', [dimension, rng]) as Vector).flat(),
    );
  const short = drawTable(SHORT.rows, SHORT.dimension, 2);
  const long = drawTable(LONG.rows, LONG.dimension, 1);
  const signs = [short, long].flat(2);
  const tallies = {
    short: [
      { what: 'a coordinate is +1', hits: signs.filter((sign) => sign === 1).length, trials: signs.length },
      ...tallyProducts(short, (columns) => describeProduct(columns, SHORT.dimension)),
    ],
    long: tallyPairs(long),
  };
  // Each table has half of the false alarms.
  const calls = [
    `Array.from({ length: ${2 * SHORT.rows} }, () => rademacher(${SHORT.dimension}, rng))`,
    `Array.from({ length: ${LONG.rows} }, () => rademacher(${LONG.dimension}, rng))`,
  ];
  const counterexample = `const rng = ${rng.text}; [${calls.join(', ')}]`;
  expectFair(tallies.short, FALSE_ALARM / 2, counterexample);
  expectFair(tallies.long, FALSE_ALARM / 2, counterexample);
}

/**
 * How often two coordinates of a row have the same sign: every two of them, and all that are equally far apart together.
 *
 * Of fair signs these are fair coins, and the second kind independent ones, too: coordinates joined by a line when they
 * are some distance apart make paths, without a circle, so that no product follows from others.
 */
function tallyPairs(table: readonly Vector[]): Tally[] {
  const size = table[0]?.length ?? 0;
  const pairs: Tally[] = [];
  const hits = new Array<number>(size).fill(0);
  for (let j = 1; j < size; j += 1) {
    for (let i = 0; i < j; i += 1) {
      let same = 0;
      for (const row of table) if (row[i] === row[j]) same += 1;
      pairs.push({ what: describeProduct([i, j], size), hits: same, trials: table.length });
      hits[j - i] = (hits[j - i] as number) + same;
    }
  }
  const distances = hits.map((same, distance) => ({
    what: `the product of two coordinates ${count(distance, 'place')} apart is +1`,
    hits: same,
    trials: (size - distance) * table.length,
  }));
  return [...distances.slice(1), ...pairs];
}

/** "coordinate 1 is +1", "the product of coordinate 1 and coordinate 2 of the next probe is +1". */
function describeProduct(columns: readonly number[], dimension: number): string {
  const names = columns.map((column) =>
    column < dimension ? `coordinate ${column + 1}` : `coordinate ${column - dimension + 1} of the next probe`,
  );
  return names.length === 1 ? `${names[0]} is +1` : `the product of ${names.join(' and ')} is +1`;
}

/** All 2ᵈ vectors of ±1: over them the average of vᵀAv is tr A exactly. */
function allSigns(dimension: number): number[][] {
  return Array.from({ length: 2 ** dimension }, (_, index) =>
    Array.from({ length: dimension }, (_, i) => ((index >> i) & 1 ? -1 : 1)),
  );
}

// ── Traces ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Matrices and probes, simplest first; the probes are ±1 and not, their number is d and not.
 *
 * All vᵀAv are equal only where everything is an integer: there the mean of the squares less the square of the mean is
 * exactly 0, and the verdict on that formula does not hang on the seed.
 */
function traceInputs({ random }: Bench): [Matrix, number[][]][] {
  const simple: [Matrix, number[][]][] = [
    [[[2]], [[1], [-1]]],
    [[[2]], [[3], [1], [0]]],
    [
      [
        [2, 1],
        [1, 3],
      ],
      [
        [1, 1],
        [1, -1],
      ],
    ],
    [
      [
        [0, 2],
        [-1, 1],
      ],
      [
        [1, -1],
        [1, 1],
        [-1, 1],
      ],
    ],
    [
      [
        [1, 2],
        [0, 3],
      ],
      [
        [1, 2],
        [-3, 0.5],
      ],
    ],
  ];
  const more = [1, 2, 3, 4, 3, 2].map((dimension): [Matrix, number[][]] => [
    Array.from({ length: dimension }, () => random.vector(dimension, -5, 5)),
    Array.from({ length: random.integer(3, 6) }, () => random.vector(dimension, -2, 2)),
  ]);
  return [...simple, ...more];
}

const SINGLE: readonly [Matrix, number[][]][] = [
  [[[2]], [[1]]],
  [
    [
      [2, 1],
      [1, 3],
    ],
    [[1, -1]],
  ],
];

function traceCases(quantity: string, inputs: (bench: Bench) => readonly [Matrix, number[][]][]) {
  return (bench: Bench): Case[] =>
    inputs(bench).map(([matrix, probes]) => ({
      args: [linearMap(matrix), probes],
      expected: bench.oracle.ask(quantity, [matrix, probes]),
    }));
}

const traceArguments = (bench: Bench): Value[][] =>
  traceInputs(bench).map(([matrix, probes]) => [linearMap(matrix), probes]);

/** The function calls its first argument so many times for each probe, whatever the dimension. */
function callsPerProbe(inputs: () => [Callback, ...Value[]][], probesOf: (args: Value[]) => number, each: number): Law {
  return (bench) => {
    const name = bench.check.function;
    for (const args of inputs()) {
      const [callback] = args;
      callFunction(bench, name, args);
      const wanted = each * probesOf(args);
      if (callback.calls.length === wanted) continue;
      const what = each === 1 ? 'matvec' : 'u';
      throw new Failure({
        message: `${name} evaluates ${what} ${count(callback.calls.length, 'time')} for ${count(probesOf(args), 'probe')}`,
        expected: count(wanted, 'evaluation'),
        actual: count(callback.calls.length, 'evaluation'),
        counterexample: formatCall(name, args),
      });
    }
  };
}

function mapsAndProbes(fewest: number): [Callback, ...Value[]][] {
  return [
    [linearMap([[2]]), [[1], [-1]]],
    [wideMap(3), allSigns(3).slice(0, Math.max(fewest, 1))],
    [wideMap(3), allSigns(3)],
    [
      wideMap(40),
      Array.from({ length: fewest }, (_, k) => Array.from({ length: 40 }, (_, i) => (i % (k + 2) ? 1 : -1))),
    ],
  ];
}

const squares = (dimension: number) =>
  fc.array(vectors(dimension, -5, 5, 1), { minLength: dimension, maxLength: dimension });

/** Two matrices A and B, a factor and some probes. */
const linearProblems = (d: number) =>
  fc.record({
    a: squares(d),
    b: squares(d),
    factor: fc.integer({ min: -3, max: 3 }),
    probes: fc.array(vectors(d, -2, 2, 1), { minLength: 1, maxLength: 4 }),
  });

const diagonalProblems = (fewest: number, most: number) =>
  fc.integer({ min: fewest, max: most }).chain((d) =>
    fc.record({
      diagonal: vectors(d, -5, 5, 1),
      probe: fc.array(fc.constantFrom(1, -1), { minLength: d, maxLength: d }),
    }),
  );

function diagonalMatrix(diagonal: Vector): number[][] {
  return diagonal.map((entry, i) => diagonal.map((_, j) => (i === j ? entry : 0)));
}

/** factor·A + B. */
function combination(factor: number, a: Matrix, b: Matrix): number[][] {
  return a.map((row, i) => row.map((entry, j) => factor * entry + (b[i]?.[j] as number)));
}

/** Several calls, as one expression. */
function list(calls: readonly string[]): string {
  return `[${calls.join(', ')}]`;
}

function traceOf(matrix: Matrix): number {
  return matrix.reduce((total, row, i) => total + (row[i] as number), 0);
}

// ── Derivatives ─────────────────────────────────────────────────────────────────────────────────────────────────────

// A central difference with eps = 1e-4 is off by eps²/6 times the third derivative along v, which is below 1,000 here: by
// 2e-6 at most; rounding adds 1e-15·‖u‖/2eps, below 1e-9.
const EPS = 1e-4;
const DERIVATIVE = { abs: 1e-5, rel: 1e-5 };

/**
 * Fields, points, times and directions, simplest first.
 *
 * The cubic fields get directions within ±1.2, where a central difference with eps = 1e-4 is within 1e-9 of the
 * derivative: so near that a step that is ignored, and nothing worse, can be told later from other mistakes.
 */
function directionInputs({ random }: Bench): [string[], number[], number, number[]][] {
  const simple: [string[], number[], number, number[]][] = [
    [['3 * x[0]'], [1], 0, [1]],
    [['x[0] * x[0]'], [2], 0, [1]],
    [['x[0] * x[0]'], [1], 0, [3]],
    [['t * x[0]'], [1], 2, [1]],
    [['-x[1]', 'x[0]'], [1, 2], 0, [1, 0]],
    [['x[0] * x[0]', 'x[0] * x[1]'], [1, 2], 0, [1, -1]],
    [['x[0] * x[0]', 'x[0] * x[1]'], [1, 2], 0, [0, -4]],
    [['x[1] * t', 'x[0] * x[1]'], [-1, 2], 0.5, [3, 4]],
    [['x[1] * x[2]', 't * x[0] * x[0]', 'x[0] - x[2]'], [1, 2, 3], -1, [2, -1, 2]],
  ];
  const more = [1, 2, 3, 4, 2, 3].map((dimension): [string[], number[], number, number[]] => [
    randomComponents(random, dimension),
    random.vector(dimension, -2, 2),
    random.decimal(-1, 2),
    random.vector(dimension, -1.2, 1.2),
  ]);
  return [...simple, ...more];
}

function directionCases(bench: Bench): Case[] {
  return directionInputs(bench).map(([components, x, t, v]) => ({
    args: [field(components), x, t, v],
    expected: bench.oracle.ask('field.directionalDerivative', [components, x, t, v]),
  }));
}

/** Cubic fields, whose central difference with a coarse step is visibly not the derivative. */
function coarseInputs({ random }: Bench): [string[], number[], number, number[], eps: number][] {
  const more = [1, 2, 3, 4].map((dimension): [string[], number[], number, number[], number] => [
    randomComponents(random, dimension),
    random.vector(dimension, -2, 2),
    random.decimal(-1, 2),
    Array.from({ length: dimension }, () => random.pick([-1, 1]) * random.decimal(0.5, 2)),
    random.pick([0.05, 0.1, 0.2, 0.5, 1]),
  ]);
  return [
    [['x[0] * x[0] * x[0]'], [0], 0, [1], 0.5],
    [['x[0] * x[0] * x[0]'], [1], 0, [2], 0.1],
    [['x[1] * x[1] * x[1]', 't * x[0]'], [1, 2], 3, [1, -1], 0.25],
    ...more,
  ];
}

/**
 * (u(x + eps·v, t) − u(x − eps·v, t))/(2·eps), with the reference's u.
 *
 * With δ = 2⁻⁵³, a point is rounded by δ·(|x| + eps·|v|) and a value of u by some δ·|u|, so that correct code may differ
 * by about (|J|·|x| + |u|)·4δ/eps. For the sizes here (|x| ≤ 4, |u| and |J| ≤ 100, eps ≥ 0.05) that is 5e-12.
 */
function centralDifference(oracle: Oracle, components: string[], x: Vector, t: number, v: Vector, eps: number): Vector {
  const at = (step: number) =>
    oracle.ask('field.value', [components, x.map((xi, i) => xi + step * (v[i] as number)), t]) as Vector;
  const behind = at(-eps);
  return at(eps).map((ahead, i) => (ahead - (behind[i] as number)) / (2 * eps));
}

/** u is evaluated exactly twice, at x + eps·v and x − eps·v in either order, both times at t. */
function evaluatesAhead(bench: Bench): void {
  const wide = Array.from({ length: 40 }, (_, i) => (i % 7) - 3);
  const inputs: [Callback, Vector, number, Vector, number?][] = [
    ...directionInputs(bench).map(
      ([components, x, t, v]) => [field(components), x, t, v] as [Callback, Vector, number, Vector],
    ),
    ...coarseInputs(bench).map(([components, x, t, v, eps]): [Callback, Vector, number, Vector, number] => [
      field(components),
      x,
      t,
      v,
      eps,
    ]),
    [wideField(40), wide, 1.5, wide.map((entry) => 2 - entry)],
  ];
  for (const args of inputs) {
    const [u, x, t, v, eps = EPS] = args;
    callFunction(bench, 'jacobianVectorProduct', args as Value[]);
    const finding = { counterexample: formatCall('jacobianVectorProduct', args as Value[]) };
    const calls = u.calls as unknown as [Vector, number][];
    if (calls.length !== 2) {
      const message = `jacobianVectorProduct evaluates u ${count(calls.length, 'time')}`;
      throw new Failure({ ...finding, message, expected: '2 evaluations', actual: count(calls.length, 'evaluation') });
    }
    for (const [, at] of calls) {
      if (Math.abs(at - t) <= 1e-12) continue;
      const message = 'jacobianVectorProduct evaluates u at another t';
      throw new Failure({ ...finding, message, expected: formatValue(t), actual: formatValue(at) });
    }
    const points = [eps, -eps].map((step) => x.map((xi, i) => xi + step * (v[i] as number)));
    const isNear = (point: Vector, [at]: [Vector, number]) =>
      point.every((entry, i) => Math.abs(entry - (at[i] as number)) <= 1e-12 * (1 + Math.abs(entry)));
    const isMatched = [calls, calls.toReversed()].some((order) =>
      points.every((point, k) => isNear(point, order[k] as [Vector, number])),
    );
    if (isMatched) continue;
    throw new Failure({
      ...finding,
      message: 'jacobianVectorProduct evaluates u at other points than x ± eps·v',
      expected: points.map((point) => formatValue(point, 10)).join(' and '),
      actual: calls.map(([at]) => formatValue(at, 10)).join(' and '),
    });
  }
}

/** Fields of degree two, for which central differences are exact but for rounding, with two directions and a factor. */
const directionProblems = fc.integer({ min: 1, max: 3 }).chain((d) =>
  fc.record({
    linear: squares(d),
    quadratic: vectors(d, -2, 2, 1),
    x: vectors(d, -3, 3, 1),
    t: fc.integer({ min: -2, max: 2 }),
    v: vectors(d, -3, 3, 1),
    w: vectors(d, -3, 3, 1),
    factor: fc.integer({ min: -3, max: 3 }),
  }),
);

function quadraticComponents({ linear, quadratic }: { linear: Matrix; quadratic: Vector }): string[] {
  return linear.map((row, i) =>
    sum([
      ...row.map((entry, j) => [entry, `x[${j}]`] as const),
      [quadratic[i] as number, `t * x[${i}] * x[${(i + 1) % linear.length}]`],
    ]),
  );
}

// ── Divergences ─────────────────────────────────────────────────────────────────────────────────────────────────────

function divergenceInputs({ random }: Bench): [string[], number[], number, number[][]][] {
  const simple: [string[], number[], number, number[][]][] = [
    [['3 * x[0]'], [1], 0, [[1]]],
    [['x[0] * x[0]'], [2], 0, [[1], [-1]]],
    [['t * x[0]'], [1], 2, [[1], [2]]],
    [['x[0] * x[0]', 'x[0] * x[1]'], [1, 2], 0, [[1, -1]]],
    [
      ['x[0] * x[0]', 'x[0] * x[1]'],
      [1, 2],
      0,
      [
        [1, -1],
        [1, 1],
        [2, 0.5],
      ],
    ],
    [
      ['x[1] * x[2]', 't * x[1] * x[1]', 'x[0] - x[2]'],
      [1, 2, 3],
      -1,
      [
        [1, -1, 1],
        [-1, -1, 1],
      ],
    ],
  ];
  const more = [1, 2, 3, 4].map((dimension): [string[], number[], number, number[][]] => [
    randomComponents(random, dimension),
    random.vector(dimension, -2, 2),
    random.decimal(-1, 2),
    Array.from({ length: random.integer(2, 5) }, () => Array.from({ length: dimension }, () => random.pick([-1, 1]))),
  ]);
  return [...simple, ...more];
}

const divergenceArguments = (bench: Bench): Value[][] =>
  divergenceInputs(bench).map(([components, x, t, probes]) => [field(components), x, t, probes]);

function divergenceCases(bench: Bench): Case[] {
  return divergenceInputs(bench).map(([components, x, t, probes]) => ({
    args: [field(components), x, t, probes],
    expected: bench.oracle.ask('trace.divergenceEstimate', [components, x, t, probes]),
  }));
}

/** All 2ᵈ Rademacher probes, so that the estimate is the divergence itself. */
function exactDivergenceCases({ random, oracle }: Bench): Case[] {
  const inputs: [string[], number[], number][] = [
    [['x[0] * x[0]'], [2], 0],
    [['x[0] * x[0]', 'x[0] * x[1]'], [1, 2], 0],
    ...[1, 2, 3, 4].map((dimension): [string[], number[], number] => [
      randomComponents(random, dimension),
      random.vector(dimension, -2, 2),
      random.decimal(-1, 2),
    ]),
  ];
  return inputs.map(([components, x, t]) => ({
    args: [field(components), x, t, allSigns(x.length)],
    expected: oracle.ask('field.divergence', [components, x, t]),
  }));
}

/** Estimates with a coarse step: the mean of vᵀ(u(x + eps·v, t) − u(x − eps·v, t))/(2·eps). */
function coarseDivergenceCases(bench: Bench): Case[] {
  return coarseInputs(bench).map(([components, x, t, v, eps]) => {
    const probes = [v, v.map((entry) => 1 - entry)];
    const forms = probes.map((probe) => dot(probe, centralDifference(bench.oracle, components, x, t, probe, eps)));
    return { args: [field(components), x, t, probes, eps], expected: mean(forms) };
  });
}

function fieldsAndProbes(): [Callback, ...Value[]][] {
  const wide = Array.from({ length: 40 }, (_, i) => (i % 7) - 3);
  const signs = wide.map((entry) => (entry > 0 ? 1 : -1));
  return [
    [field(['x[0] * t']), [1], 2, [[1]]],
    [field(['x[0] * x[1]', 't - x[1]']), [1, 2], 0.5, [[1, -1]]],
    [field(['x[0] * x[1]', 't - x[1]']), [1, 2], 0.5, allSigns(2)],
    [field(['x[0] * x[1]', 't - x[1]']), [1, 2], 0.5, allSigns(2), 0.1],
    [wideField(40), wide, 1, [signs]],
    [wideField(40), wide, 1, [signs, wide, signs.toReversed()]],
  ];
}

// ── The exercise ────────────────────────────────────────────────────────────────────────────────────────────────────

const WITHOUT_PROBES: Value[][] = [
  [linearMap([[2]]), []],
  [
    linearMap([
      [2, 1],
      [1, 3],
    ]),
    [],
  ],
];

export const hutchinson: Exercise = {
  id: '08-hutchinson-estimator',
  file: 'hutchinson.ts',
  title: 'Hutchinson estimator',
  core: true,
  functions: {
    rademacher: vector,
    traceEstimate: number,
    traceEstimateWithError: record({ mean: number, standardError: number }),
    jacobianVectorProduct: vector,
    divergenceEstimate: number,
  },
  misconceptions: [
    {
      id: 'zero-one-probes',
      function: 'rademacher',
      hint: 'These probes are made of 0 and 1, so their mean is ½ and vᵀAv is not tr A on average. Signs are asked for.',
    },
    {
      id: 'normal-probes',
      function: 'rademacher',
      hint: 'These are normal probes. They are unbiased, too, but of greater variance. Signs are asked for: +1 or −1.',
    },
    {
      id: 'sign-of-zero',
      function: 'rademacher',
      hint: 'Math.sign has three values: where rng() is exactly ½ it gives 0. A comparison has only two.',
    },
    ...[
      { id: 'sum-for-mean', hint: 'This is the sum over the probes. The estimate is their mean.', wrong: total },
      {
        id: 'divided-by-dimension',
        hint: 'The estimate was divided by d as well. The trace is a sum over the coordinates, only the probes are averaged.',
        wrong: (forms: Vector, dimension: number) => mean(forms) / dimension,
      },
    ].flatMap(({ id, hint, wrong }) => [
      {
        id,
        function: 'traceEstimate',
        hint,
        wrong: (matvec: Matvec, probes: readonly Vector[]) => wrong(formsOf(matvec, probes), probes[0]?.length ?? 0),
      },
      {
        id: `${id}-in-divergence`,
        function: 'divergenceEstimate',
        hint,
        wrong: (u: VelocityField, x: Vector, t: number, probes: readonly Vector[], eps = EPS) =>
          wrong(formsOf(difference(u, x, t, eps), probes), x.length),
      },
    ]),
    {
      id: 'sum-for-mean-with-error',
      function: 'traceEstimateWithError',
      hint: 'This is the sum over the probes, and the deviations were taken from it. Both belong to the mean.',
      wrong: (matvec: Matvec, probes: readonly Vector[]) => {
        const forms = formsOf(matvec, probes);
        return {
          mean: total(forms),
          standardError: Math.sqrt(spread(forms, total(forms)) / (forms.length - 1) / forms.length),
        };
      },
    },
    {
      id: 'divided-by-dimension-with-error',
      function: 'traceEstimateWithError',
      hint: 'The samples were divided by d. The trace is a sum over the coordinates, only the probes are averaged.',
      wrong: (matvec: Matvec, probes: readonly Vector[]) => {
        const { mean, variance, n } = sampleOf(matvec, probes);
        const dimension = probes[0]?.length ?? 0;
        return { mean: mean / dimension, standardError: Math.sqrt(variance / n) / dimension };
      },
    },
    ...[
      {
        id: 'population-variance',
        hint: 's² was divided by n. The deviations are taken from the sample’s own mean, which makes them too small: n − 1.',
        error: (variance: number, n: number) => Math.sqrt((variance * (n - 1)) / n / n),
      },
      {
        id: 'variance-for-error',
        hint: 'This is s²/n, the variance of the mean. The standard error has the unit of the trace: a square root is missing.',
        error: (variance: number, n: number) => variance / n,
      },
      {
        id: 'deviation-for-error',
        hint: 'This is s, by how much one probe is off. The mean of n probes is off by less.',
        error: (variance: number) => Math.sqrt(variance),
      },
      {
        id: 'root-of-n-forgotten',
        hint: 'This is s/n. Variances add up, deviations do not: with n probes the error shrinks like 1/√n.',
        error: (variance: number, n: number) => Math.sqrt(variance) / n,
      },
    ].map(({ id, hint, error }) => ({
      id,
      function: 'traceEstimateWithError',
      hint,
      wrong: (matvec: Matvec, probes: readonly Vector[]) => {
        const { mean, variance, n } = sampleOf(matvec, probes);
        return { mean, standardError: error(variance, n) };
      },
    })),
    {
      id: 'normalised-direction',
      function: 'jacobianVectorProduct',
      hint: 'v was made a unit vector. The derivative along 2·v is twice that along v: take v as it is.',
      wrong: (u: VelocityField, x: Vector, t: number, v: Vector, eps = EPS) => {
        const length = Math.sqrt(dot(v, v));
        return difference(u, x, t, eps)(v.map((vi) => vi / length));
      },
    },
    {
      id: 'divided-by-half-the-distance',
      function: 'jacobianVectorProduct',
      hint: 'This is twice the derivative. How far apart are x + eps·v and x − eps·v?',
      wrong: (u: VelocityField, x: Vector, t: number, v: Vector, eps = EPS) =>
        difference(u, x, t, eps)(v).map((entry) => 2 * entry),
    },
    {
      id: 'one-sided-difference',
      function: 'jacobianVectorProduct',
      hint: 'This is a one-sided difference, from x to x + eps·v. The central one is of second order: one point on either side.',
      wrong: (u: VelocityField, x: Vector, t: number, v: Vector, eps = EPS) => {
        const here = u(x, t);
        return u(shifted(x, eps, v), t).map((ahead, i) => (ahead - (here[i] as number)) / eps);
      },
    },
    {
      id: 'step-ignored',
      function: 'jacobianVectorProduct',
      hint: 'The step was 1e-4 although another eps was given: that is only what it is when it is left out.',
      wrong: (u: VelocityField, x: Vector, t: number, v: Vector) => difference(u, x, t, EPS)(v),
    },
    {
      id: 'step-not-passed-on',
      function: 'divergenceEstimate',
      hint: 'The step was 1e-4 although another eps was given: pass it on to jacobianVectorProduct.',
      wrong: (u: VelocityField, x: Vector, t: number, probes: readonly Vector[]) =>
        mean(formsOf(difference(u, x, t, EPS), probes)),
    },
  ],
  checks: [
    {
      id: '08.rademacher.example',
      title: 'is a list of so many numbers, each of them +1 or −1',
      kind: 'example',
      function: 'rademacher',
      points: 1,
      hint: 'One number for each coordinate: compare rng() with ½.',
      law: (bench) => {
        for (const dimension of [1, 2, 3, 8, 40, 101]) {
          expectSigns(bench, dimension, freshUniforms(bench), () => nameOf(bench));
        }
      },
    },
    {
      id: '08.rademacher.purity',
      title: 'is ±1 whatever rng returns from [0, 1), and takes its randomness from rng alone',
      kind: 'purity',
      function: 'rademacher',
      points: 1,
      hint: 'rng() may be 0 and may be exactly ½. The same numbers from rng must give the same probe, in every call.',
      law: all(
        (bench) => {
          for (const dimension of [7, 50]) {
            expectSigns(bench, dimension, cycle(CORNERS), (probe) =>
              isSignOfZero(probe) ? 'sign-of-zero' : undefined,
            );
          }
        },
        isPure((bench) => [1, 3, 20].map((dimension) => [dimension, freshUniforms(bench)])),
      ),
    },
    {
      id: '08.rademacher.signs',
      title: 'has fair and independent signs (a right answer fails less than once in 10⁹ seeds)',
      kind: 'statistic',
      function: 'rademacher',
      points: 1,
      hint: 'Every coordinate needs randomness of its own, and both signs half of the time.',
      fuel: 1e7,
      law: signsAreFair,
    },
    {
      id: '08.trace-estimate.example',
      title: 'is the mean of vᵀAv over the probes',
      kind: 'example',
      function: 'traceEstimate',
      points: 1,
      hint: 'Each probe v gives one number, the dot product of v and matvec(v). Work the table of the README by hand.',
      law: matches(traceCases('trace.estimate', (bench) => [...SINGLE, ...traceInputs(bench)])),
    },
    {
      id: '08.trace-estimate.diagonal',
      title: 'is exactly tr A for a diagonal A and any single Rademacher probe',
      kind: 'property',
      function: 'traceEstimate',
      points: 1,
      hint: 'For a diagonal A, vᵀAv is a sum of aᵢᵢ·vᵢ². What is vᵢ² when vᵢ is ±1?',
      law: all(
        ...[diagonalProblems(1, 4), diagonalProblems(6, 12)].map((inputs) =>
          forAll<Module, { diagonal: number[]; probe: number[] }>({
            inputs,
            runs: 6,
            holds: (student, { diagonal, probe }) => {
              const matrix = diagonalMatrix(diagonal);
              expectClose(student.traceEstimate(linearMap(matrix), [probe]), traceOf(matrix), {
                message: 'traceEstimate is not the trace of a diagonal matrix',
              });
            },
            show: ({ diagonal, probe }) => formatCall('traceEstimate', [linearMap(diagonalMatrix(diagonal)), [probe]]),
          }),
        ),
      ),
    },
    {
      id: '08.trace-estimate.linearity',
      title: 'is linear in A, and exactly tr A over all 2ᵈ Rademacher probes',
      kind: 'property',
      function: 'traceEstimate',
      points: 1,
      hint: 'Every probe counts alike, and off the diagonal the signs cancel over all of them: is every probe used once?',
      law: all(
        ...[1, 2, 3, 4].map((d) =>
          forAll<Module, { a: number[][] }>({
            inputs: fc.record({ a: squares(d) }),
            runs: 3,
            holds: (student, { a }) =>
              expectClose(student.traceEstimate(linearMap(a), allSigns(d)), traceOf(a), {
                message: 'over all Rademacher probes traceEstimate is not tr A',
              }),
            show: ({ a }) => formatCall('traceEstimate', [linearMap(a), allSigns(d)]),
          }),
        ),
        ...[1, 2, 4].map((d) =>
          forAll<Module, { a: number[][]; b: number[][]; factor: number; probes: number[][] }>({
            inputs: linearProblems(d),
            runs: 4,
            holds: (student, { a, b, factor, probes }) => {
              const [ofA, ofB] = [a, b].map((matrix) => student.traceEstimate(linearMap(matrix), probes)) as [
                number,
                number,
              ];
              expectClose(student.traceEstimate(linearMap(combination(factor, a, b)), probes), factor * ofA + ofB, {
                message: `traceEstimate of ${factor}·A + B is not ${factor} times that of A plus that of B`,
              });
            },
            show: ({ a, b, factor, probes }) =>
              list(
                [a, b, combination(factor, a, b)].map((matrix) =>
                  formatCall('traceEstimate', [linearMap(matrix), probes]),
                ),
              ),
          }),
        ),
      ),
    },
    {
      id: '08.trace-estimate.products',
      title: 'calls matvec exactly once per probe, at any d, and leaves the probes as they were',
      kind: 'cost',
      function: 'traceEstimate',
      points: 1,
      hint: 'Keep the product in a variable before you use its coordinates; A itself is never needed.',
      law: all(
        callsPerProbe(
          () => mapsAndProbes(1),
          ([, probes]) => (probes as Matrix).length,
          1,
        ),
        isPure(traceArguments),
      ),
    },
    {
      id: '08.trace-estimate.domain',
      title: 'throws a RangeError when there are no probes',
      kind: 'error',
      function: 'traceEstimate',
      points: 1,
      hint: 'The mean of nothing is 0/0: test the number of probes first.',
      law: rejectsOutside({
        outside: WITHOUT_PROBES,
        inside: [
          [linearMap([[2]]), [[1]]],
          [linearMap([[2]]), [[0]]],
        ],
      }),
    },
    {
      id: '08.trace-estimate-with-error.example',
      title: 'is the mean of vᵀAv and its standard error s/√n',
      kind: 'example',
      function: 'traceEstimateWithError',
      points: 1,
      hint: 'First the mean of the n numbers vᵀAv, then s² = ∑ (q − mean)²/(n − 1), at last s/√n. The README has an example.',
      law: matches(traceCases('trace.estimateWithError', traceInputs)),
    },
    {
      id: '08.trace-estimate-with-error.variance',
      title: 'has over all 2ᵈ Rademacher probes of a symmetric A the variance 2(‖A‖²_F − ∑ a²ᵢᵢ)',
      kind: 'property',
      function: 'traceEstimateWithError',
      points: 1,
      hint: 'Over all n = 2ᵈ probes (n − 1)·standardError² is that variance. Does it hold for many probes, and where it is 0?',
      law: matches(({ random, oracle }) => {
        const matrices: Matrix[] = [
          [[3]],
          diagonalMatrix([1, 2, -4]),
          [
            [0, 1],
            [1, 0],
          ],
          ...[2, 3, 4, 5].map((dimension) => {
            const entry = () => random.pick([-1, 1]) * random.decimal(0.5, 5);
            const rows = Array.from({ length: dimension }, () => Array.from({ length: dimension }, entry));
            return rows.map((row, i) => row.map((_, j) => rows[Math.min(i, j)]?.[Math.max(i, j)] as number));
          }),
        ];
        return matrices.map((matrix) => {
          const probes = allSigns(matrix.length);
          const variance = oracle.ask('trace.rademacherVariance', [matrix]) as number;
          return {
            args: [linearMap(matrix), probes],
            expected: {
              mean: oracle.ask('trace.exact', [matrix]),
              standardError: Math.sqrt(variance / (probes.length - 1)),
            },
          };
        });
      }),
    },
    {
      id: '08.trace-estimate-with-error.products',
      title: 'calls matvec exactly once per probe, at any d, and leaves the probes as they were',
      kind: 'cost',
      function: 'traceEstimateWithError',
      points: 1,
      hint: 'Both results come from the same list of numbers vᵀAv: compute it once and keep it.',
      law: all(
        callsPerProbe(
          () => mapsAndProbes(2),
          ([, probes]) => (probes as Matrix).length,
          1,
        ),
        isPure(traceArguments),
      ),
    },
    {
      id: '08.trace-estimate-with-error.domain',
      title: 'throws a RangeError when there are fewer than two probes',
      kind: 'error',
      function: 'traceEstimateWithError',
      points: 1,
      hint: 'One number says nothing about how far numbers scatter, and n − 1 is 0: test the number of probes first.',
      law: rejectsOutside({
        outside: [...WITHOUT_PROBES, ...SINGLE.map(([matrix, probes]) => [linearMap(matrix), probes])],
        inside: [
          [linearMap([[2]]), [[1], [-1]]],
          [linearMap([[2]]), [[1], [1]]],
        ],
      }),
    },
    {
      id: '08.jacobian-vector-product.example',
      title: 'is the derivative of u along v, up to 1e-5',
      kind: 'example',
      function: 'jacobianVectorProduct',
      points: 1,
      hint: 'Evaluate u at x + eps·v and at x − eps·v, subtract, and divide by what lies between the two.',
      law: matches(directionCases, DERIVATIVE),
    },
    {
      id: '08.jacobian-vector-product.step',
      title: 'is the central difference with the eps that is given',
      kind: 'property',
      function: 'jacobianVectorProduct',
      points: 1,
      hint: '1e-4 is only the default. Use eps wherever the step occurs, for the points and for the division.',
      law: matches((bench) =>
        coarseInputs(bench).map(([components, x, t, v, eps]) => ({
          args: [field(components), x, t, v, eps],
          expected: centralDifference(bench.oracle, components, x, t, v, eps),
        })),
      ),
    },
    {
      id: '08.jacobian-vector-product.linearity',
      title: 'is linear in v: twice the direction, twice the derivative',
      kind: 'property',
      function: 'jacobianVectorProduct',
      points: 1,
      hint: 'J·v is a matrix times a vector, whatever the length of v: what comes out for v = 0?',
      law: forAll<Module, DirectionInput>({
        inputs: directionProblems,
        runs: 20,
        holds: (student, input) => {
          const { x, t, v, w, factor } = input;
          const u = field(quadraticComponents(input));
          const along = (direction: Vector) => student.jacobianVectorProduct(u, x, t, direction);
          const zero = v.map(() => 0);
          expectClose(along(zero), zero, { message: 'along v = 0 it is not 0', tolerance: DERIVATIVE });
          const [alongV, alongW] = [along(v), along(w)];
          expectClose(
            along(v.map((vi) => factor * vi)),
            alongV.map((entry) => factor * entry),
            { message: `along ${factor}·v it is not ${factor} times what it is along v`, tolerance: DERIVATIVE },
          );
          expectClose(along(shifted(v, 1, w)), shifted(alongV, 1, alongW), {
            message: 'along v + w it is not what it is along v plus what it is along w',
            tolerance: DERIVATIVE,
          });
        },
        show: (input) => {
          const { x, t, v, w, factor } = input;
          const directions = [v, w, v.map((vi) => factor * vi), shifted(v, 1, w)];
          const u = field(quadraticComponents(input));
          return list(directions.map((direction) => formatCall('jacobianVectorProduct', [u, x, t, direction])));
        },
      }),
    },
    {
      id: '08.jacobian-vector-product.evaluations',
      title: 'evaluates u exactly twice, at x ± eps·v and t, and leaves x and v as they were',
      kind: 'cost',
      function: 'jacobianVectorProduct',
      points: 1,
      hint: 'Two evaluations for all coordinates together, at the given t, with v as it is given.',
      law: all(
        evaluatesAhead,
        isPure((bench) => directionInputs(bench).map(([components, x, t, v]) => [field(components), x, t, v])),
      ),
    },
    {
      id: '08.divergence-estimate.example',
      title: 'is the mean of vᵀJ·v over the probes, up to 1e-5',
      kind: 'example',
      function: 'divergenceEstimate',
      points: 1,
      hint: 'The divergence is the trace of J, and jacobianVectorProduct is its matvec.',
      law: matches(divergenceCases, DERIVATIVE),
    },
    {
      id: '08.divergence-estimate.all-probes',
      title: 'is div u over all 2ᵈ Rademacher probes, and takes differences with the eps that is given',
      kind: 'property',
      function: 'divergenceEstimate',
      points: 1,
      hint: 'Is every probe used, and does eps reach the differences?',
      law: all(matches(exactDivergenceCases, DERIVATIVE), matches(coarseDivergenceCases)),
    },
    {
      id: '08.divergence-estimate.evaluations',
      title: 'evaluates u exactly twice per probe, at any d, and leaves everything as it was',
      kind: 'cost',
      function: 'divergenceEstimate',
      points: 1,
      hint: 'The Jacobian itself is never needed: that would take 2d evaluations. Two for each probe are enough.',
      law: all(
        callsPerProbe(fieldsAndProbes, ([, , , probes]) => (probes as Matrix).length, 2),
        isPure(divergenceArguments),
      ),
    },
    {
      id: '08.divergence-estimate.domain',
      title: 'throws a RangeError when there are no probes',
      kind: 'error',
      function: 'divergenceEstimate',
      points: 1,
      hint: 'The mean of nothing is 0/0. Where is the number of probes tested already?',
      law: rejectsOutside({
        outside: [
          [field(['x[0] * t']), [1], 2, []],
          [field(['x[0] * x[1]', 't']), [1, 2], 0.5, []],
          [field(['x[0] * t']), [1], 2, [], 0.1],
        ],
        inside: [
          [field(['x[0] * t']), [1], 2, [[1]]],
          [field(['x[0] * x[1]', 't']), [1, 2], 0.5, [[1, -1]], 0.1],
        ],
      }),
    },
  ],
};

interface DirectionInput {
  readonly linear: Matrix;
  readonly quadratic: Vector;
  readonly x: Vector;
  readonly t: number;
  readonly v: Vector;
  readonly w: Vector;
  readonly factor: number;
}

// ── What the known wrong answers are made of ────────────────────────────────────────────────────────────────────────

/** vᵀ(A·v) for each probe. */
function formsOf(matvec: Matvec, probes: readonly Vector[]): number[] {
  return probes.map((v) => dot(v, matvec(v)));
}

function sampleOf(matvec: Matvec, probes: readonly Vector[]): { mean: number; variance: number; n: number } {
  const forms = formsOf(matvec, probes);
  return { mean: mean(forms), variance: spread(forms, mean(forms)) / (forms.length - 1), n: forms.length };
}

/** The sum of the squared deviations from the centre. */
function spread(samples: Vector, center: number): number {
  return samples.reduce((sum, sample) => sum + (sample - center) ** 2, 0);
}

/** v ↦ J·v by central differences. */
function difference(u: VelocityField, x: Vector, t: number, eps: number): Matvec {
  return (v) => {
    const behind = u(shifted(x, -eps, v), t);
    return u(shifted(x, eps, v), t).map((ahead, i) => (ahead - (behind[i] as number)) / (2 * eps));
  };
}

function shifted(x: Vector, factor: number, v: Vector): number[] {
  return x.map((xi, i) => xi + factor * (v[i] as number));
}

function dot(v: Vector, w: Vector): number {
  return v.reduce((sum, vi, i) => sum + vi * (w[i] as number), 0);
}

function total(samples: Vector): number {
  return samples.reduce((sum, sample) => sum + sample, 0);
}

function mean(samples: Vector): number {
  return total(samples) / samples.length;
}
