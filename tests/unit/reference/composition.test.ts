import { describe, expect, test } from 'vitest';
import { type Flow, forward, forwardJacobian, inverse } from '#reference/composition.ts';
import { compositionJacobian } from '#reference/single-precision.ts';
import { differences, expectClose } from './support.ts';

const bend: Flow = { kind: 'sinh' };
const affine = (scale: number[], shift: number[]): Flow => ({ kind: 'affine', scale, shift });
const coupling = (from: number, to: number, rate: number, factor: number): Flow => ({
  kind: 'coupling',
  from,
  to,
  rate,
  factor,
});

const FLOWS = [
  coupling(0, 2, 0.8, 1),
  bend,
  affine([2, -0.5, 1.5], [0, 1, -1]),
  coupling(2, 1, -0.5, 0),
  coupling(1, 0, 0, -2),
];
const POINT = [0.5, -0.3, 0.7];

describe('a composition of flows', () => {
  test('is each flow by itself', () => {
    expect(forward([affine([2, -1], [1, 0.5])], [3, 4])).toEqual([7, -3.5]);
    expectClose(forward([bend], [0.5, -2, 0]), [Math.sinh(0.5), Math.sinh(-2), 0]);
    expectClose(forward([coupling(0, 1, 0.5, 3)], [2, 4]), [2, 4 * Math.exp(0.5 * Math.tanh(2)) + 6]);
    expectClose(forward([coupling(1, 0, 0.5, 0)], [2, 4]), [2 * Math.exp(0.5 * Math.tanh(4)), 4]);
  });

  test('is the identity, for no flows', () => {
    expect(forward([], [3, 4])).toEqual([3, 4]);
    expect(inverse([], [3, 4])).toEqual([3, 4]);
    expect(forwardJacobian([], [3, 4])).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  test('applies the first flow first', () => {
    const [twice, next] = [affine([2], [0]), affine([1], [1])];
    expect(forward([twice, next], [5])).toEqual([11]);
    expect(forward([next, twice], [5])).toEqual([12]);
    expectClose(inverse([twice, next], [11]), [5]);
  });

  test('has the Jacobian that differences of it show', () => {
    const rows = POINT.map((_, i) => differences((x) => forward(FLOWS, x)[i] as number, POINT));
    expectClose(forwardJacobian(FLOWS, POINT), rows, { abs: 1e-9 });
  });

  test('has the same Jacobian in single precision', () => {
    expectClose(compositionJacobian(FLOWS, POINT), forwardJacobian(FLOWS, POINT).flat(), { abs: 1e-5, rel: 1e-5 });
    expect(compositionJacobian([], [3, 4])).toEqual([1, 0, 0, 1]);
  });

  test.each<[string, Flow[], number[]]>([
    ['ordinary flows', FLOWS, POINT],
    ['a point far from the start', FLOWS, [3, -2, 2]],
    ['a flow that grows like a double exponential', [bend, affine([1.5], [1]), bend], [-1.7]],
    ['a flow that turns the line around', [affine([-0.5], [3]), bend], [8]],
    ['many flows', Array.from({ length: 3 }, () => [coupling(0, 1, 0.8, 1), coupling(1, 0, -0.8, 1)]).flat(), [1, -1]],
  ])('is inverted: %s', (_, flows, x) => {
    const y = forward(flows, x);
    expectClose(inverse(flows, y), x, { abs: 1e-11 });
    expectClose(forward(flows, inverse(flows, y)), y, { abs: 1e-11, rel: 1e-11 });
  });

  test('refuses flows of another dimension', () => {
    expect(() => forward([affine([1, 2], [0, 0])], [1])).toThrow(RangeError);
    expect(() => forward([affine([1], [0, 0])], [1])).toThrow(RangeError);
    expect(() => forward([coupling(0, 1, 1, 1)], [1])).toThrow('a coupling from 0 to 1 in ℝ^1');
    expect(() => inverse([coupling(1, 1, 1, 1)], [1, 2])).toThrow(RangeError);
  });

  test('is inverted at finite points only, and says where it cannot be', () => {
    expect(() => inverse([affine([1], [0])], [Number.NaN])).toThrow('y is not finite');
    expect(() => inverse([bend], [1e300])).toThrow('does not settle');
  });
});
