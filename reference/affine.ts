import { logNormalDensity } from './densities.ts';
import { requireDomain } from './domain.ts';
import { big } from './precision.ts';
import type { Vector } from './types.ts';

/** The map T(x) = a·x + b. */
export interface Affine {
  readonly a: number;
  readonly b: number;
}

/** T(x) = a·x + b, correctly rounded. */
export function forward(x: number, { a, b }: Affine): number {
  return big(a).times(big(x)).plus(big(b)).toNumber();
}

/** T⁻¹(y) = (y − b)/a, correctly rounded; a zero or not finite → RangeError. */
export function inverse(y: number, map: Affine): number {
  requireInvertible(map);
  return big(y).minus(big(map.b)).div(big(map.a)).toNumber();
}

/** log |dT⁻¹/dy| = −log |a|; a zero or not finite → RangeError. */
export function logAbsDetInverse(_y: number, map: Affine): number {
  requireInvertible(map);
  return big(map.a).abs().ln().neg().toNumber();
}

/** log p₁(y) of p₁ = T#N(0, 1), which is the normal density N(b, a²); a zero or not finite → RangeError. */
export function logDensity(y: number, map: Affine): number {
  requireInvertible(map);
  return logNormalDensity(y, big(map.b), big(map.a).abs()).toNumber();
}

/** T applied to each of the samples. */
export function pushforward(normals: Vector, map: Affine): number[] {
  return normals.map((x) => forward(x, map));
}

function requireInvertible({ a }: Affine): void {
  requireDomain(Number.isFinite(a) && a !== 0, `a is zero or not finite: ${a}`);
}
