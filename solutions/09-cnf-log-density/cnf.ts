import type { Vector, VelocityField } from '../types.ts';

/** div u(x, t), the sum of ∂uᵢ/∂xᵢ. */
export type Divergence = (x: Vector, t: number) => number;

/**
 * Carries a point and its log-density from t = 0 to t = 1, by Euler steps of equal length.
 *
 * Step k = 0 … steps − 1 evaluates u and the divergence once each, at its left end (x, k/steps).
 *
 * @param u - the velocity field
 * @param divergence - its divergence
 * @param x0 - x(0), d coordinates
 * @param logDensity0 - log p₀(x(0)), in nats
 * @param steps - how many steps, a positive integer
 * @returns x(1) in a new array, and log p₁(x(1))
 * @throws RangeError if steps is not a positive integer
 */
export function push(
  u: VelocityField,
  divergence: Divergence,
  x0: Vector,
  logDensity0: number,
  steps: number,
): { x: number[]; logDensity: number } {
  requirePositiveInteger('steps', steps);
  const h = 1 / steps;
  let x = [...x0];
  let logDensity = logDensity0;
  for (let k = 0; k < steps; k++) {
    const t = k / steps;
    const velocity = u(x, t);
    // Where the flow spreads out, the density falls.
    logDensity -= h * divergence(x, t);
    x = x.map((xi, i) => xi + h * (velocity[i] as number));
  }
  return { x, logDensity };
}

/**
 * log p₁(y), from the path that arrives in y at t = 1, followed back to t = 0 by Euler steps of equal length.
 *
 * Step k = 0 … steps − 1 evaluates u and the divergence once each, where it stands, at t = 1 − k/steps.
 *
 * @param u - the velocity field
 * @param divergence - its divergence
 * @param logBaseDensity - log p₀, in nats
 * @param y - x(1), d coordinates
 * @param steps - how many steps, a positive integer
 * @returns the log-density, in nats
 * @throws RangeError if steps is not a positive integer
 */
export function logDensity(
  u: VelocityField,
  divergence: Divergence,
  logBaseDensity: (x: Vector) => number,
  y: Vector,
  steps: number,
): number {
  requirePositiveInteger('steps', steps);
  const h = 1 / steps;
  let x = [...y];
  let gathered = 0;
  for (let k = 0; k < steps; k++) {
    const t = 1 - k / steps;
    const velocity = u(x, t);
    gathered += h * divergence(x, t);
    x = x.map((xi, i) => xi - h * (velocity[i] as number));
  }
  return logBaseDensity(x) - gathered;
}

function requirePositiveInteger(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} must be a positive integer, got ${value}`);
}
