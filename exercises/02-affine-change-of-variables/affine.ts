import type { Vector } from '../types.ts';

/** The affine map T(x) = a·x + b of the real line. */
export interface Affine {
  /** The slope; negative is legal, and 0 makes T collapse the line to the point b. */
  readonly a: number;
  /** The shift. */
  readonly b: number;
}

/**
 * T(x) = a·x + b.
 *
 * @param x - any number
 * @param map - T; every a is legal here, 0 as well
 */
export function forward(x: number, map: Affine): number {
  throw new Error('TODO: forward');
}

/**
 * T⁻¹(y), the x that T carries to y.
 *
 * @param y - any number
 * @param map - T
 * @throws RangeError if a is 0 or not finite
 */
export function inverse(y: number, map: Affine): number {
  throw new Error('TODO: inverse');
}

/**
 * log |dT⁻¹/dy| at y, the logarithm of the factor by which T⁻¹ stretches lengths there.
 *
 * @param y - any number
 * @param map - T
 * @returns a logarithm, positive where T squeezes and negative where T stretches
 * @throws RangeError if a is 0 or not finite
 */
export function logAbsDetInverse(y: number, map: Affine): number {
  throw new Error('TODO: logAbsDetInverse');
}

/**
 * log p₁(y), the log-density at y of T(x) with x ~ p₀ = N(0, 1).
 *
 * @param y - any number, also far out in the tails, where the density itself underflows
 * @param map - T
 * @returns nats
 * @throws RangeError if a is 0 or not finite
 */
export function logDensity(y: number, map: Affine): number {
  throw new Error('TODO: logDensity');
}

/**
 * Samples of p₁, made from samples of p₀ by T.
 *
 * @param normals - any number of samples of N(0, 1)
 * @param map - T; every a is legal here, 0 as well
 * @returns one sample of p₁ for each, in the same order, in a new array
 */
export function pushforward(normals: Vector, map: Affine): number[] {
  throw new Error('TODO: pushforward');
}
