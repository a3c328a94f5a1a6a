import type { Vector, VelocityField } from '../types.ts';

/**
 * A random probe with independent coordinates, +1 or −1 with probability ½ each.
 *
 * @param dimension - how many coordinates, at least 1
 * @param rng - uniform on [0, 1), the only source of randomness
 * @returns `dimension` numbers, each 1 or −1
 */
export function rademacher(dimension: number, rng: () => number): number[] {
  throw new Error('TODO: rademacher');
}

/**
 * Hutchinson's estimate of tr A, the mean of vᵀAv over the probes v, for a matrix known only by its products.
 *
 * @param matvec - v ↦ A·v, evaluated once per probe
 * @param probes - at least one vector v, each as long as A is wide
 * @throws RangeError if there are no probes
 */
export function traceEstimate(matvec: (v: Vector) => Vector, probes: readonly Vector[]): number {
  throw new Error('TODO: traceEstimate');
}

/**
 * Hutchinson's estimate of tr A and its standard error s/√n, s² being the samples' variance with n − 1.
 *
 * @param matvec - v ↦ A·v, evaluated once per probe
 * @param probes - at least two vectors v, each as long as A is wide
 * @returns the mean of vᵀAv, and by how much it is typically off
 * @throws RangeError if there are fewer than two probes
 */
export function traceEstimateWithError(
  matvec: (v: Vector) => Vector,
  probes: readonly Vector[],
): { mean: number; standardError: number } {
  throw new Error('TODO: traceEstimateWithError');
}

/**
 * The derivative of u along v, J·v with J = ∂u/∂x at (x, t), by the central difference with points x ± eps·v.
 *
 * @param u - the velocity field, evaluated twice
 * @param x - the position, d coordinates
 * @param t - the time
 * @param v - the direction, d coordinates, taken as given: not normalised
 * @param eps - the step of the difference, 1e-4 unless given
 * @returns d coordinates, in a new array
 */
export function jacobianVectorProduct(u: VelocityField, x: Vector, t: number, v: Vector, eps = 1e-4): number[] {
  throw new Error('TODO: jacobianVectorProduct');
}

/**
 * Hutchinson's estimate of div u = tr ∂u/∂x at (x, t), without ever forming the Jacobian.
 *
 * @param u - the velocity field, evaluated twice per probe
 * @param x - the position, d coordinates
 * @param t - the time
 * @param probes - at least one vector of d coordinates
 * @param eps - the step of the differences, 1e-4 unless given
 * @throws RangeError if there are no probes
 */
export function divergenceEstimate(
  u: VelocityField,
  x: Vector,
  t: number,
  probes: readonly Vector[],
  eps = 1e-4,
): number {
  throw new Error('TODO: divergenceEstimate');
}
