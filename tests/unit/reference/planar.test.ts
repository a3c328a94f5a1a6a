import { describe, expect, test } from 'vitest';
import { constrain, forward, forwardJacobian, inverse, isInvertible } from '#reference/planar.ts';
import { differences, expectClose } from './support.ts';

const LAYER = { a: [1, -0.5, 2], b: [0.3, 2, -0.4], c: 0.2 };
const POINT = [0.5, -0.1, 0.8];

describe('the planar layer', () => {
  test('moves x along a by the height tanh(bᵀx + c)', () => {
    const height = Math.tanh(0.15 - 0.2 - 0.32 + 0.2);
    expectClose(forward(POINT, LAYER), [0.5 + height, -0.1 - height / 2, 0.8 + 2 * height]);
    expect(forward([3], { a: [2], b: [0], c: 0 })).toEqual([3]);
  });

  test('has the Jacobian that differences of it show', () => {
    const rows = POINT.map((_, i) => differences((x) => forward(x, LAYER)[i] as number, POINT));
    expectClose(forwardJacobian(POINT, LAYER), rows, { abs: 1e-10 });
  });

  test('has no Jacobian left where tanh is flat', () => {
    expect(forwardJacobian([1, 2], { a: [5, 6], b: [400, 0], c: 0 })).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  test('refuses vectors of different lengths', () => {
    for (const layer of [
      { a: [1], b: [1, 2, 3], c: 0 },
      { a: [1, 2, 3], b: [1], c: 0 },
    ]) {
      expect(() => forward(POINT, layer)).toThrow(RangeError);
      expect(() => inverse(POINT, layer)).toThrow(RangeError);
      expect(() => forwardJacobian(POINT, layer)).toThrow(RangeError);
      expect(() => isInvertible(layer)).toThrow(RangeError);
      expect(() => constrain(layer)).toThrow(RangeError);
    }
  });
});

describe('invertibility', () => {
  test('is bᵀa > −1, with not the least rounding', () => {
    expect(isInvertible({ a: [0, 0], b: [1, 2], c: 0 })).toBe(true);
    expect(isInvertible({ a: [-1], b: [1], c: 5 })).toBe(false);
    expect(isInvertible({ a: [-1 + 2 ** -53], b: [1], c: 0 })).toBe(true);
    expect(isInvertible({ a: [1e17, 1, -1e17], b: [1, 1, 1], c: 0 })).toBe(true);
    expect(isInvertible({ a: [1e17, -1.5, -1e17], b: [1, 1, 1], c: 0 })).toBe(false);
  });

  test('is what constrain brings about: bᵀâ = −1 + log(1 + e^(bᵀa))', () => {
    for (const overlap of [-5, -1, 0, 0.5, 30]) {
      const { a, b, c } = constrain({ a: [overlap, 7], b: [1, 0], c: 3 });
      expectClose(a, [Math.log1p(Math.exp(overlap)) - 1, 7]);
      expect({ b, c }).toEqual({ b: [1, 0], c: 3 });
    }
  });

  test('is brought about by moving along b alone', () => {
    const moved = constrain(LAYER).a.map((entry, i) => entry - (LAYER.a[i] as number));
    const ratios = moved.map((entry, i) => entry / (LAYER.b[i] as number));
    expectClose(ratios, Array(3).fill(ratios[0]));
  });

  test('is brought about accurately at |bᵀa| = 1000', () => {
    expect(constrain({ a: [1000], b: [1], c: 0 }).a).toEqual([999]);
    expect(constrain({ a: [-1000], b: [1], c: 0 }).a).toEqual([-1]);
    expectClose(constrain({ a: [500, 500], b: [1, 1], c: 0 }).a, [499.5, 499.5]);
  });

  test('needs nothing done where b = 0', () => {
    const layer = { a: [1, 2], b: [0, 0], c: 3 };
    const same = constrain(layer);
    expect(same).toEqual(layer);
    expect(same.a).not.toBe(layer.a);
    expect(same.b).not.toBe(layer.b);
  });
});

describe('the inverse', () => {
  test.each([
    ['an ordinary layer', { a: [1, -0.5, 2], b: [0.3, -2, 0.4], c: 0.2 }, POINT],
    ['one that stretches', { a: [3], b: [2], c: -1 }, [0.4]],
    ['one near the limit, at its flattest point', { a: [-1 + 1e-9], b: [1], c: 0 }, [1e-4]],
    ['one that moves nothing', { a: [0, 0], b: [1, 1], c: 1 }, [5, 6]],
    ['one whose direction lies across', { a: [0, 1], b: [1, 0], c: 0.5 }, [2, 3]],
    ['a point far away', { a: [4, -1], b: [1, 2], c: 0 }, [1000, -2000]],
  ])('undoes %s', (_, layer, x) => {
    expectClose(inverse(forward(x, layer), layer), x, { abs: 1e-9 });
  });

  test('exists for invertible layers only', () => {
    expect(() => inverse([0], { a: [-1], b: [1], c: 0 })).toThrow(RangeError);
    expect(() => inverse([0, 0], { a: [-1, -1], b: [1, 1], c: 0 })).toThrow('not invertible');
  });
});
