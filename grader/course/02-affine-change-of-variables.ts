import * as fc from 'fast-check';
import { rejectsOutside } from '../checks/error.ts';
import { matches } from '../checks/example.ts';
import { all } from '../checks/law.ts';
import { decimals, expectClose, forAll } from '../checks/property.ts';
import { isPure } from '../checks/purity.ts';
import type { Bench, Case, Exercise } from '../model/exercise.ts';
import { formatCall, number, type Value, type Vector, vector } from '../model/value.ts';

// A type, not an interface, so that it is a record of values.
type Affine = { readonly a: number; readonly b: number };

type Module = {
  forward(x: number, map: Affine): number;
  inverse(y: number, map: Affine): number;
  logAbsDetInverse(y: number, map: Affine): number;
  logDensity(y: number, map: Affine): number;
  pushforward(normals: Vector, map: Affine): number[];
};

const HALF_LOG_TWO_PI = 0.9189385332046727;

/** Ordinary points and maps, simplest first; the slopes of all of them have the sign. */
function inputs({ random }: Bench, sign: 1 | -1): [number, Affine][] {
  const simple: [number, Affine][] = [
    [0, { a: sign, b: 0 }],
    [1.5, { a: 2 * sign, b: 0 }],
    [4, { a: 2 * sign, b: 1 }],
    [-1, { a: 0.5 * sign, b: 3 }],
  ];
  const more = Array.from({ length: 12 }, (): [number, Affine] => [
    random.decimal(-9, 9),
    { a: sign * random.decimal(0.1, 5), b: random.decimal(-5, 5) },
  ]);
  return [...simple, ...more];
}

/** Cases for one quantity of the reference. */
function cases(quantity: string, signs: readonly (1 | -1)[]): (bench: Bench) => Case[] {
  return (bench) =>
    signs.flatMap((sign) => inputs(bench, sign)).map((args) => ({ args, expected: bench.oracle.ask(quantity, args) }));
}

const slopes = decimals(-5, 5).filter((a) => a !== 0);
const maps = fc.record({ a: slopes, b: decimals(-5, 5) }, { noNullPrototype: true });
const points = fc.tuple(decimals(-9, 9), maps);

const NOT_INVERTIBLE = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
const domain = rejectsOutside({
  outside: NOT_INVERTIBLE.map((a): Value[] => [1.5, { a, b: 0.5 }]),
  inside: [0.001, -2, 1e6].map((a): Value[] => [1.5, { a, b: 0.5 }]),
});

