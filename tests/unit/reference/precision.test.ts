import { describe, expect, test } from 'vitest';
import { dot, logAbsDeterminant, matrixExponential, multiply, trace } from '#reference/linear-algebra.ts';
import { big, findRoot, meanBig, sumBig } from '#reference/precision.ts';
import type { Matrix } from '#reference/types.ts';
import { expectClose } from './support.ts';

describe('numbers of 64 digits', () => {
  test('carry the exact binary value of a double', () => {
    expect(big(0.1).toString()).toBe('0.1000000000000000055511151231257827021181583404541015625');
    expect(big(0.1).plus(big(0.2)).toNumber()).toBe(0.30000000000000004);
    expect(big(Number.MIN_VALUE).toNumber()).toBe(Number.MIN_VALUE);
    expect(big(Number.NEGATIVE_INFINITY).toNumber()).toBe(Number.NEGATIVE_INFINITY);
  });

  test('do not cancel where doubles do', () => {
    expect(sumBig([big(1e16), big(1), big(-1e16)]).toNumber()).toBe(1);
    expect(meanBig([big(1e30), big(3), big(-1e30)]).toNumber()).toBe(1);
  });

  test('have no mean when there are none', () => {
    expect(() => meanBig([])).toThrow(RangeError);
  });
});

describe('findRoot', () => {
  test('finds √2 to 29 digits', () => {
    const root = findRoot((x) => x.times(x).minus(2), big(0), big(2));
    expect(root.toString().slice(0, 30)).toBe('1.4142135623730950488016887242');
  });

  test('finds π/2 whichever way the function runs', () => {
    for (const direction of [1, -1]) {
      expect(findRoot((x) => x.cos().times(direction), big(0), big(3)).toNumber()).toBe(Math.PI / 2);
    }
  });

  test('stays in the bracket where the slope vanishes at the root', () => {
    const root = findRoot((x) => x.minus(1).pow(9), big(-4), big(3));
    expectClose(root.toNumber(), 1, { abs: 1e-6 });
  });

  test('takes a root at either end', () => {
    expect(findRoot((x) => x, big(0), big(1)).toNumber()).toBe(0);
    expect(findRoot((x) => x.minus(1), big(0), big(1)).toNumber()).toBe(1);
  });

  test('refuses a bracket without a change of sign', () => {
    expect(() => findRoot((x) => x.times(x).plus(1), big(-1), big(1))).toThrow(RangeError);
  });
});

const HILBERT = Array.from({ length: 4 }, (_, i) => Array.from({ length: 4 }, (_, j) => 1 / (i + j + 1)));

describe('log |det A|', () => {
  test('is known for the Hilbert matrix of order 4: det = 1/6048000', () => {
    expectClose(logAbsDeterminant(HILBERT), -Math.log(6048000));
  });

  test('ignores the sign and needs pivots', () => {
    expectClose(
      logAbsDeterminant([
        [0, 2],
        [3, 0],
      ]),
      Math.log(6),
    );
    expectClose(logAbsDeterminant([[-5]]), Math.log(5));
  });

  test('is −Infinity for a singular matrix', () => {
    expect(
      logAbsDeterminant([
        [1, 2],
        [2, 4],
      ]),
    ).toBe(Number.NEGATIVE_INFINITY);
  });

  test('does not overflow where the determinant does', () => {
    const scale = 1e200;
    expectClose(
      logAbsDeterminant([
        [scale, 0, 0],
        [0, scale, 0],
        [0, 0, scale],
      ]),
      600 * Math.LN10,
    );
  });
});

describe('the matrix exponential', () => {
  test('of a quarter turn’s generator is the quarter turn', () => {
    const angle = Math.PI / 2;
    expectClose(
      matrixExponential([
        [0, -angle],
        [angle, 0],
      ]),
      [
        [0, -1],
        [1, 0],
      ],
    );
  });

  test('of a nilpotent matrix is a polynomial', () => {
    expectClose(
      matrixExponential([
        [0, 1, 2],
        [0, 0, 3],
        [0, 0, 0],
      ]),
      [
        [1, 1, 3.5],
        [0, 1, 3],
        [0, 0, 1],
      ],
    );
  });

  test('of zero is the identity', () => {
    expectClose(matrixExponential([[0]]), [[1]]);
  });

  test('satisfies e^A·e^−A = I and log det e^A = tr A', () => {
    const matrix: Matrix = [
      [0.3, -1.2, 0.5],
      [2.1, 0.4, -0.7],
      [-0.6, 1.5, -1.1],
    ];
    const there = matrixExponential(matrix);
    const back = matrixExponential(matrix.map((row) => row.map((entry) => -entry)));
    const columns = [0, 1, 2].map((j) =>
      multiply(
        there,
        back.map((row) => row[j] as number),
      ),
    );
    expectClose(columns, [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
    expectClose(logAbsDeterminant(there), trace(matrix));
  });
});

describe('products', () => {
  test('are those of the textbook', () => {
    expect(dot([big(1), big(2)], [big(3), big(-4)]).toNumber()).toBe(-5);
    expect(
      multiply(
        [
          [1, 2],
          [3, 4],
        ],
        [10, 1],
      ),
    ).toEqual([12, 34]);
    expect(
      trace([
        [1, 7],
        [9, 2],
      ]),
    ).toBe(3);
  });

  test('refuse different lengths', () => {
    expect(() => dot([big(1)], [big(1), big(2)])).toThrow(RangeError);
    expect(() => multiply([[1, 2]], [1])).toThrow('lengths differ: 2 and 1');
  });
});
