import type { Vector } from '../model/value.ts';

/** The transposed Jacobian of a map at x, by central differences: row j is ∂/∂xⱼ. */
export function differencesOf(map: (x: Vector) => Vector, x: Vector, step: number): number[][] {
  return x.map((_, j) => {
    const moved = (by: number) => map(x.map((entry, i) => (i === j ? entry + by : entry)));
    const [right, left] = [moved(step), moved(-step)];
    return right.map((entry, i) => (entry - (left[i] as number)) / (2 * step));
  });
}

/** The determinant by expansion along the first row. */
export function determinant([first, ...rest]: readonly Vector[]): number {
  if (first === undefined) return 1;
  const minor = (column: number) => rest.map((row) => row.filter((_, j) => j !== column));
  return first.reduce((sum, entry, j) => sum + (j % 2 === 0 ? 1 : -1) * entry * determinant(minor(j)), 0);
}
