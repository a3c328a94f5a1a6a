import type { Vector, VelocityField } from '../types.ts';

/**
 * Where the flow carries x from time 0 to time t, by Euler steps of equal length.
 *
 * For t > 0, step k = 0 … steps − 1 evaluates u once, at its left end k·t/steps.
 *
 * @param u - the velocity field
 * @param x - the position at time 0, d coordinates
 * @param t - the time, from 0 to 1
 * @param steps - how many steps, a positive integer
 * @returns d coordinates, in a new array
 * @throws RangeError if steps is not a positive integer
 */
export function flowMap(u: VelocityField, x: Vector, t: number, steps: number): number[] {
  if (!Number.isInteger(steps) || steps < 1) throw new RangeError(`steps must be a positive integer, got ${steps}`);
  const h = t / steps;
  let position = [...x];
  for (let k = 0; k < steps; k++) {
    const velocity = u(position, k * h);
    position = position.map((xi, i) => xi + h * (velocity[i] as number));
  }
  return position;
}

/**
 * div u(x, t) = Σ ∂uᵢ/∂xᵢ, by central differences.
 *
 * @param u - the velocity field, evaluated 2d times: at x ± eps·eᵢ and t
 * @param x - the position, d coordinates
 * @param t - the time
 * @param eps - the step of the differences
 * @returns the divergence
 */
export function divergence(u: VelocityField, x: Vector, t: number, eps = 1e-4): number {
  return x.reduce((sum, _, i) => {
    const ahead = u(moved(x, i, eps), t)[i] as number;
    const behind = u(moved(x, i, -eps), t)[i] as number;
    return sum + (ahead - behind) / (2 * eps);
  }, 0);
}

/**
 * ∂ₜp + div(u·p) at (x, t), by central differences: 0 where the flow of u carries the density p along.
 *
 * @param density - p(x, t)
 * @param u - the velocity field
 * @param x - the position, d coordinates
 * @param t - the time
 * @param eps - the step of all differences, in t and in x
 * @returns the residual
 */
export function continuityResidual(
  density: (x: Vector, t: number) => number,
  u: VelocityField,
  x: Vector,
  t: number,
  eps = 1e-4,
): number {
  const change = (density(x, t + eps) - density(x, t - eps)) / (2 * eps);
  const flux: VelocityField = (at, time) => {
    const p = density(at, time);
    return u(at, time).map((ui) => ui * p);
  };
  return change + divergence(flux, x, t, eps);
}

/** x + by·eᵢ. */
function moved(x: Vector, i: number, by: number): number[] {
  return x.map((xj, j) => (j === i ? xj + by : xj));
}
