import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reference } from '#reference/oracle.ts';
import * as single from '#reference/single-precision.ts';
import { affineLoss, flatten, planarGradient, planarLoss, unflatten } from '#reference/training.ts';
import { witness } from '#reference/witness.ts';
import { differences, expectClose } from '../../unit/reference/support.ts';

const SETTINGS = { seed: 10, numRuns: 30 };

const number = fc.double({ min: -1.5, max: 1.5, noNaN: true });
const planarCase = fc.integer({ min: 1, max: 3 }).chain((dimension) => {
  const vector = fc.array(number, { minLength: dimension, maxLength: dimension });
  return fc.record({
    layers: fc.array(fc.record({ a: vector, b: vector, c: number }), { minLength: 1, maxLength: 3 }),
    data: fc.array(vector, { minLength: 1, maxLength: 4 }),
  });
});

describe('gradients agree with differences of the loss, and with TensorFlow.js', () => {
  test('of the affine model', () => {
    const data = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(number, number, data, (logScale, shift, values) => {
        const slope = reference['training.affineGradient']({ logScale, shift }, values);
        const loss = ([s = 0, m = 0]: readonly number[]) => affineLoss({ logScale: s, shift: m }, values);
        expectClose([slope.logScale, slope.shift], differences(loss, [logScale, shift]), { abs: 1e-6, rel: 1e-7 });
      }),
      SETTINGS,
    );
  });

  test('of the planar model', () => {
    fc.assert(
      fc.property(planarCase, ({ layers, data }) => {
        const slopes = flatten(reference['training.planarGradient'](layers, data));
        // Near a determinant of 0 the loss has a pole, where differences say nothing.
        fc.pre(Math.max(...slopes.map(Math.abs)) < 20);
        const loss = (numbers: readonly number[]) => planarLoss(unflatten(numbers, layers), data);
        expectClose(slopes, differences(loss, flatten(layers), 2e-4), { abs: 1e-6, rel: 1e-6 });
      }),
      SETTINGS,
    );
  });
});

describe('the witness', () => {
  const gradientOf = (layers: Parameters<typeof planarGradient>[0], data: readonly (readonly number[])[]) => {
    const size = flatten(layers).length;
    const dimension = data[0]?.length ?? 0;
    return {
      numbers: [...flatten(layers), ...data.flat()],
      exact: (numbers: readonly number[]) =>
        flatten(
          planarGradient(
            unflatten(numbers.slice(0, size), layers),
            data.map((_, i) => numbers.slice(size + i * dimension, size + (i + 1) * dimension)),
          ),
        ),
      inSinglePrecision: (numbers: readonly number[]) => single.planarGradient(numbers, layers.length, dimension),
    };
  };

  test('catches one wrong entry of the planar gradient', () => {
    fc.assert(
      fc.property(planarCase, fc.nat(), ({ layers, data }, which) => {
        const { numbers, exact, inSinglePrecision } = gradientOf(layers, data);
        fc.pre(Math.max(...exact(numbers).map(Math.abs)) < 20);
        const wrong = (at: readonly number[]) =>
          exact(at).map((entry, i, all) => (i === which % all.length ? entry + 0.02 * (1 + Math.abs(entry)) : entry));
        expect(() => witness('the gradient', numbers, wrong, inSinglePrecision)).toThrow('the gradient');
      }),
      SETTINGS,
    );
  });

  test('never contradicts what is right, however steep or flat the layers', () => {
    const scaled = fc.tuple(planarCase, fc.constantFrom(0.01, 5, 40)).map(([{ layers, data }, scale]) => ({
      layers: layers.map(({ a, b, c }) => ({ a: a.map((x) => x * scale), b: b.map((x) => x * scale), c: c * scale })),
      data: data.map((y) => y.map((x) => x * scale)),
    }));
    fc.assert(
      fc.property(scaled, ({ layers, data }) => {
        const { numbers, exact, inSinglePrecision } = gradientOf(layers, data);
        expect(witness('the gradient', numbers, exact, inSinglePrecision)).toEqual(exact(numbers));
      }),
      { ...SETTINGS, numRuns: 60 },
    );
  });
});
