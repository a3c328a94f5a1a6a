import type { Vector } from '../types.ts';

/** A planar layer x ↦ x + tanh(bᵀx + c)·a of ℝᵈ: it moves points along a, by an amount that varies only along b. */
export interface PlanarLayer {
  /** The direction of the push, d coordinates. */
  readonly a: Vector;
  /** The direction that is looked at, d coordinates. */
  readonly b: Vector;
  /** The offset. */
  readonly c: number;
}

/**
 * The layer's output x + tanh(bᵀx + c)·a.
 *
 * @param x - d coordinates
 * @param layer - a and b of d coordinates each
 * @returns d coordinates, in a new array
 * @throws RangeError if x, a and b are not equally long
 */
export function forward(x: Vector, layer: PlanarLayer): number[] {
  throw new Error('TODO: forward');
}

/**
 * log |det J| of the layer at x, where J = ∂forward/∂x, at a cost of O(d).
 *
 * @param x - d coordinates
 * @param layer - a and b of d coordinates each
 * @returns a logarithm; −Infinity where J is singular
 * @throws RangeError if x, a and b are not equally long
 */
export function logDetJacobian(x: Vector, layer: PlanarLayer): number {
  throw new Error('TODO: logDetJacobian');
}

/**
 * Whether the layer is invertible with a smooth inverse on all of ℝᵈ, which is to say bᵀa > −1.
 *
 * @param layer - a and b of d coordinates each
 * @throws RangeError if a and b are not equally long
 */
export function isInvertible(layer: PlanarLayer): boolean {
  throw new Error('TODO: isInvertible');
}

/**
 * The layer with â = a + (m(bᵀa) − bᵀa)·b/‖b‖² in place of a, m(z) = −1 + log(1 + eᶻ), so that bᵀâ = m(bᵀa) > −1.
 *
 * Source: Rezende & Mohamed, Variational Inference with Normalizing Flows, arXiv 1505.05770, appendix A.1.
 *
 * @param layer - any layer, invertible or not; a and b of d coordinates each; |bᵀa| up to 1,000 must not overflow
 * @returns a new layer, b and c as they were; with b = 0 an equal copy of the layer
 * @throws RangeError if a and b are not equally long
 */
export function constrain(layer: PlanarLayer): PlanarLayer {
  throw new Error('TODO: constrain');
}

/**
 * The x that the layer carries to y.
 *
 * @param y - d coordinates
 * @param layer - an invertible layer, a and b of d coordinates each
 * @returns d coordinates, in a new array, accurate to 1e-8 where bᵀa ≥ −0.99; forward(x) = y to 1e-8 where it is less
 * @throws RangeError if y, a and b are not equally long, or the layer is not invertible (bᵀa ≤ −1 or NaN)
 */
export function inverse(y: Vector, layer: PlanarLayer): number[] {
  throw new Error('TODO: inverse');
}
