import * as fc from 'fast-check';
import { growsLinearly } from '../checks/cost.ts';
import { rejectsOutside } from '../checks/error.ts';
import { cases, matches } from '../checks/example.ts';
import { all } from '../checks/law.ts';
import { decimals, expectClose, expectThat, forAll } from '../checks/property.ts';
import { isPure } from '../checks/purity.ts';
import type { Bench, Exercise } from '../model/exercise.ts';
import type { Random } from '../model/random.ts';
import {
  boolean,
  formatCall,
  formatValue,
  Labelled,
  number,
  record,
  type Value,
  type Vector,
  vector,
} from '../model/value.ts';
import { determinant, differencesOf } from './differences.ts';

type PlanarLayer = { readonly a: Vector; readonly b: Vector; readonly c: number };

type Module = {
  forward(x: Vector, layer: PlanarLayer): number[];
  logDetJacobian(x: Vector, layer: PlanarLayer): number;
  isInvertible(layer: PlanarLayer): boolean;
  constrain(layer: PlanarLayer): PlanarLayer;
  inverse(y: Vector, layer: PlanarLayer): number[];
};

type Located = [x: Vector, layer: PlanarLayer];

// Where bᵀa ≥ −0.99 the derivative of α + tanh(α + c)·aᵀb is at least 0.01: the rounding of bᵀy, below 1e-14, moves α and x
// by 1e-12 and 2e-12 at most, and a solver that stops at a residual of 1e-11 still passes.
const INVERSE_TOLERANCE = { abs: 1e-8, rel: 0 };

/**
 * Central differences with step h = 1e-5 of x + tanh(s)·a, s = bᵀx + c, for at most 5 coordinates, |aᵢ|, |bᵢ| and |xᵢ| up
 * to 2 and |det J| ≥ 0.1. Entry (i, j) of J is off by aᵢ·eⱼ: by h²/6·tanh‴·bⱼ³·aᵢ, |tanh‴| ≤ 2, for the curvature, and
 * by 3e-14/2h·aᵢ at most for the rounding of s. Since J·a = det J·a, log |det J| is off by tr(J⁻¹·a·eᵀ) = eᵀa/det J:
 * by 5·2·(8h²/3 + 3e-14/2h)/0.1 ≈ 2e-7 at most. The last rounding, of x + tanh(s)·a, adds 1e-15/2h to an entry, times
 * ∑|J⁻¹| ≤ 5 + 10·10/0.1 no more than 5e-8.
 */
const STEP = 1e-5;
const DIFFERENCE_TOLERANCE = { abs: 1e-6, rel: 0 };

// ── Inputs ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A layer of d coordinates with bᵀa between two bounds. */
function drawLayer(random: Random, d: number, low: number, high = Number.POSITIVE_INFINITY): PlanarLayer {
  const layer = { a: random.vector(d, -3, 3), b: random.vector(d, -2, 2), c: random.decimal(-1.5, 1.5) };
  const overlap = dot(layer.b, layer.a);
  return low <= overlap && overlap <= high ? layer : drawLayer(random, d, low, high);
}

/** Points and invertible layers, simplest first, of one to six coordinates and of a dozen. */
function ordinary({ random }: Bench): Located[] {
  const simple: Located[] = [
    [[0], { a: [1], b: [1], c: 0 }],
    [[0], { a: [1], b: [1], c: 1 }],
    [[1], { a: [-0.5], b: [1], c: 0 }],
    [[1], { a: [2], b: [0.5], c: -1 }],
    [[1, 2], { a: [1, -1], b: [0.5, 0.25], c: -0.5 }],
  ];
  const more = [1, 2, 2, 3, 3, 4, 5, 6, 12].map((d): Located => {
    return [random.vector(d, -1, 1), drawLayer(random, d, -0.9)];
  });
  return [...simple, ...more];
}

