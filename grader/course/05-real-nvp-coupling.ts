import * as fc from 'fast-check';
import { callback } from '../checks/callbacks.ts';
import { expectCallCount, expectCalls } from '../checks/calls.ts';
import { rejectsOutside } from '../checks/error.ts';
import { matches } from '../checks/example.ts';
import { all } from '../checks/law.ts';
import { decimals, expectClose, forAll, vectors } from '../checks/property.ts';
import { few, isPure } from '../checks/purity.ts';
import { callFunction } from '../checks/student.ts';
import type { Bench, Case, Exercise, Law } from '../model/exercise.ts';
import type { Random } from '../model/random.ts';
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
import { determinant, differencesOf } from './differences.ts';
import { sum } from './fields.ts';

/** A layer as known wrong answers get it. */
type Coupling = { readonly split: number; scale(head: Vector): Vector; shift(head: Vector): Vector };

type Module = {
  forward(x: Vector, layer: Coupling): number[];
  inverse(y: Vector, layer: Coupling): number[];
  logDetJacobian(x: Vector, layer: Coupling): number;
};

/** A layer as texts, one for each coordinate of the tail, in x[0] … x[split − 1]. */
type Layer = { readonly split: number; readonly scale: readonly string[]; readonly shift: readonly string[] };
type Located = readonly [x: Vector, layer: Layer];

/** The layer that student code gets; its networks count their calls, so each call of the student's takes a new one. */
function made({ split, scale, shift }: Layer): { split: number; scale: Callback; shift: Callback } {
  const network = (components: readonly string[]) =>
    callback(`(head) => [${components.join(', ').replaceAll('x[', 'head[')}]`, [array(number, split)]);
  return { split, scale: network(scale), shift: network(shift) };
}

// ── Inputs ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Quadratic networks with all coefficients away from 0; from heads within ±1.5 the scales stay within ±2.5. */
function drawLayer(random: Random, split: number, tail: number): Layer {
  const signed = (low: number, high: number) => random.pick([-1, 1]) * random.decimal(low, high);
  const network = (size: number) =>
    Array.from({ length: tail }, (_, i) => {
      const [j, k] = [i % split, (i + 1) % split];
      return sum([
        [signed(0.2, 0.5) * size, `x[${j}]`],
        [signed(0.1, 0.3) * size, `x[${j}] * x[${k}]`],
        [signed(0.2, 0.8) * size, ''],
      ]);
    });
  return { split, scale: network(1), shift: network(2) };
}

const SIMPLE: readonly Located[] = [
  [[0, 1], { split: 1, scale: ['0'], shift: ['1'] }],
  [[1, 2], { split: 1, scale: ['x[0]'], shift: ['0'] }],
  [[1, 2], { split: 1, scale: ['0.5'], shift: ['x[0] + 1'] }],
  [[-1, 3], { split: 1, scale: ['2 * x[0]'], shift: ['x[0] * x[0]'] }],
  [[1, -1, 2, 0.5], { split: 2, scale: ['x[0] + 0.5', '0.5 * x[1]'], shift: ['x[1]', '-2 * x[0]'] }],
];

/** Points and layers, simplest first, with as many coordinates in the head as in the tail. */
function ordinary({ random }: Bench): Located[] {
  const more = [1, 1, 2, 2, 3].map(
    (split): Located => [random.vector(2 * split, -1.5, 1.5), drawLayer(random, split, split)],
  );
  return [...SIMPLE, ...more];
}

/** Heads and tails of different lengths as well. */
function uneven(bench: Bench): Located[] {
  const more = [
    [1, 2],
    [2, 1],
    [3, 1],
    [1, 4],
    [2, 3],
  ].map(([split, tail]): Located => {
    const [head, rest] = [split as number, tail as number];
    return [bench.random.vector(head + rest, -1.5, 1.5), drawLayer(bench.random, head, rest)];
  });
  return [...ordinary(bench), ...more];
}

function cases(quantity: string): (bench: Bench) => Case[] {
  return (bench) =>
    ordinary(bench).map(([x, layer]) => ({ args: [x, made(layer)], expected: bench.oracle.ask(quantity, [x, layer]) }));
}

/** Layers of up to three and three coordinates, with points; scales within ±3, shifts within ±13. */
const located: fc.Arbitrary<Located> = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }))
  .chain(([split, tail]) => {
    const matrix = (size: number) => fc.array(vectors(split, -size, size, 1), { minLength: tail, maxLength: tail });
    return fc
      .record({
        x: vectors(split + tail, -2, 2, 1),
        slopes: matrix(0.5),
        bends: matrix(1),
        offsets: fc.array(decimals(-1, 1, 1), { minLength: tail, maxLength: tail }),
      })
      .map(
        ({ x, slopes, bends, offsets }): Located => [
          x,
          {
            split,
            scale: slopes.map((row) => sum(row.map((slope, j) => [slope, `x[${j}]`]))),
            shift: bends.map((row, i) =>
              sum([...row.map((bend, j) => [bend, `x[${j}] * x[${j}]`] as const), [offsets[i] as number, '']]),
            ),
          },
        ],
      );
  });

