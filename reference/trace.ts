import type { BigNumber } from 'mathjs';
import { requireDomain } from './domain.ts';
import { dot } from './linear-algebra.ts';
import { big, meanBig, sumBig } from './precision.ts';
import type { Matrix, Vector } from './types.ts';

/** Hutchinson's estimate of tr A, the mean of vᵀAv over the probes, to 64 digits; no probes → RangeError. */
export function traceEstimate(matrix: Matrix, probes: readonly Vector[]): number {
  return meanBig(quadraticForms(matrix, probes)).toNumber();
}

/** The estimate with its standard error s/√n, where s² divides by n − 1; fewer than two probes → RangeError. */
export function traceEstimateWithError(
  matrix: Matrix,
  probes: readonly Vector[],
): { mean: number; standardError: number } {
  requireDomain(probes.length >= 2, `a standard error needs two probes, not ${probes.length}`);
  const forms = quadraticForms(matrix, probes);
  const mean = meanBig(forms);
  const squares = sumBig(forms.map((form) => form.minus(mean).pow(2)));
  const standardError = squares
    .div(probes.length - 1)
    .div(probes.length)
    .sqrt();
  return { mean: mean.toNumber(), standardError: standardError.toNumber() };
}

/**
 * The variance of vᵀAv over Rademacher probes v, 2(‖S‖²_F − Σ sᵢᵢ²) with S = (A + Aᵀ)/2, the only part of A that the
 * form sees. Summed off the diagonal alone, where nothing cancels.
 */
export function rademacherVariance(matrix: Matrix): number {
  const entries = matrix.flatMap((row, i) =>
    row.flatMap((entry, j) => (i === j ? [] : [(entry + (matrix[j]?.[i] as number)) / 2])),
  );
  return 2 * entries.reduce((sum, entry) => sum + entry * entry, 0);
}

function quadraticForms(matrix: Matrix, probes: readonly Vector[]): BigNumber[] {
  const rows = matrix.map((row) => row.map(big));
  return probes.map((probe) => {
    const v = probe.map(big);
    return dot(
      v,
      rows.map((row) => dot(row, v)),
    );
  });
}
