import type { PlanarLayer } from '../04-planar-log-det/planar.ts';
import type { Vector } from '../types.ts';

/** The map T(x) = e^logScale·x + shift from noise to data; every real logScale is a legal one. */
export interface AffineParameters {
  readonly logScale: number;
  readonly shift: number;
}

/** What plain gradient descent is told. */
export interface TrainingOptions {
  readonly initial: AffineParameters;
  readonly learningRate: number;
  /** How many steps, an integer from 0. */
  readonly steps: number;
}

/**
 * The mean of −log p₁(y) over the data, where p₁ is the density of T(x) = e^logScale·x + shift for x from N(0, 1).
 *
 * @param data - the observations, in any order
 * @returns nats per observation
 * @throws RangeError if there are no data
 */
export function meanNegativeLogLikelihood(parameters: AffineParameters, data: Vector): number {
  throw new Error('TODO: meanNegativeLogLikelihood');
}

/**
 * The derivatives of `meanNegativeLogLikelihood` by logScale and by shift.
 *
 * @param data - the observations, in any order
 * @returns ∂/∂logScale and ∂/∂shift, in the fields of these names
 * @throws RangeError if there are no data
 */
export function gradient(parameters: AffineParameters, data: Vector): AffineParameters {
  throw new Error('TODO: gradient');
}

/**
 * Maximum likelihood by plain gradient descent: θ ← θ − learningRate·∇, `steps` times.
 *
 * @param data - the observations, in any order
 * @param options - where to start, how far to go along the gradient, how often; 0 steps are legal
 * @returns the last parameters, and the steps + 1 losses in nats: before every step, and at the end
 * @throws RangeError if there are no data
 */
export function train(data: Vector, options: TrainingOptions): { parameters: AffineParameters; losses: number[] } {
  throw new Error('TODO: train');
}

/**
 * The mean of −log p(y) over the data under the planar flow z = φ_L(…φ₁(y)), which runs from data to noise:
 * log p(y) = log N(z; 0, I) + Σ log |det J_φ|, so that no layer has to be inverted.
 *
 * @param layers - φ₁ first; none of them means p = N(0, I)
 * @param data - points of d coordinates each
 * @returns nats per point
 * @throws RangeError if there are no data
 */
export function planarMeanNegativeLogLikelihood(layers: readonly PlanarLayer[], data: readonly Vector[]): number {
  throw new Error('TODO: planarMeanNegativeLogLikelihood');
}

/**
 * The derivatives of `planarMeanNegativeLogLikelihood` by every number of every layer, in the shape of the layers.
 *
 * @param layers - φ₁ first
 * @param data - points of d coordinates each
 * @returns one record per layer, each number the derivative by the number in its place
 * @throws RangeError if there are no data
 */
export function planarGradient(layers: readonly PlanarLayer[], data: readonly Vector[]): PlanarLayer[] {
  throw new Error('TODO: planarGradient');
}

/**
 * A planar flow of `layerCount` layers, all of them invertible (bᵀa > −1), under which the data are likely.
 *
 * @param data - points of d coordinates each
 * @param rng - uniform on [0, 1), the only source of randomness
 * @returns the layers, φ₁ first
 * @throws RangeError if there are no data
 */
export function fitPlanarFlow(data: readonly Vector[], layerCount: number, rng: () => number): PlanarLayer[] {
  throw new Error('TODO: fitPlanarFlow');
}
