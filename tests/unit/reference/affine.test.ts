import { describe, expect, test } from 'vitest';
import { forward, inverse, logAbsDetInverse, logDensity, pushforward } from '#reference/affine.ts';
import { HALF_LOG_TWO_PI } from '#reference/densities.ts';
import { integrate } from '#reference/quadrature.ts';
import { expectClose } from './support.ts';

describe('the affine map', () => {
  test('is a·x + b, rounded once', () => {
    expect(forward(3, { a: -2, b: 1 })).toBe(-5);
    expect(forward(1e16, { a: 1 + 2 ** -52, b: -1e16 })).toBe(1e16 * 2 ** -52);
    expect(pushforward([0, 1, -1], { a: 0, b: 4 })).toEqual([4, 4, 4]);
    expect(pushforward([], { a: 1, b: 0 })).toEqual([]);
  });

  test('is undone by its inverse', () => {
    expect(inverse(-5, { a: -2, b: 1 })).toBe(3);
    expect(inverse(1, { a: 3, b: 0 })).toBe(1 / 3);
  });

  test('has the log-determinant −log |a| of its inverse', () => {
    expectClose(logAbsDetInverse(7, { a: -1, b: 2 }), 0);
    expectClose(logAbsDetInverse(7, { a: -Math.E, b: 2 }), -1);
    expectClose(logAbsDetInverse(0, { a: 1e-300, b: 0 }), 300 * Math.LN10);
  });

  test.each([0, -0, Number.NaN, Number.POSITIVE_INFINITY])('has no inverse for a = %d', (a) => {
    const map = { a, b: 1 };
    expect(() => inverse(1, map)).toThrow(RangeError);
    expect(() => logAbsDetInverse(1, map)).toThrow(RangeError);
    expect(() => logDensity(1, map)).toThrow(RangeError);
  });
});

describe('the log-density it gives the standard normal', () => {
  test('has the known constant ½·log 2π', () => {
    expect(HALF_LOG_TWO_PI).toBe(0.9189385332046728);
    expect(logDensity(0, { a: 1, b: 0 })).toBe(-0.9189385332046728);
  });

  test('is the sum of the change of variables', () => {
    const [y, a, b] = [1.5, -2, 0.3];
    expectClose(logDensity(y, { a, b }), -HALF_LOG_TWO_PI - ((y - b) / a) ** 2 / 2 - Math.log(2));
  });

  test('is finite in the far tails', () => {
    expectClose(logDensity(1000, { a: 1, b: 0 }), -500_000 - HALF_LOG_TWO_PI, { abs: 0, rel: 1e-15 });
    expectClose(logDensity(1e150, { a: 1, b: 0 }), -5e299, { abs: 0, rel: 1e-15 });
  });

  test.each([
    { a: 1, b: 0 },
    { a: -0.3, b: 5 },
    { a: 4, b: -2 },
  ])('integrates to 1 with mean b and variance a², $a, $b', ({ a, b }) => {
    const moment = (power: number) => {
      const f = (y: number) => (y - b) ** power * Math.exp(logDensity(y, { a, b }));
      return integrate(f, b - 12 * Math.abs(a), b + 12 * Math.abs(a), { panels: 6 });
    };
    expectClose([moment(0), moment(1), moment(2)], [1, 0, a * a], { abs: 1e-11 });
  });
});