export const affine: Exercise = {
  id: '02-affine-change-of-variables',
  file: 'affine.ts',
  title: 'Affine change of variables',
  core: true,
  functions: { forward: number, inverse: number, logAbsDetInverse: number, logDensity: number, pushforward: vector },
  misconceptions: [
    {
      id: 'log-det-of-forward',
      function: 'logAbsDetInverse',
      hint: 'This is log |dT/dx|, of T. The formula wants the derivative of T⁻¹: where T stretches, T⁻¹ squeezes.',
      wrong: (_y: number, { a }: Affine) => Math.log(Math.abs(a)),
    },
    {
      id: 'absolute-value-missing',
      function: 'logAbsDetInverse',
      hint: 'This is −log a. For a < 0 that is NaN: the change of variables needs log |a|.',
      wrong: (_y: number, { a }: Affine) => -Math.log(a),
    },
    {
      id: 'log-det-sign',
      function: 'logDensity',
      hint: 'The sign of the log-det is wrong: where T stretches lengths (|a| > 1), the density of T(x) must drop.',
      wrong: (y: number, map: Affine) => logNormal(y, map) + 2 * Math.log(Math.abs(map.a)),
    },
    {
      id: 'log-det-missing',
      function: 'logDensity',
      hint: 'This is log p₀(T⁻¹(y)) alone. Stretching lengths spreads probability: the log-det is missing.',
      wrong: (y: number, map: Affine) => logNormal(y, map) + Math.log(Math.abs(map.a)),
    },
    {
      id: 'absolute-value-missing-in-density',
      function: 'logDensity',
      hint: 'This takes log a. For a < 0 that is NaN: the change of variables needs log |a|.',
      wrong: (y: number, map: Affine) => logNormal(y, map) + Math.log(Math.abs(map.a)) - Math.log(map.a),
    },
    {
      id: 'variance-for-deviation',
      function: 'logDensity',
      hint: 'a was used as the variance of p₁. T stretches by |a|, so |a| is the standard deviation and a² the variance.',
      wrong: (y: number, { a, b }: Affine) => -((y - b) ** 2) / (2 * a) - HALF_LOG_TWO_PI - 0.5 * Math.log(a),
    },
    {
      id: 'normaliser-missing',
      function: 'logDensity',
      hint: 'The constant ½·log 2π of the standard normal is missing, so the density does not integrate to 1.',
      wrong: (y: number, map: Affine) => logNormal(y, map) + HALF_LOG_TWO_PI,
    },
  ],
  checks: [
    {
      id: '02.forward.example',
      title: 'is a·x + b',
      kind: 'example',
      function: 'forward',
      points: 1,
      hint: 'Multiply x by the slope map.a, then add the shift map.b.',
      law: matches((bench) => [
        ...cases('affine.forward', [1, -1])(bench),
        { args: [2.5, { a: 0, b: 3 }], expected: 3 },
      ]),
    },
    {
      id: '02.inverse.example',
      title: 'is the x that T carries to y',
      kind: 'example',
      function: 'inverse',
      points: 1,
      hint: 'Solve y = a·x + b for x.',
      law: matches(cases('affine.inverse', [1, -1])),
    },
    {
      id: '02.inverse.round-trip',
      title: 'undoes forward, and forward undoes it',
      kind: 'property',
      function: 'inverse',
      points: 1,
      hint: 'T⁻¹(T(x)) = x and T(T⁻¹(y)) = y for every a ≠ 0: which of the two steps is undone first?',
      needs: ['forward'],
      law: forAll<Module, [number, Affine]>({
        inputs: points,
        // There and back from far out, both ways.
        examples: [
          [9, { a: 5, b: 5 }],
          [-9, { a: 5, b: -5 }],
          [9, { a: -0.01, b: 5 }],
        ],
        holds: (student, [x, map]) => {
          const there = student.forward(x, map);
          expectClose(student.inverse(there, map), x, { message: 'inverse(forward(x)) is not x' });
          const back = student.inverse(x, map);
          expectClose(student.forward(back, map), x, { message: 'forward(inverse(y)) is not y' });
        },
        show: (args) => formatCall('inverse', args),
      }),
    },
    {
      id: '02.inverse.domain',
      title: 'throws a RangeError when a is 0 or not finite',
      kind: 'error',
      function: 'inverse',
      points: 1,
      hint: 'Test a before you divide; NaN and ±Infinity are no slopes either (Number.isFinite).',
      law: domain,
    },
    {
      id: '02.log-abs-det-inverse.example',
      title: 'is log |dT⁻¹/dy| for a > 0',
      kind: 'example',
      function: 'logAbsDetInverse',
      points: 1,
      hint: 'T⁻¹ is a straight line. What is its slope? Take the logarithm of its absolute value.',
      law: matches(cases('affine.logAbsDetInverse', [1])),
    },
    {
      id: '02.log-abs-det-inverse.negative-slope',
      title: 'is log |dT⁻¹/dy| for a < 0 as well',
      kind: 'example',
      function: 'logAbsDetInverse',
      points: 1,
      hint: 'A map that turns the line around stretches lengths all the same: lengths are positive.',
      law: matches(cases('affine.logAbsDetInverse', [-1])),
    },
    {
      id: '02.log-abs-det-inverse.domain',
      title: 'throws a RangeError when a is 0 or not finite',
      kind: 'error',
      function: 'logAbsDetInverse',
      points: 1,
      hint: 'Where T has no inverse there is no derivative of it: test a first.',
      law: domain,
    },
    {
      id: '02.log-density.example',
      title: 'is the log-density of N(b, a²) for a > 0',
      kind: 'example',
      function: 'logDensity',
      points: 2,
      hint: 'log p₁(y) = log p₀(T⁻¹(y)) + log |dT⁻¹/dy|. Work the example of the README by hand and compare the two terms.',
      law: matches(cases('affine.logDensity', [1])),
    },
    {
      id: '02.log-density.negative-slope',
      title: 'is the log-density of N(b, a²) for a < 0 as well',
      kind: 'example',
      function: 'logDensity',
      points: 1,
      hint: 'x and −x are equally likely under p₀, so a and −a must give the same density.',
      law: matches(cases('affine.logDensity', [-1])),
    },
    {
      id: '02.log-density.far-tails',
      title: 'stays finite a thousand deviations out',
      kind: 'example',
      function: 'logDensity',
      points: 1,
      hint: 'The density underflows to 0 out there, its logarithm does not: never take the logarithm of a density.',
      law: matches(({ oracle }) =>
        [
          [40, { a: 1, b: 0 }],
          [1000, { a: 1, b: 0 }],
          [-1000, { a: 1, b: 0 }],
          [3001, { a: -3, b: 1 }],
          [0.01, { a: 0.00001, b: 0 }],
        ].map((args) => ({ args: args as Value[], expected: oracle.ask('affine.logDensity', args as Value[]) })),
      ),
    },
    {
      id: '02.log-density.integral',
      title: 'belongs to a density that integrates to 1',
      kind: 'property',
      function: 'logDensity',
      points: 1,
      hint: 'All the probability of p₀ must arrive somewhere. Which factor makes up for the stretching by |a|?',
      // On a grid of 5/6 of a deviation the trapezoidal rule is off by 2·e^(−2π²·36/25) < 1e-12 for a normal density.
      law: forAll<Module, [Affine]>({
        inputs: fc.tuple(maps),
        runs: 4,
        holds: (student, [map]) => {
          const width = (Math.abs(map.a) * 5) / 6;
          let integral = 0;
          for (let k = -12; k <= 12; k += 1) integral += Math.exp(student.logDensity(map.b + k * width, map)) * width;
          expectClose(integral, 1, { message: 'the integral of exp(logDensity(y, map)) over all y is not 1' });
        },
        show: ([map]) => `${formatCall('logDensity', [0, map]).replace('(0, ', '(y, ')}, for all y`,
      }),
    },
    {
      id: '02.log-density.domain',
      title: 'throws a RangeError when a is 0 or not finite',
      kind: 'error',
      function: 'logDensity',
      points: 1,
      hint: 'When all of p₀ is carried to one point there is no density: test a first.',
      law: domain,
    },
    {
      id: '02.pushforward.example',
      title: 'carries every sample by T',
      kind: 'example',
      function: 'pushforward',
      points: 1,
      hint: 'Apply T to each sample, in order.',
      law: matches((bench) =>
        pushes(bench).map((args) => ({ args, expected: bench.oracle.ask('affine.pushforward', args) })),
      ),
    },
    {
      id: '02.pushforward.samples',
      title: 'gives samples of mean a·m + b and variance a²·s², in a new array',
      kind: 'property',
      function: 'pushforward',
      points: 1,
      hint: 'Build a new array (map does), one sample for each, and none for none; the given array stays as it was.',
      law: all(
        matches(() => [{ args: [[], { a: 2, b: 1 }], expected: [] }]),
        forAll<Module, [number[], Affine]>({
          inputs: fc.tuple(fc.array(decimals(-4, 4), { minLength: 1, maxLength: 20 }), maps),
          holds: (student, [normals, map]) => {
            const samples = student.pushforward(normals, map);
            const [given, made] = [momentsOf(normals), momentsOf(samples)];
            expectClose(made.mean, map.a * given.mean + map.b, { message: 'the mean of the samples is not a·m + b' });
            expectClose(made.variance, map.a ** 2 * given.variance, {
              message: 'the variance of the samples is not a²·s²',
            });
          },
          show: (args) => formatCall('pushforward', args),
        }),
        isPure(pushes),
      ),
    },
  ],
};

function pushes({ random }: Bench): [number[], Affine][] {
  return [
    [[0], { a: 1, b: 0 }],
    [[0, 1, -1.5], { a: -2, b: 1 }],
    [Array.from({ length: 12 }, () => random.normal()), { a: random.decimal(0.5, 3), b: random.decimal(-3, 3) }],
    [[1, 2, 3], { a: 0, b: -1.5 }],
  ];
}

function logNormal(y: number, { a, b }: Affine): number {
  return -0.5 * ((y - b) / a) ** 2 - HALF_LOG_TWO_PI - Math.log(Math.abs(a));
}

function momentsOf(samples: Vector): { mean: number; variance: number } {
  const mean = samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
  return { mean, variance: samples.reduce((sum, sample) => sum + (sample - mean) ** 2, 0) / samples.length };
}
