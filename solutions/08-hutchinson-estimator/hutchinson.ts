import type { Vector, VelocityField } from '../types.ts';

/**
 * A random probe with independent coordinates, +1 or −1 with probability ½ each.
 *
 * @param dimension - how many coordinates, at least 1
 * @param rng - uniform on [0, 1), the only source of randomness
 * @returns `dimension` numbers, each 1 or −1
 */
export function rademacher(dimension: number, rng: () => number): number[] {
  return Array.from({ length: dimension }, () => (rng() < 0.5 ? -1 : 1));
}

/**
 * Hutchinson's estimate of tr A, the mean of vᵀAv over the probes v, for a matrix known only by its products.
 *
 * @param matvec - v ↦ A·v, evaluated once per probe
 * @param probes - at least one vector v, each as long as A is wide
 * @throws RangeError if there are no probes
 */
export function traceEstimate(matvec: (v: Vector) => Vector, probes: readonly Vector[]): number {
  if (probes.length < 1) throw new RangeError(`probes must hold at least 1 vector, got ${probes.length}`);
  return mean(probes.map((v) => dot(v, matvec(v))));
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
  const n = probes.length;
  if (n < 2) throw new RangeError(`probes must hold at least 2 vectors, got ${n}`);
  const samples = probes.map((v) => dot(v, matvec(v)));
  const center = mean(samples);
  // Deviations from the mean before squaring: the difference of two large squares would lose digits.
  const variance = samples.reduce((sum, sample) => sum + (sample - center) ** 2, 0) / (n - 1);
  return { mean: center, standardError: Math.sqrt(variance / n) };
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
  const ahead = u(addMultiple(x, eps, v), t);
  const behind = u(addMultiple(x, -eps, v), t);
  return ahead.map((value, i) => (value - (behind[i] as number)) / (2 * eps));
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
  // The divergence is a trace, and the estimator asks nothing of a matrix but its products with vectors.
  return traceEstimate((v) => jacobianVectorProduct(u, x, t, v, eps), probes);
}

function dot(u: Vector, v: Vector): number {
  return u.reduce((sum, ui, i) => sum + ui * (v[i] as number), 0);
}

/** u + factor·v. */
function addMultiple(u: Vector, factor: number, v: Vector): number[] {
  return u.map((ui, i) => ui + factor * (v[i] as number));
}

function mean(samples: Vector): number {
  return samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
}
