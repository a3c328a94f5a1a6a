import { requireDomain, zipWith } from './domain.ts';
import { multiply } from './linear-algebra.ts';
import type { Vector } from './types.ts';

/** A point of the base distribution, a point of the data, and a time. */
export interface Pair {
  readonly x0: Vector;
  readonly x1: Vector;
  readonly t: number;
}

/** The point x0 + t·(x1 − x0), for t in [0, 1]. */
export function interpolate(x0: Vector, x1: Vector, t: number): number[] {
  requireTime(t);
  return zipWith(x0, conditionalVelocity(x0, x1), (start, velocity) => start + t * velocity);
}

/** x1 − x0. */
export function conditionalVelocity(x0: Vector, x1: Vector): number[] {
  return zipWith(x1, x0, (end, start) => end - start);
}

/** The mean of ‖u(x_t, t) − (x1 − x0)‖² over the pairs. */
export function flowMatchingLoss(u: (x: Vector, t: number) => Vector, batch: readonly Pair[]): number {
  requireDomain(batch.length > 0, 'the batch is empty');
  const losses = batch.map(({ x0, x1, t }) => {
    const error = zipWith(u(interpolate(x0, x1, t), t), conditionalVelocity(x0, x1), (a, b) => a - b);
    return error.reduce((sum, entry) => sum + entry * entry, 0);
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / batch.length;
}

/**
 * E[x1 − x0 | x_t = x] for independent x0 ~ N(0, 1) and x1 ~ N(mean, std²).
 *
 * The linear forms c·z and w·z of a Gaussian z ~ N(μ, Σ) are Gaussian together, so that
 * E[c·z | w·z = x] = c·μ + cᵀΣw / wᵀΣw · (x − w·μ); here z = (x0, x1), c = (−1, 1), w = (1 − t, t).
 * Source: Bishop, Pattern Recognition and Machine Learning, section 2.3.1.
 */
export function gaussianVelocity(x: number, t: number, mean: number, std: number): number {
  requireTime(t);
  requireDomain(std > 0, `std is not positive: ${std}`);
  const [mu, c, w] = [
    [0, mean],
    [-1, 1],
    [1 - t, t],
  ] as const;
  const sigmaW = multiply(
    [
      [1, 0],
      [0, std * std],
    ],
    w,
  );
  return product(c, mu) + (product(c, sigmaW) / product(w, sigmaW)) * (x - product(w, mu));
}

function product(v: Vector, w: Vector): number {
  return zipWith(v, w, (a, b) => a * b).reduce((sum, term) => sum + term, 0);
}

function requireTime(t: number): void {
  requireDomain(t >= 0 && t <= 1, `t is not in [0, 1]: ${t}`);
}
