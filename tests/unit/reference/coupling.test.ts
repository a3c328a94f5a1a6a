import { describe, expect, test } from 'vitest';
import { forward, forwardJacobian, inverse, logDetJacobian } from '#reference/coupling.ts';
import { differences, expectClose } from './support.ts';

const LAYER = { split: 2, scale: ['x[0] * x[1]', '0.5 * x[1]', '-x[0]'], shift: ['x[0]', '2', 'x[1] * x[1]'] };
const X = [0.5, -1, 2, 0.25, -3];

describe('the coupling layer', () => {
  test('keeps the head, and scales and shifts the tail', () => {
    expectClose(forward(X, LAYER), [
      0.5,
      -1,
      2 * Math.exp(-0.5) + 0.5,
      0.25 * Math.exp(-0.5) + 2,
      -3 * Math.exp(-0.5) + 1,
    ]);
  });

  test('is undone by its inverse', () => {
    expectClose(inverse(forward(X, LAYER), LAYER), X);
  });

  test('has the Jacobian that differences give', () => {
    for (const [i, row] of forwardJacobian(X, LAYER).entries()) {
      expectClose(
        row,
        differences((x) => forward(x, LAYER)[i] as number, X),
        { abs: 1e-9 },
      );
    }
  });

  test('has the sum of the scales for its log-det', () => {
    expectClose(logDetJacobian(X, LAYER), -1.5);
  });

  test('is refused where it cannot be split', () => {
    for (const split of [0, 5, 1.5, Number.NaN]) expect(() => forward(X, { ...LAYER, split })).toThrow(RangeError);
  });
});