/** Heads and tails of different lengths: chance alone may draw few of them. */
const UNEVEN: readonly Located[] = [
  [[1, 0.5, -1], { split: 1, scale: ['x[0]', '-0.5 * x[0]'], shift: ['1', 'x[0] * x[0]'] }],
  [[1, -0.5, 2], { split: 2, scale: ['0.5 * x[0] + x[1]'], shift: ['-x[1] * x[1] + 0.5'] }],
  [
    [0.5, -1, 1, -2, 1.5],
    {
      split: 2,
      scale: ['0.5 * x[0]', '-0.5 * x[1]', '0.5 * x[0] - 0.5 * x[1]'],
      shift: ['x[0] * x[0]', '1', '-x[1] * x[1]'],
    },
  ],
];

/** Values of `split` that do not cut a point of d coordinates in two, and those that do. */
const splits = rejectsOutside({
  outside: [
    ...[0, -1, 3, 4, 1.5, 0.5, 2.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((split) => [
      [1, 2, 3],
      anySplit(split),
    ]),
    [[1], anySplit(1)],
    [[1], anySplit(0)],
    [[1, 2], anySplit(2)],
    [[], anySplit(0)],
    [[], anySplit(1)],
  ],
  inside: [1, 2].map((split) => [[1, 2, 3], anySplit(split)]),
});

/** A layer whose networks answer whatever head they get. */
function anySplit(split: number): Value {
  const network = (text: string) => callback(text, [array(number)]);
  return { split, scale: network('(head) => [0.5, -0.5]'), shift: network('(head) => [1, 2]') };
}

// ── Laws ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The networks are called once each (the shift as often as said), with the head. */
function callsNetworks(shifts: 0 | 1): Law {
  return (bench) => {
    const caller = bench.check.function;
    for (const [x, layer] of few(uneven(bench), 7)) {
      const { split, scale, shift } = made(layer);
      const args = [x, { split, scale, shift }];
      callFunction(bench, caller, args);
      const called = { caller, counterexample: formatCall(caller, args) };
      expectCalls({ ...called, name: 'scale', callback: scale }, [[x.slice(0, split)]]);
      const shifting = { ...called, name: 'shift', callback: shift };
      if (shifts === 0) expectCallCount(shifting, 0);
      else expectCalls(shifting, [[x.slice(0, split)]]);
    }
  };
}

const pureWithNetworks = isPure((bench) => few(uneven(bench)).map(([x, layer]) => [x, made(layer)]));

/**
 * J is triangular, so log |det J| is the sum of the logarithms of the diagonal, 1 and exp(sᵢ) ≥ e⁻³ = 0.05. The map is
 * linear in the tail: differences there are off by rounding alone, 2·7e-15/2h for |y| ≤ 53, or 3 · 7e-10/0.05 ≈ 4e-8.
 */
const STEP = 1e-5;
const DIFFERENCE_TOLERANCE = { abs: 1e-6, rel: 0 };

export const coupling: Exercise = {
  id: '05-real-nvp-coupling',
  file: 'coupling.ts',
  title: 'Real NVP coupling',
  core: false,
  functions: { forward: vector, inverse: vector, logDetJacobian: number },
  misconceptions: [
    {
      id: 'exp-missing',
      function: 'forward',
      hint: 'x₂ was multiplied by s itself. A factor that may be 0 or negative cannot be undone: which function is never 0?',
      wrong: (x: Vector, layer: Coupling) => onTail(x, layer, (xi, s, t) => xi * s + t),
    },
    {
      id: 'halves-exchanged',
      function: 'forward',
      hint: 'The halves are exchanged: the first `split` coordinates stay, the others are scaled and shifted.',
      wrong: (x: Vector, layer: Coupling) => {
        const [head, tail] = [x.slice(0, layer.split), x.slice(layer.split)];
        const moved = onTail([...tail, ...head], { ...layer, split: tail.length }, (xi, s, t) => xi * Math.exp(s) + t);
        return [...moved.slice(tail.length), ...tail];
      },
    },
    {
      id: 'shift-scaled',
      function: 'forward',
      hint: 'The shift came first, so it was scaled as well. Scale x₂, then shift it.',
      wrong: (x: Vector, layer: Coupling) => onTail(x, layer, (xi, s, t) => (xi + t) * Math.exp(s)),
    },
    {
      id: 'head-missing',
      function: 'forward',
      hint: 'This is y₂ alone. y has as many coordinates as x: y₁ = x₁ comes first.',
      wrong: (x: Vector, layer: Coupling) => onTail(x, layer, (xi, s, t) => xi * Math.exp(s) + t).slice(layer.split),
    },
    {
      id: 'order-kept',
      function: 'inverse',
      hint: 'The factor was taken off before the shift. What was done last has to be undone first.',
      wrong: (y: Vector, layer: Coupling) => onTail(y, layer, (yi, s, t) => yi * Math.exp(-s) - t),
    },
    {
      id: 'shift-added',
      function: 'inverse',
      hint: 'The shift was added once more. Forward adds it, so the way back takes it off.',
      wrong: (y: Vector, layer: Coupling) => onTail(y, layer, (yi, s, t) => (yi + t) * Math.exp(-s)),
    },
    {
      id: 'scaled-again',
      function: 'inverse',
      hint: 'The tail was multiplied by exp(s) once more. The way back divides by it.',
      wrong: (y: Vector, layer: Coupling) => onTail(y, layer, (yi, s, t) => (yi - t) * Math.exp(s)),
    },
    {
      id: 'forward-again',
      function: 'inverse',
      hint: 'This is forward again. Solve y₂ = x₂ ⊙ exp(s) + t for x₂.',
      wrong: (y: Vector, layer: Coupling) => onTail(y, layer, (yi, s, t) => yi * Math.exp(s) + t),
    },
    {
      id: 'divided-by-s',
      function: 'inverse',
      hint: 'The tail was divided by s. Forward multiplies by exp(s), not by s.',
      wrong: (y: Vector, layer: Coupling) => onTail(y, layer, (yi, s, t) => (yi - t) / s),
    },
    {
      id: 'sign-of-the-log-det',
      function: 'logDetJacobian',
      hint: 'The sign is that of the inverse. This is forward’s Jacobian: where s > 0 it makes volumes larger.',
      wrong: (x: Vector, layer: Coupling) => -total(scales(x, layer)),
    },
    {
      id: 'sum-of-factors',
      function: 'logDetJacobian',
      hint: 'The factors exp(s) were added. A determinant multiplies them: what is the logarithm of a product?',
      wrong: (x: Vector, layer: Coupling) => total(scales(x, layer).map(Math.exp)),
    },
    {
      id: 'determinant-for-its-logarithm',
      function: 'logDetJacobian',
      hint: 'This is det J. Its logarithm is asked.',
      wrong: (x: Vector, layer: Coupling) => Math.exp(total(scales(x, layer))),
    },
    {
      id: 'mean-of-scales',
      function: 'logDetJacobian',
      hint: 'This is the mean of s. Every coordinate of the tail multiplies the volume by its own factor.',
      wrong: (x: Vector, layer: Coupling) => total(scales(x, layer)) / scales(x, layer).length,
    },
    {
      id: 'network-of-the-tail',
      function: 'logDetJacobian',
      hint: 'The network was given x₂. It reads the part that stays, x₁.',
      wrong: (x: Vector, layer: Coupling) => total(layer.scale(x.slice(layer.split))),
    },
  ],
  checks: [
    {
      id: '05.forward.example',
      title: 'is (x₁, x₂ ⊙ exp(s(x₁)) + t(x₁))',
      kind: 'example',
      function: 'forward',
      points: 1,
      hint: 'Ask both networks about the head, then go through the tail: times exp(s), plus t, coordinate by coordinate.',
      law: matches(cases('coupling.forward')),
    },
    {
      id: '05.forward.triangular',
      title: 'leaves x₁ as it is, and moves each coordinate of x₂ by itself',
      kind: 'property',
      function: 'forward',
      points: 1,
      hint: 'Head and tail may have different lengths. Coordinate split + i of y takes sᵢ, tᵢ and coordinate split + i of x.',
      law: all(
        matches((bench) =>
          uneven(bench).map(([x, layer]) => ({
            args: [x, made(layer)],
            expected: bench.oracle.ask('coupling.forward', [x, layer]),
          })),
        ),
        forAll<Module, Located>({
          inputs: located,
          examples: UNEVEN,
          runs: 10,
          holds: (student, [x, layer]) => {
            const y = student.forward(x, made(layer));
            expectClose(y.slice(0, layer.split), x.slice(0, layer.split), { message: 'y₁ is not x₁' });
            for (let j = layer.split; j < x.length; j += 1) {
              const moved = student.forward(x.with(j, (x[j] as number) + 1), made(layer));
              expectClose(moved.with(j, 0), y.with(j, 0), {
                message: `when x[${j}] alone grows by 1, more than y[${j}] changes (here y[${j}] stands as 0)`,
              });
            }
          },
          show: ([x, layer]) => formatCall('forward', [x, made(layer)]),
        }),
      ),
    },
    {
      id: '05.forward.calls',
      title: 'calls scale and shift once each, with x₁, and leaves x as it was',
      kind: 'cost',
      function: 'forward',
      points: 1,
      hint: 'A network is expensive: keep what it returns in a variable. Give it the head alone, in an array of its own.',
      law: all(callsNetworks(1), pureWithNetworks),
    },
    {
      id: '05.forward.domain',
      title: 'throws a RangeError when split is not an integer from 1 to d − 1',
      kind: 'error',
      function: 'forward',
      points: 1,
      hint: 'Test split before anything else; NaN is outside every domain. Neither half may be empty.',
      law: splits,
    },
    {
      id: '05.inverse.example',
      title: 'is the x that the layer carries to y',
      kind: 'example',
      function: 'inverse',
      points: 1,
      hint: 'y₁ is x₁, so the networks give the same s and t as on the way there. Then undo the last thing first.',
      law: matches(cases('coupling.inverse')),
    },
    {
      id: '05.inverse.round-trip',
      title: 'undoes forward, and forward undoes it, whatever the networks are',
      kind: 'property',
      function: 'inverse',
      points: 1,
      hint: 'The networks themselves are never inverted. Head and tail may have different lengths.',
      needs: ['forward'],
      law: forAll<Module, Located>({
        inputs: located,
        examples: UNEVEN,
        runs: 12,
        holds: (student, [x, layer]) => {
          expectClose(student.inverse(student.forward(x, made(layer)), made(layer)), x, {
            message: 'inverse(forward(x)) is not x',
          });
          expectClose(student.forward(student.inverse(x, made(layer)), made(layer)), x, {
            message: 'forward(inverse(y)) is not y',
          });
        },
        show: ([x, layer]) => {
          const rest = formatValue(made(layer));
          return `inverse(${formatCall('forward', [x, made(layer)])}, ${rest})`;
        },
      }),
    },
    {
      id: '05.inverse.calls',
      title: 'calls scale and shift once each, changes nothing; a RangeError as in forward',
      kind: 'cost',
      function: 'inverse',
      points: 1,
      hint: 'One call of each network, with the head. Test split as in forward, and put the result into a new array.',
      law: all(callsNetworks(1), pureWithNetworks, splits),
    },
    {
      id: '05.log-det.example',
      title: 'is log |det J| of the layer at x',
      kind: 'example',
      function: 'logDetJacobian',
      points: 1,
      hint: 'J is triangular: its determinant is the product of the diagonal. What stands there for the head, and for the tail?',
      law: matches(cases('coupling.logDetJacobian')),
    },
    {
      id: '05.log-det.dense-jacobian',
      title: 'agrees with log|det J| of your own forward',
      kind: 'property',
      function: 'logDetJacobian',
      points: 1,
      hint: 'Here J was taken from your forward by differences. Is every coordinate of the tail counted once?',
      needs: ['forward'],
      law: forAll<Module, Located>({
        inputs: located,
        examples: UNEVEN,
        runs: 8,
        holds: (student, [x, layer]) => {
          const columns = differencesOf((at) => student.forward(at, made(layer)), x, STEP);
          expectClose(student.logDetJacobian(x, made(layer)), Math.log(Math.abs(determinant(columns))), {
            message: 'logDetJacobian is not log|det J| of forward, whose Jacobian was taken by central differences',
            tolerance: DIFFERENCE_TOLERANCE,
          });
        },
        show: ([x, layer]) => formatCall('logDetJacobian', [x, made(layer)]),
      }),
    },
    {
      id: '05.log-det.calls',
      title: 'calls scale once, shift never, changes nothing; a RangeError as in forward',
      kind: 'cost',
      function: 'logDetJacobian',
      points: 1,
      hint: 'A shift changes no volume: it need not be computed. Test split as in forward.',
      law: all(callsNetworks(0), pureWithNetworks, splits),
    },
  ],
};

// ── What the known wrong answers are made of ────────────────────────────────────────────────────────────────────────

/** The head as it is, and the tail changed with the networks of the head. */
function onTail(x: Vector, layer: Coupling, change: (xi: number, s: number, t: number) => number): number[] {
  const head = x.slice(0, layer.split);
  const [s, t] = [layer.scale(head), layer.shift(head)];
  return [...head, ...x.slice(layer.split).map((xi, i) => change(xi, s[i] as number, t[i] as number))];
}

function scales(x: Vector, layer: Coupling): Vector {
  return layer.scale(x.slice(0, layer.split));
}

function total(values: Vector): number {
  return values.reduce((all, value) => all + value, 0);
}