/** Points and layers that fold space over itself: with |bᵀx + c| < 0.5, tanh′ > 0.78, and bᵀa ≤ −2, det J < −0.5. */
function folding({ random }: Bench): Located[] {
  const more = [1, 2, 3, 4, 6].map((d): Located => {
    const x = random.vector(d, -1, 1);
    const { a, b } = drawLayer(random, d, Number.NEGATIVE_INFINITY, -2);
    return [x, { a, b, c: Math.round(100 * (random.decimal(-0.4, 0.4) - dot(b, x))) / 100 }];
  });
  return [[[0], { a: [-2], b: [1], c: 0 }], [[0.25], { a: [3], b: [-1], c: 0 }], ...more];
}

/** Where tanh is flat, for layers of all kinds. */
function farOut({ random }: Bench): Located[] {
  return [
    [[30], { a: [1], b: [1], c: 0 }],
    [[-1000], { a: [-3], b: [2], c: 1 }],
    [[0, 0], { a: [1, -2], b: [1, 1], c: 500 }],
    [[400, random.decimal(200, 500), -300], { a: random.vector(3, -3, 3), b: [2, 1.5, -1], c: random.decimal(-1, 1) }],
  ];
}

/** Layers on both sides of bᵀa = −1 and not on it: one where rounding would decide is none of these. */
function eitherKind({ random }: Bench): [PlanarLayer][] {
  const simple = [1, 0, -0.5, -2, 3, -0.99, -1.01].map((a): [PlanarLayer] => [{ a: [a], b: [1], c: 0.5 }]);
  const more = [1, 2, 2, 3, 4, 5, 6].flatMap((d): [PlanarLayer][] => [
    [drawLayer(random, d, -0.99, 1)],
    [drawLayer(random, d, Number.NEGATIVE_INFINITY, -1.01)],
    [drawLayer(random, d, 1)],
  ]);
  return [...simple, [{ a: [-2, 1.5], b: [1, 1], c: 0 }], [{ a: [1.5, -1], b: [-1, 1], c: 0 }], ...more];
}

/** Layers of both kinds whose b is no mere rounding error. */
function constrainable({ random }: Bench): [PlanarLayer][] {
  const simple: [PlanarLayer][] = [
    [{ a: [1], b: [1], c: 0 }],
    [{ a: [-2], b: [1], c: 0.5 }],
    [{ a: [1], b: [2], c: 0.5 }],
    [{ a: [-2, 1], b: [1, 0], c: 0 }],
    [{ a: [3, 0.5], b: [0.5, -1], c: -1 }],
  ];
  const more = [1, 2, 3, 4, 5, 6].flatMap((d): [PlanarLayer][] => [
    [drawLayer(random, d, -10, -0.5)],
    [drawLayer(random, d, 0.5, 10)],
  ]);
  return [...simple, ...more];
}

/** Layers with |bᵀa| from 700 to 1,000. */
function enormous({ random }: Bench): [PlanarLayer][] {
  const layers: [PlanarLayer][] = [
    [{ a: [800], b: [1], c: 0 }],
    [{ a: [-800], b: [1], c: 0 }],
    [{ a: [40, 0], b: [25, 0], c: 1 }],
    [{ a: [-40, 1], b: [25, 0], c: 1 }],
  ];
  const more = [2, 3, 4, 5].flatMap((d): [PlanarLayer][] => {
    const b = random.vector(d, 7, 9, 1);
    const a = random.vector(d, 105 / d, 110 / d, 1);
    return [[{ a, b, c: 0 }], [{ a: a.map((entry) => -entry), b, c: random.decimal(-1, 1) }]];
  });
  return [...layers, ...more];
}

const coordinates = (size: number, maxLength: number) =>
  fc.array(fc.tuple(decimals(-size, size), decimals(-size, size), decimals(-size, size)), {
    minLength: 1,
    maxLength,
    size: 'max',
  });

/** Points and layers with entries up to `size` and c between two bounds; all their vectors shrink together. */
const located = (size: number, low = -2, high = 2): fc.Arbitrary<Located> =>
  fc
    .tuple(coordinates(size, 5), decimals(low, high))
    .map(([rows, c]) => [
      rows.map(([x]) => x),
      { a: rows.map(([, entry]) => entry), b: rows.map(([, , entry]) => entry), c },
    ]);

