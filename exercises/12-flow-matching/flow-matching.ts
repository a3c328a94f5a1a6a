import type { Vector, VelocityField } from '../types.ts';

/** One sample of the path: a point x0 of the base distribution, a point x1 of the data, and a time t from 0 to 1. */
export interface Pair {
  readonly x0: Vector;
  readonly x1: Vector;
  readonly t: number;
}

/**
 * The point x_t = (1 − t)·x0 + t·x1 on the straight line from x0 to x1.
 *
 * @param x0 - where the line starts, d coordinates
 * @param x1 - where it ends, d coordinates
 * @param t - the time, from 0 to 1
 * @returns d coordinates, in a new array
 * @throws RangeError if t is outside [0, 1] or NaN
 */
export function interpolate(x0: Vector, x1: Vector, t: number): number[] {
  throw new Error('TODO: interpolate');
}

/**
 * The velocity x1 − x0 of that point, the same at all times.
 *
 * @param x0 - where the line starts, d coordinates
 * @param x1 - where it ends, d coordinates
 * @returns d coordinates, in a new array
 */
export function conditionalVelocity(x0: Vector, x1: Vector): number[] {
  throw new Error('TODO: conditionalVelocity');
}

/**
 * The flow-matching loss of a velocity field, the mean of ‖u(x_t, t) − (x1 − x0)‖² over the pairs.
 *
 * @param u - the velocity field, evaluated once per pair, at (x_t, t)
 * @param batch - the pairs, at least one; all points have d coordinates
 * @returns the loss, at least 0
 * @throws RangeError if the batch is empty
 */
export function flowMatchingLoss(u: VelocityField, batch: readonly Pair[]): number {
  throw new Error('TODO: flowMatchingLoss');
}

/**
 * The marginal velocity E[x1 − x0 | x_t = x] where x0 ~ N(0, 1) and x1 ~ N(mean, std²) are independent.
 *
 * @param x - the position
 * @param t - the time, from 0 to 1
 * @param mean - the mean of x1
 * @param std - the standard deviation of x1, positive
 * @returns the velocity
 * @throws RangeError if t is outside [0, 1] or NaN, or std is not positive
 */
export function gaussianVelocity(x: number, t: number, mean: number, std: number): number {
  throw new Error('TODO: gaussianVelocity');
}
