import { describe, expect, test } from 'vitest';
import { linearLogDensity, pull, push } from '#reference/augmented.ts';
import { field } from '#reference/fields.ts';
import { integratePlane } from '#reference/quadrature.ts';
import { expectClose } from './support.ts';

describe('the augmented system', () => {
  test('takes the steps that are worked by hand', () => {
    const u = field(['x[0]']);
    expectClose(push(u, [1], -2, 2).x, [2.25]);
    expectClose(push(u, [1], -2, 2).logDensity, -3);
    expectClose(pull(u, [2.25], 2).x0, [0.5625]);
    expectClose(pull(u, [2.25], 2).change, -1);
  });

  test('sees the divergence at the left end of each step', () => {
    expectClose(push(field(['x[0] * t']), [1], 0, 2).logDensity, -0.25);
    expectClose(pull(field(['x[0] * t']), [1], 2).change, -0.75);
  });

  test('is refused without steps', () => {
    expect(() => push(field(['1']), [0], 0, 0)).toThrow(RangeError);
    expect(() => pull(field(['1']), [0], 1.5)).toThrow(RangeError);
  });
});

describe('the Gaussian that a linear field makes', () => {
  const A = [
    [0.3, -0.8],
    [0.5, 0.1],
  ];

  test('has a density that integrates to 1', () => {
    const p = (x: number, y: number) => Math.exp(linearLogDensity(A, [x, y]));
    expectClose(integratePlane(p, [-12, 12], [-12, 12], { panels: 6 }), 1, { abs: 1e-7 });
  });

  test('is the limit of many steps', () => {
    const u = field(['0.3 * x[0] - 0.8 * x[1]', '0.5 * x[0] + 0.1 * x[1]']);
    const { x0, change } = pull(u, [1, -0.5], 2_000);
    const squared = x0.reduce((sum, xi) => sum + xi * xi, 0);
    expectClose(-squared / 2 - Math.log(2 * Math.PI) + change, linearLogDensity(A, [1, -0.5]), { abs: 1e-3 });
  });
});
