import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as affine from '#reference/affine.ts';
import { HALF_LOG_TWO_PI } from '#reference/densities.ts';
import { reference } from '#reference/oracle.ts';
import * as planar from '#reference/planar.ts';
import { expectClose } from '../../unit/reference/support.ts';

const SETTINGS = { seed: 4, numRuns: 40 };

const number = fc.double({ min: -3, max: 3, noNaN: true });
const affineMap = fc.record({
  a: fc.oneof(fc.double({ min: 0.01, max: 50, noNaN: true }), fc.double({ min: -50, max: -0.01, noNaN: true })),
  b: number,
});
const planarCase = fc.integer({ min: 1, max: 4 }).chain((dimension) => {
  const vector = fc.array(number, { minLength: dimension, maxLength: dimension });
  return fc.record({ x: vector, layer: fc.record({ a: vector, b: vector, c: number }) });
});

const overlap = ({ a, b }: planar.PlanarLayer) => a.reduce((sum, entry, i) => sum + entry * (b[i] as number), 0);

describe('a coin', () => {
  const tosses = fc.array(fc.constantFrom<0 | 1>(0, 1), { minLength: 1, maxLength: 40 });
  const p = fc.double({ min: 0.01, max: 0.99, noNaN: true });

  test('NLL = −log likelihood, and both sides of it may be exchanged', () => {
    fc.assert(
      fc.property(tosses, p, (sequence, chance) => {
        const nll = reference['coin.negativeLogLikelihood'](sequence, chance);
        expectClose(nll, -Math.log(reference['coin.likelihood'](sequence, chance)));
        const exchanged = sequence.map((toss) => (1 - toss) as 0 | 1);
        expectClose(reference['coin.negativeLogLikelihood'](exchanged, 1 - chance), nll);
      }),
      SETTINGS,
    );
  });

  test('no p has a smaller NLL than the most likely one', () => {
    fc.assert(
      fc.property(tosses, p, (sequence, chance) => {
        const best = reference['coin.maximumLikelihood'](sequence);
        const nll = (at: number) => reference['coin.negativeLogLikelihood'](sequence, at);
        expect(nll(best)).toBeLessThanOrEqual(nll(chance));
        expect(best).toBe(sequence.filter((toss) => toss === 1).length / sequence.length);
        if (best !== chance) expect(reference['coin.mostLikely'](sequence, [chance, best])).toBe(1);
      }),
      SETTINGS,
    );
  });
});

describe('an affine map', () => {
  test('is undone by its inverse', () => {
    fc.assert(
      fc.property(affineMap, number, (map, x) => {
        expectClose(affine.inverse(affine.forward(x, map), map), x, { abs: 1e-12 });
      }),
      SETTINGS,
    );
  });

  test('changes variables: log p₁(y) = log p₀(T⁻¹y) + log |dT⁻¹/dy|', () => {
    fc.assert(
      fc.property(affineMap, number, (map, y) => {
        const x = affine.inverse(y, map);
        const base = -(x * x) / 2 - HALF_LOG_TWO_PI;
        expectClose(affine.logDensity(y, map), base + affine.logAbsDetInverse(y, map));
      }),
      SETTINGS,
    );
  });
});

describe('a planar layer', () => {
  test('has the log-determinant log |1 + tanh′(bᵀx + c)·aᵀb|', () => {
    fc.assert(
      fc.property(planarCase, ({ x, layer }) => {
        const argument = x.reduce((sum, entry, i) => sum + entry * (layer.b[i] as number), layer.c);
        const determinant = 1 + overlap(layer) / Math.cosh(argument) ** 2;
        fc.pre(Math.abs(determinant) > 1e-3);
        expectClose(reference['planar.logDetJacobian'](x, layer), Math.log(Math.abs(determinant)), { abs: 1e-10 });
      }),
      SETTINGS,
    );
  });

  test('once constrained, is invertible and undone by its inverse', () => {
    fc.assert(
      fc.property(planarCase, ({ x, layer }) => {
        fc.pre(Math.max(...layer.b.map(Math.abs)) > 1e-3);
        const constrained = planar.constrain(layer);
        const wanted = Math.log1p(Math.exp(overlap(layer))) - 1;
        expectClose(overlap(constrained), wanted, { abs: 1e-9 });
        fc.pre(wanted > -0.99);
        expect(planar.isInvertible(constrained)).toBe(true);
        expectClose(planar.inverse(planar.forward(x, constrained), constrained), x, { abs: 1e-10 });
      }),
      SETTINGS,
    );
  });
});