/** Points so many times as far out, with c such that tanh is not flat there. */
const centred = (stretch: number): fc.Arbitrary<Located> =>
  located(3).map(([x, layer]): Located => {
    const away = stretch === 1 ? x : x.map((entry) => Math.round(stretch * entry));
    return [away, { ...layer, c: Math.round(100 * (layer.c - dot(layer.b, away))) / 100 }];
  });

/** The inputs whose layer has bᵀa between two bounds. */
const overlapping = (inputs: fc.Arbitrary<Located>, low: number, high = Number.POSITIVE_INFINITY) =>
  inputs.filter(([, { a, b }]) => low <= dot(b, a) && dot(b, a) <= high);

/** Layers with bᵀa = −1 + 10⁻ᵏ, k from 2 to 6, to all the digits that show, and points near the steepest place. */
const nearlyFlat: fc.Arbitrary<Located> = fc
  .tuple(coordinates(2, 4), fc.constantFrom(1, -1, 0.5), fc.integer({ min: 2, max: 6 }), decimals(-1, 1))
  .map(([rows, b0, k, c]) => {
    const [y, a, b] = [rows.map(([entry]) => entry), rows.map(([, entry]) => entry), rows.map(([, , entry]) => entry)];
    const rest = dot(a.slice(1), b.slice(1));
    a[0] = Math.round(((-1 + 10 ** -k - rest) / b0) * 1e6) / 1e6;
    b[0] = b0;
    return [y, { a, b, c }];
  });

/** Vectors of which one is shorter or longer than the others. */
const lengths = rejectsOutside({
  outside: [
    [[1], { a: [1, 2], b: [0.5, 1], c: 0 }],
    [[1, 2, 3], { a: [1, 2], b: [0.5, 1], c: 0 }],
    [[1, 2], { a: [1], b: [0.5, 1], c: 0 }],
    [[1, 2], { a: [1, 2, 3], b: [0.5, 1], c: 0 }],
    [[1, 2], { a: [1, 2], b: [0.5], c: 0 }],
    [[1, 2], { a: [1, 2], b: [0.5, 1, 0], c: 0 }],
    [[], { a: [1], b: [1], c: 0 }],
  ],
  inside: [
    [[1], { a: [1], b: [0.5], c: 0 }],
    [[1, 2, 3], { a: [1, 2, 3], b: [0.5, 1, 0], c: 0 }],
  ],
});

const layerLengths = rejectsOutside({
  outside: [
    [{ a: [1, 2], b: [0.5], c: 0 }],
    [{ a: [1], b: [0.5, 1], c: 0 }],
    [{ a: [1, 2, 3], b: [0.5, 1], c: 0 }],
    [{ a: [1, 2], b: [0], c: 0 }],
    [{ a: [], b: [1], c: 0 }],
  ],
  inside: [[{ a: [1], b: [0.5], c: 0 }], [{ a: [1, 2, 3], b: [0.5, 1, 0], c: 0 }]],
});

/** A point and a layer of many coordinates, none of which stands out. */
function large(d: number): Value[] {
  const entries = (step: number) =>
    new Labelled(
      Array.from({ length: d }, (_, i) => ((i * step) % 11) / 100),
      `Array.from({ length: ${d} }, (_, i) => ((i * ${step}) % 11) / 100)`,
    );
  return [entries(3), { a: entries(5), b: entries(7), c: -0.5 }];
}

// ── Mathematics of the checks, and of the known wrong answers ───────────────────────────────────────────────────────

function dot(u: Vector, v: Vector): number {
  return u.reduce((sum, entry, i) => sum + entry * (v[i] ?? 0), 0);
}

/** u + factor·v. */
function add(u: Vector, factor: number, v: Vector): number[] {
  return u.map((entry, i) => entry + factor * (v[i] ?? 0));
}

function push(x: Vector, { b, c }: PlanarLayer): number {
  return Math.tanh(dot(b, x) + c);
}

function derivative(x: Vector, layer: PlanarLayer): number {
  return 1 - push(x, layer) ** 2;
}

