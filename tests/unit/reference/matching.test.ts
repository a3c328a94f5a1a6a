import { describe, expect, test } from 'vitest';
import { conditionalVelocity, flowMatchingLoss, gaussianVelocity, interpolate } from '#reference/matching.ts';
import { flow } from '#reference/ode.ts';
import { integrate } from '#reference/quadrature.ts';
import { expectClose } from './support.ts';

const normal = (x: number, mean: number, std: number) => Math.exp(-(((x - mean) / std) ** 2) / 2) / std;

/** E[x1 − x0 | x_t = x] as a quotient of two integrals over x0, for t > 0. */
function byQuadrature(x: number, t: number, mean: number, std: number): number {
  const x1 = (x0: number) => (x - (1 - t) * x0) / t;
  const weight = (x0: number) => normal(x0, 0, 1) * normal(x1(x0), mean, std);
  const over = (f: (x0: number) => number) => integrate(f, -14, 14, { panels: 200 });
  return over((x0) => (x1(x0) - x0) * weight(x0)) / over(weight);
}

describe('the marginal velocity between two Gaussians', () => {
  test.each([
    [1, 0.5, 0, 2],
    [-0.7, 0.25, 1.5, 0.5],
    [2, 0.8, -1, 1.3],
    [0.3, 1, 2, 0.7],
  ])('is a conditional mean, at x = %d, t = %d, mean %d, std %d', (x, t, mean, std) => {
    expectClose(gaussianVelocity(x, t, mean, std), byQuadrature(x, t, mean, std), { abs: 1e-9 });
  });

  test('is the mean of x1 less x at t = 0', () => {
    expect(gaussianVelocity(3, 0, 2, 0.5)).toBe(-1);
  });

  test('carries x0 to mean + std·x0', () => {
    const u = ([x]: readonly number[], t: number) => [gaussianVelocity(x as number, t, 2, 0.5)];
    expectClose(flow(u, [1.5], 0, 1), [2 + 0.5 * 1.5], { abs: 1e-9 });
  });

  test('is refused outside its domain', () => {
    for (const t of [-0.1, 1.1, Number.NaN]) expect(() => gaussianVelocity(0, t, 0, 1)).toThrow(RangeError);
    for (const std of [0, -1, Number.NaN]) expect(() => gaussianVelocity(0, 0.5, 0, std)).toThrow(RangeError);
  });
});

test('the path leads from x0 to x1 with the velocity x1 − x0', () => {
  const [x0, x1] = [
    [1, -2],
    [0.5, 3],
  ];
  expectClose(interpolate(x0, x1, 0), x0);
  expectClose(interpolate(x0, x1, 1), x1);
  const [a, b] = [interpolate(x0, x1, 0.25), interpolate(x0, x1, 0.75)];
  expectClose(
    b.map((bi, i) => (bi - (a[i] as number)) / 0.5),
    conditionalVelocity(x0, x1),
  );
});

test('the loss is the mean of the squared norms', () => {
  const batch = [
    { x0: [0, 0], x1: [3, 4], t: 0.5 },
    { x0: [1, 1], x1: [1, 2], t: 0.5 },
  ];
  expectClose(
    flowMatchingLoss(() => [0, 0], batch),
    13,
  );
  expect(() => flowMatchingLoss(() => [0], [])).toThrow(RangeError);
});
