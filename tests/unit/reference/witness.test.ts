import { describe, expect, test } from 'vitest';
import * as single from '#reference/single-precision.ts';
import { witness } from '#reference/witness.ts';
import { expectClose } from './support.ts';

const { POSITIVE_INFINITY, NaN: NOT_A_NUMBER } = Number;

describe('the witness', () => {
  const square = (numbers: readonly number[]) => numbers.map((x) => x * x);

  test('hands on the exact value when single precision agrees', () => {
    const rounded = (numbers: readonly number[]) => square(numbers).map(Math.fround);
    expect(witness('squares', [0.1, 3], square, rounded)).toEqual([0.1 * 0.1, 9]);
  });

  test('contradicts a wrong value, naming the quantity and both values', () => {
    const wrong = (numbers: readonly number[]) => numbers.map((x) => x * x * 1.01);
    expect(() => witness('squares', [2, 3], wrong, square)).toThrow(
      'squares: automatic differentiation gives 4.04, TensorFlow.js 4',
    );
    const oneWrong = ([x = 0, y = 0]: readonly number[]) => [x * x, -y * y];
    expect(() => witness('squares', [2, 3], oneWrong, square)).toThrow('gives -9, TensorFlow.js 9');
  });

  test('contradicts a value of the wrong number of entries', () => {
    expect(() => witness('squares', [2, 3], (numbers) => square(numbers).slice(1), square)).toThrow(RangeError);
  });

  test('contradicts where either side alone is not a number', () => {
    const never = () => [NOT_A_NUMBER];
    expect(() => witness('squares', [2], square, never)).toThrow('TensorFlow.js NaN');
  });

  test('does not blame rounding: a value that single precision cannot settle passes', () => {
    const steep = ([x = 0]: readonly number[]) => [1 / (x - 1)];
    const inSingle = ([x = 0]: readonly number[]) => [1 / (Math.fround(x) - 1)];
    expect(witness('a pole', [1 + 1e-9], steep, inSingle)).toEqual(steep([1 + 1e-9]));
  });

  test('does not judge infinite values, nor what lies beyond 32 bits', () => {
    expect(
      witness(
        'a pole',
        [0],
        ([x = 0]) => [1 / x],
        () => [3],
      ),
    ).toEqual([POSITIVE_INFINITY]);
  });
});

describe('in single precision', () => {
  test('the planar Jacobian is I + tanh′·a·bᵀ', () => {
    const flat = single.planarJacobian([0.5, -0.1, 1, -0.5, 0.3, 2, 0.2]);
    const slope = 1 / Math.cosh(0.15 - 0.2 + 0.2) ** 2;
    expectClose(flat, [1 + 0.3 * slope, 2 * slope, -0.15 * slope, 1 - slope], { abs: 1e-6 });
  });

  test('the planar Jacobian keeps the digits of a flat tanh, on either side', () => {
    for (const argument of [9, -9]) {
      const [entry = 0] = single.planarJacobian([argument, 1e7, 1, 0]);
      expectClose(entry, 1 + 1e7 / Math.cosh(9) ** 2, { rel: 1e-5 });
    }
    expect(single.planarJacobian([1e6, 1, 1, 0])).toEqual([1]);
  });

  test('the affine gradient is [1 − mean z², −mean z·e^−logScale]', () => {
    const scale = Math.exp(0.5);
    const [z, w] = [(1 - 0.25) / scale, (-3 - 0.25) / scale];
    expectClose(single.affineGradient([0.5, 0.25, 1, -3]), [1 - (z * z + w * w) / 2, -(z + w) / 2 / scale], {
      abs: 1e-6,
    });
  });

  test('the planar gradient is that of ½z² − log(1 + tanh′·ab) for one layer, one point, one dimension', () => {
    const [a, b, c, y] = [0.9, 1.4, 0.5, 0.3];
    const height = Math.tanh(b * y + c);
    const slope = 1 - height ** 2;
    const z = y + a * height;
    const curvature = -2 * height * slope;
    const determinant = 1 + slope * a * b;
    const expected = [
      z * height - (slope * b) / determinant,
      z * a * slope * y - (slope * a + curvature * y * a * b) / determinant,
      z * a * slope - (curvature * a * b) / determinant,
    ];
    expectClose(single.planarGradient([a, b, c, y], 1, 1), expected, { abs: 1e-6 });
  });

  test('no layers have no gradient', () => {
    expect(single.planarGradient([1, 2], 0, 2)).toEqual([]);
  });
});