/** det J of the layer at x, by the formula; only to choose inputs. */
function determinantAt([x, layer]: Located): number {
  return 1 + derivative(x, layer) * dot(layer.a, layer.b);
}

function swap({ a, b, c }: PlanarLayer): PlanarLayer {
  return { a: b, b: a, c };
}

/** m(z) − z, as the formula stands: log(1 + eᶻ) − 1 − z. */
function excess({ a, b }: PlanarLayer): number {
  const overlap = dot(b, a);
  return Math.log(1 + Math.exp(overlap)) - 1 - overlap;
}

// ── The exercise ────────────────────────────────────────────────────────────────────────────────────────────────────

export const planar: Exercise = {
  id: '04-planar-log-det',
  file: 'planar.ts',
  title: 'Planar log-det',
  core: true,
  functions: {
    forward: vector,
    logDetJacobian: number,
    isInvertible: boolean,
    constrain: record({ a: vector, b: vector, c: number }),
    inverse: vector,
  },
  misconceptions: [
    {
      id: 'residual-missing',
      function: 'forward',
      hint: 'This is the push alone. The layer moves x: the residual x is missing.',
      wrong: (x: Vector, layer: PlanarLayer) => layer.a.map((entry) => push(x, layer) * entry),
    },
    {
      id: 'exchanged',
      function: 'forward',
      hint: 'a and b are exchanged: b is the direction that is looked at, a the one in which points are pushed.',
      wrong: (x: Vector, layer: PlanarLayer) => add(x, push(x, swap(layer)), layer.b),
    },
    {
      id: 'residual-missing-in-log-det',
      function: 'logDetJacobian',
      hint: 'This is the logarithm of tanh′(·)·aᵀb alone. x itself has a derivative, too: the identity is missing in J.',
      wrong: (x: Vector, layer: PlanarLayer) => Math.log(Math.abs(derivative(x, layer) * dot(layer.a, layer.b))),
    },
    {
      id: 'tanh-for-derivative',
      function: 'logDetJacobian',
      hint: 'tanh was used where the Jacobian has its derivative tanh′. What is the derivative of tanh at 0?',
      wrong: (x: Vector, layer: PlanarLayer) => Math.log(Math.abs(1 + push(x, layer) * dot(layer.a, layer.b))),
    },
    {
      id: 'one-minus-tanh',
      function: 'logDetJacobian',
      hint: '1 − tanh was used for tanh′. But tanh′ is an even function: the square is missing.',
      wrong: (x: Vector, layer: PlanarLayer) => Math.log(Math.abs(1 + (1 - push(x, layer)) * dot(layer.a, layer.b))),
    },
    {
      id: 'a-with-itself',
      function: 'logDetJacobian',
      hint: 'This takes aᵀa. In J the push a meets the direction b that is looked at: which product is it, then?',
      wrong: (x: Vector, layer: PlanarLayer) => Math.log(Math.abs(1 + derivative(x, layer) * dot(layer.a, layer.a))),
    },
    {
      id: 'b-with-itself',
      function: 'logDetJacobian',
      hint: 'This takes bᵀb. In J the direction b meets the push a: which product is it, then?',
      wrong: (x: Vector, layer: PlanarLayer) => Math.log(Math.abs(1 + derivative(x, layer) * dot(layer.b, layer.b))),
    },
    {
      id: 'exchanged-in-log-det',
      function: 'logDetJacobian',
      hint: 'a and b are exchanged inside tanh′: it is taken where tanh is in forward.',
      wrong: (x: Vector, layer: PlanarLayer) =>
        Math.log(Math.abs(1 + derivative(x, swap(layer)) * dot(layer.a, layer.b))),
    },
    {
      id: 'absolute-value-missing',
      function: 'logDetJacobian',
      hint: 'The logarithm of a negative determinant is NaN. Volumes are positive, whichever way they are turned.',
      wrong: (x: Vector, layer: PlanarLayer) => Math.log(determinantAt([x, layer])),
    },
    {
      id: 'exchanged-in-constrain',
      function: 'constrain',
      hint: 'The correction goes along a and was divided by ‖a‖². It is a that is corrected, but along b.',
      wrong: (layer: PlanarLayer) => ({ ...layer, a: add(layer.a, excess(layer) / dot(layer.a, layer.a), layer.a) }),
    },
    {
      id: 'norm-for-squared-norm',
      function: 'constrain',
      hint: 'The correction was divided by ‖b‖. Multiply â by bᵀ: which power of ‖b‖ must cancel to leave m(bᵀa)?',
      wrong: (layer: PlanarLayer) => ({
        ...layer,
        a: add(layer.a, excess(layer) / Math.sqrt(dot(layer.b, layer.b)), layer.b),
      }),
    },
    {
      id: 'invertible-left-alone',
      function: 'constrain',
      hint: 'Layers that were invertible came back as they were. The formula applies to every layer, so that â is smooth in a.',
      wrong: (layer: PlanarLayer) =>
        dot(layer.b, layer.a) > -1
          ? layer
          : { ...layer, a: add(layer.a, excess(layer) / dot(layer.b, layer.b), layer.b) },
    },
    {
      id: 'exponential-overflows',
      function: 'constrain',
      hint: 'e to the power of 800 is Infinity to the computer. Write m(z) so that e is raised to powers ≤ 0 only.',
      wrong: (layer: PlanarLayer) => ({
        ...layer,
        a: add(layer.a, excess(layer) / dot(layer.b, layer.b), layer.b),
      }),
    },
    {
      id: 'push-at-y',
      function: 'inverse',
      hint: 'This takes back the push that y would get. It was x that was pushed, and bᵀx is not bᵀy: solve for it first.',
      wrong: (y: Vector, layer: PlanarLayer) => add(y, -push(y, layer), layer.a),
    },
  ],
  checks: [
    {
      id: '04.forward.example',
      title: 'is x + tanh(bᵀx + c)·a',
      kind: 'example',
      function: 'forward',
      points: 1,
      hint: 'The number tanh(bᵀx + c) says how far, the vector a says where to. x stays in the sum.',
      law: matches(cases('planar.forward', ordinary)),
    },
    {
      id: '04.forward.lengths',
      title: 'holds far out, leaves its arguments alone and throws a RangeError when lengths differ',
      kind: 'error',
      function: 'forward',
      points: 1,
      hint: 'Compare the lengths of x, a and b first: too long is as wrong as too short. Return a new array. Use Math.tanh.',
      law: all(matches(cases('planar.forward', farOut)), isPure(ordinary), lengths),
    },
    {
      id: '04.log-det.example',
      title: 'is log |det J| of the layer at x',
      kind: 'example',
      function: 'logDetJacobian',
      points: 2,
      hint: 'J is the identity plus tanh′(bᵀx + c)·a·bᵀ. What is the determinant of the identity plus a matrix of rank one?',
      law: matches(cases('planar.logDetJacobian', ordinary)),
    },
    {
      id: '04.log-det.not-invertible',
      title: 'is log |det J| where det J < 0 and where tanh is flat as well',
      kind: 'example',
      function: 'logDetJacobian',
      points: 1,
      hint: 'Layers that are not invertible have a Jacobian like all others: log |det J|, not log det J.',
      law: matches(cases('planar.logDetJacobian', (bench) => [...folding(bench), ...farOut(bench)])),
    },
    {
      id: '04.log-det.dense-jacobian',
      title: 'agrees with log|det J| of your own forward',
      kind: 'property',
      function: 'logDetJacobian',
      points: 3,
      hint: 'Here J was taken from your forward by differences. Which of the two functions does not follow the formula?',
      needs: ['forward'],
      // All layers, and those of the smallest and the largest c, of which there are few among them.
      law: all(
        ...[located(2), located(2, -2, -1.7), located(2, 1.7, 2)].map((inputs) =>
          forAll<Module, Located>({
            inputs: inputs.filter((input) => Math.abs(determinantAt(input)) >= 0.1),
            runs: 6,
            holds: (student, [x, layer]) => {
              const columns = differencesOf((at) => student.forward(at, layer), x, STEP);
              expectClose(student.logDetJacobian(x, layer), Math.log(Math.abs(determinant(columns))), {
                message: 'logDetJacobian is not log|det J| of forward, whose Jacobian was taken by central differences',
                tolerance: DIFFERENCE_TOLERANCE,
              });
            },
            show: (args) => formatCall('logDetJacobian', args),
          }),
        ),
      ),
    },
    {
      id: '04.log-det.lengths',
      title: 'leaves its arguments alone and throws a RangeError when lengths differ',
      kind: 'error',
      function: 'logDetJacobian',
      points: 1,
      hint: 'Compare the lengths of x, a and b first: too long is as wrong as too short.',
      law: all(isPure(ordinary), lengths),
    },
    {
      id: '04.log-det.cost',
      title: 'costs O(d)',
      kind: 'cost',
      function: 'logDetJacobian',
      points: 2,
      hint: 'A d × d matrix has d² entries: making one is too much. Which two numbers does the formula need?',
      fuel: 12e6,
      // At d = 8,192 a matrix of d² numbers does not even fit into the machine's memory.
      law: growsLinearly(large, { size: 64, calls: 256 }, 128),
    },
    {
      id: '04.is-invertible.example',
      title: 'is whether bᵀa > −1',
      kind: 'example',
      function: 'isInvertible',
      points: 1,
      hint: 'One dot product decides, and c does not matter.',
      law: matches(cases('planar.isInvertible', eitherKind)),
    },
    {
      id: '04.is-invertible.border',
      title: 'is false where bᵀa = −1, and throws a RangeError when lengths differ',
      kind: 'error',
      function: 'isInvertible',
      points: 1,
      hint: 'At bᵀa = −1 the inverse exists but is not smooth: greater than −1 is asked. Compare the lengths first.',
      law: all(
        // Products and sums that are exact, so that no rounding decides.
        matches(
          cases('planar.isInvertible', () => [
            [{ a: [-1], b: [1], c: 0 }],
            [{ a: [0.5, -1.5], b: [1, 1], c: 0.5 }],
            [{ a: [2, 4], b: [1.5, -1], c: -1 }],
            [{ a: [-0.25, -0.5, 0.5], b: [2, 2, 1], c: 0 }],
            [{ a: [-0.9375, 0], b: [1, 5], c: 0 }],
          ]),
        ),
        isPure(eitherKind),
        layerLengths,
      ),
    },
    {
      id: '04.constrain.example',
      title: 'is the layer with â = a + (m(bᵀa) − bᵀa)·b/‖b‖² for a',
      kind: 'example',
      function: 'constrain',
      points: 1,
      hint: 'Take bᵀa, then m of it, then the difference of the two; add so much of b/‖b‖² to a. b and c stay.',
      law: matches(cases('planar.constrain', constrainable)),
    },
    {
      id: '04.constrain.extremes',
      title: 'is accurate for |bᵀa| up to 1,000, and an equal layer for b = 0',
      kind: 'example',
      function: 'constrain',
      points: 1,
      hint: 'No intermediate result may be Infinity, and nothing may be divided by ‖b‖² = 0.',
      law: all(
        matches(cases('planar.constrain', enormous)),
        matches(
          cases('planar.constrain', ({ random }) => [
            [{ a: [2], b: [0], c: 1 }],
            [{ a: [-3, 0], b: [0, 0], c: 0 }],
            [{ a: random.vector(4, -3, 3), b: [0, 0, 0, 0], c: random.decimal(-1, 1) }],
          ]),
        ),
      ),
    },
    {
      id: '04.constrain.invertible',
      title: 'gives an invertible layer in new arrays, and throws a RangeError when lengths differ',
      kind: 'property',
      function: 'constrain',
      points: 1,
      hint: 'bᵀâ = m(bᵀa) > −1 for every layer. Copy b as well, also where the layer does not change.',
      law: all(
        // Layers of all kinds, and those so far from invertible that bᵀâ is −1 but for its last digits.
        ...[overlapping(located(5), -20), overlapping(located(5), -20, -12)].map((inputs) =>
          forAll<Module, [PlanarLayer]>({
            inputs: inputs.map(([, layer]): [PlanarLayer] => [layer]),
            runs: 12,
            holds: (student, [layer]) => {
              const { a, b } = student.constrain(layer);
              const overlap = dot(b, a);
              expectThat(overlap > -1, 'the layer that constrain returns is not invertible', {
                expected: 'bᵀâ > −1',
                actual: `bᵀâ = ${formatValue(overlap)}`,
              });
            },
            show: (args) => formatCall('constrain', args),
          }),
        ),
        isPure((bench) => [...constrainable(bench), [{ a: [1, 2], b: [0, 0], c: 1 }]]),
        layerLengths,
      ),
    },
    {
      id: '04.inverse.example',
      title: 'is the x that the layer carries to y',
      kind: 'example',
      function: 'inverse',
      points: 1,
      hint: 'One number is unknown, α = bᵀx. The README has the equation that it solves, and where to look for it.',
      law: matches(cases('planar.inverse', ordinary), INVERSE_TOLERANCE),
    },
    {
      id: '04.inverse.round-trip',
      title: 'undoes forward where bᵀa ≥ −0.99',
      kind: 'property',
      function: 'inverse',
      points: 1,
      hint: 'A large bᵀa makes Newton jump, a far y needs a far bracket: halving an interval that surely holds α does both.',
      needs: ['forward'],
      law: all(
        // Layers of all kinds, points far away, and a push so steep that a step of Newton's may overshoot for ever.
        ...[
          { inputs: overlapping(located(3), -0.99), runs: 8 },
          { inputs: overlapping(centred(50), -0.99), runs: 8 },
          { inputs: overlapping(centred(1), 6), runs: 24 },
        ].map(({ inputs, runs }) =>
          forAll<Module, Located>({
            inputs,
            runs,
            holds: (student, [x, layer]) => {
              const y = student.forward(x, layer);
              expectClose(student.inverse(y, layer), x, {
                message: 'inverse(forward(x)) is not x',
                tolerance: INVERSE_TOLERANCE,
              });
            },
            show: ([x, layer]) => `inverse(${formatCall('forward', [x, layer])}, ${formatValue(layer)})`,
          }),
        ),
      ),
    },
    {
      id: '04.inverse.nearly-flat',
      title: 'comes to an end with forward(x) = y for bᵀa down to −1 + 1e-6',
      kind: 'property',
      function: 'inverse',
      points: 1,
      hint: 'Do not wait for a residual of exactly 0: a fixed number of halvings always comes to an end.',
      needs: ['forward'],
      law: forAll<Module, Located>({
        inputs: nearlyFlat,
        runs: 25,
        holds: (student, [y, layer]) => {
          expectClose(student.forward(student.inverse(y, layer), layer), y, {
            message: 'forward(inverse(y)) is not y',
            tolerance: INVERSE_TOLERANCE,
          });
        },
        show: (args) => formatCall('inverse', args),
      }),
    },
    {
      id: '04.inverse.domain',
      title: 'leaves its arguments alone and throws a RangeError when bᵀa ≤ −1 or lengths differ',
      kind: 'error',
      function: 'inverse',
      points: 1,
      hint: 'Ask isInvertible first; NaN is not invertible either. Compare the lengths of y, a and b as in forward.',
      law: all(
        isPure(ordinary),
        rejectsOutside({
          outside: [
            [[1], { a: [-2], b: [1], c: 0 }],
            [[1], { a: [-1], b: [1], c: 0.5 }],
            [[0, 0], { a: [3, -1], b: [-1, 1], c: 0 }],
            [[1, -1, 0.5], { a: [-2, 1, 0], b: [1, 0.5, 7], c: -1 }],
            [[1], { a: [Number.NaN], b: [1], c: 0 }],
            [[1, 2], { a: [1, 0], b: [1, Number.NaN], c: 0 }],
          ],
          inside: [
            [[1], { a: [-0.999], b: [1], c: 0.5 }],
            [[1, -1, 0.5], { a: [-1, 1, 0], b: [1, 0.5, 7], c: -1 }],
          ],
        }),
        lengths,
      ),
    },
  ],
};
