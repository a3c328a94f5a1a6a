import type { Matrix as MathMatrix } from 'mathjs';
import { zipWith } from './domain.ts';
import { math } from './math.ts';
import type { Matrix, Real, Vector } from './types.ts';

/** uᵀv in any arithmetic, for vectors of one length ≥ 1; a RangeError where the lengths differ. */
export function dot<T extends Real<T>>(u: readonly T[], v: readonly T[]): T {
  return zipWith(u, v, (a, b) => a.times(b)).reduce((sum, term) => sum.plus(term));
}

/** A·x for a matrix with as many columns as x has entries. */
export function multiply(matrix: Matrix, x: Vector): number[] {
  return matrix.map((row) => zipWith(row, x, (a, b) => a * b).reduce((sum, term) => sum + term, 0));
}

/** tr A of a square matrix. */
export function trace(matrix: Matrix): number {
  return math.trace(toMath(matrix));
}

/**
 * log |det A| of a square matrix, −Infinity if it is singular. From mathjs's LU decomposition with pivoting, a sum of
 * logarithms, so that no size of matrix overflows.
 */
export function logAbsDeterminant(matrix: Matrix): number {
  const { U } = math.lup(toMath(matrix));
  const rows = (U as MathMatrix).toArray() as number[][];
  return rows.reduce((sum, row, i) => sum + Math.log(Math.abs(row[i] as number)), 0);
}

/** The matrix exponential e^A of a square matrix, by mathjs's Padé approximant with scaling and squaring. */
export function matrixExponential(matrix: Matrix): number[][] {
  return (math.expm(toMath(matrix)) as unknown as MathMatrix).toArray() as number[][];
}

function toMath(matrix: Matrix): MathMatrix {
  return math.matrix(matrix.map((row) => [...row]));
}
