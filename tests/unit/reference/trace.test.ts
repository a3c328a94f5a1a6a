import { describe, expect, test } from 'vitest';
import { rademacherVariance, traceEstimate, traceEstimateWithError } from '#reference/trace.ts';
import { expectClose } from './support.ts';

const MATRIX = [
  [2, 1, -3],
  [0.5, -1, 4],
  [2, 0, 7],
];

/** Every vector of ±1 of the dimension: Rademacher probes with all their probabilities equal. */
function signs(dimension: number): number[][] {
  return Array.from({ length: 2 ** dimension }, (_, k) =>
    Array.from({ length: dimension }, (_, i) => ((k >> i) & 1 ? 1 : -1)),
  );
}

describe('the trace estimate', () => {
  test('of unit vectors is the mean of the diagonal', () => {
    expectClose(
      traceEstimate(MATRIX, [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ]),
      8 / 3,
    );
  });

  test('over all probes of ±1 is the trace', () => {
    expect(traceEstimate(MATRIX, signs(3))).toBe(8);
  });

  test('is vᵀAv for one probe, which is not vᵀAᵀAv nor the like', () => {
    expect(traceEstimate(MATRIX, [[1, 2, -1]])).toBe(2 + 1 * 2 + 3 + 0.5 * 2 - 4 - 8 - 2 + 7);
  });

  test('loses nothing to cancellation', () => {
    expect(
      traceEstimate(
        [
          [1e17, 0],
          [0, 1],
        ],
        [
          [1, 1],
          [0, 1],
        ],
      ),
    ).toBe((1e17 + 2) / 2);
    expect(
      traceEstimate(
        [
          [1e17, 1],
          [0, -1e17],
        ],
        [[1, 1]],
      ),
    ).toBe(1);
  });

  test('has the standard error s/√n of its forms, s with n − 1', () => {
    // The forms are 1, 4 and 9: mean 14/3, s² = (121 + 4 + 169)/9/2 = 49/3.
    const { mean, standardError } = traceEstimateWithError([[1]], [[1], [2], [3]]);
    expectClose(mean, 14 / 3);
    expectClose(standardError, 7 / 3);
  });

  test('needs probes', () => {
    expect(() => traceEstimate(MATRIX, [])).toThrow(RangeError);
    expect(() => traceEstimateWithError(MATRIX, [])).toThrow(RangeError);
    expect(() => traceEstimateWithError(MATRIX, [[1, 1, 1]])).toThrow(RangeError);
    expect(() => traceEstimate(MATRIX, [[1, 1]])).toThrow(RangeError);
  });
});

describe('the variance over Rademacher probes', () => {
  test('is that of all vectors of ±1, for a matrix of any symmetry', () => {
    for (const matrix of [
      MATRIX,
      [[3]],
      MATRIX.map((row, i) => row.map((entry, j) => entry + (MATRIX[j]?.[i] ?? 0))),
    ]) {
      const probes = signs(matrix.length);
      const forms = probes.map((probe) => traceEstimate(matrix, [probe]));
      const mean = forms.reduce((sum, form) => sum + form, 0) / forms.length;
      const variance = forms.reduce((sum, form) => sum + (form - mean) ** 2, 0) / forms.length;
      expectClose(rademacherVariance(matrix), variance);
    }
  });
});
