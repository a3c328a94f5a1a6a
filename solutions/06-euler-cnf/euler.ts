import type { Vector, VelocityField } from '../types.ts';

/**
 * One step of Euler's method, x + h·u(x, t): where a particle gets that keeps its present velocity for a time h.
 *
 * @param u - the velocity field, evaluated once
 * @param x - the position, d coordinates
 * @param t - the time
 * @param h - the length of the step, any sign
 * @returns d coordinates, in a new array
 */
export function eulerStep(u: VelocityField, x: Vector, t: number, h: number): number[] {
  const velocity = u(x, t);
  return x.map((xi, i) => xi + h * (velocity[i] as number));
}

/**
 * x(1), the end at t = 1 of the path that starts in x0 at t = 0, by Euler steps of equal length.
 *
 * Step k = 0 … steps − 1 evaluates u once, at its left end t = k/steps: exactly `steps` evaluations in all.
 *
 * @param u - the velocity field
 * @param x0 - x(0), d coordinates
 * @param steps - how many steps, a positive integer
 * @returns d coordinates, in a new array
 * @throws RangeError if steps is not a positive integer
 */
export function solve(u: VelocityField, x0: Vector, steps: number): number[] {
  requirePositiveInteger('steps', steps);
  let x = [...x0];
  for (let k = 0; k < steps; k++) x = eulerStep(u, x, k / steps, 1 / steps);
  return x;
}

/**
 * The whole path that `solve` takes: the states at t = 0, 1/steps, …, 1.
 *
 * @param u - the velocity field, evaluated exactly as in `solve`: `steps` times
 * @param x0 - x(0), d coordinates
 * @param steps - how many steps, a positive integer
 * @returns steps + 1 states of d coordinates, a copy of x0 first and x(1) last, each an array of its own
 * @throws RangeError if steps is not a positive integer
 */
export function trajectory(u: VelocityField, x0: Vector, steps: number): number[][] {
  requirePositiveInteger('steps', steps);
  let x = [...x0];
  const states = [x];
  for (let k = 0; k < steps; k++) {
    x = eulerStep(u, x, k / steps, 1 / steps);
    states.push(x);
  }
  return states;
}

/**
 * x(0), the start at t = 0 of the path that is in x1 at t = 1, by Euler steps backward in time.
 *
 * Step k = 0 … steps − 1 evaluates u once, where it stands, at t = 1 − k/steps: exactly `steps` evaluations in all.
 *
 * @param u - the velocity field, the same one as for `solve`
 * @param x1 - x(1), d coordinates
 * @param steps - how many steps, a positive integer
 * @returns d coordinates, in a new array
 * @throws RangeError if steps is not a positive integer
 */
export function solveBackward(u: VelocityField, x1: Vector, steps: number): number[] {
  requirePositiveInteger('steps', steps);
  let x = [...x1];
  // Back in time is a step of negative length; the field stays as it is.
  for (let k = 0; k < steps; k++) x = eulerStep(u, x, 1 - k / steps, -1 / steps);
  return x;
}

function requirePositiveInteger(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} must be a positive integer, got ${value}`);
}
