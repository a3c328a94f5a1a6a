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
  requireEqualLengths({ x, a: layer.a, b: layer.b });
  return addMultiple(x, Math.tanh(dot(layer.b, x) + layer.c), layer.a);
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
  const { a, b, c } = layer;
  requireEqualLengths({ x, a, b });
  // J = I + tanh′·a·bᵀ is the identity plus a matrix of rank one, and det(I + u·vᵀ) = 1 + vᵀu: two dot products do.
  const tanh = Math.tanh(dot(b, x) + c);
  return Math.log(Math.abs(1 + (1 - tanh ** 2) * dot(a, b)));
}

/**
 * Whether the layer is invertible with a smooth inverse on all of ℝᵈ, which is to say bᵀa > −1.
 *
 * @param layer - a and b of d coordinates each
 * @throws RangeError if a and b are not equally long
 */
export function isInvertible(layer: PlanarLayer): boolean {
  const { a, b } = layer;
  requireEqualLengths({ a, b });
  return dot(b, a) > -1;
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
  const { a, b, c } = layer;
  requireEqualLengths({ a, b });
  const normSquared = dot(b, b);
  if (normSquared === 0) return { a: [...a], b: [...b], c };
  // log(1 + eᶻ) − z = log(1 + e⁻ᶻ), hence m(z) − z = −1 + log(1 + e⁻ᶻ), where no large numbers cancel.
  const correction = -1 + softplus(-dot(b, a));
  return { a: addMultiple(a, correction / normSquared, b), b: [...b], c };
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
  const { a, b, c } = layer;
  requireEqualLengths({ y, a, b });
  if (!isInvertible(layer)) throw new RangeError(`layer must have bᵀa > −1, got ${dot(b, a)}`);
  // Only α = bᵀx is unknown, and bᵀ times the layer's equation is one equation for it: α + tanh(α + c)·aᵀb = bᵀy.
  // Its left side increases with α, and |tanh| ≤ 1 puts the root within |aᵀb| of bᵀy, so halving cannot miss it.
  const slope = dot(a, b);
  const target = dot(b, y);
  let low = target - Math.abs(slope);
  let high = target + Math.abs(slope);
  for (let halving = 0; halving < 100; halving++) {
    const middle = (low + high) / 2;
    if (middle + Math.tanh(middle + c) * slope < target) low = middle;
    else high = middle;
  }
  const alpha = (low + high) / 2;
  return addMultiple(y, -Math.tanh(alpha + c), a);
}

function dot(u: Vector, v: Vector): number {
  return u.reduce((sum, ui, i) => sum + ui * (v[i] as number), 0);
}

/** u + factor·v. */
function addMultiple(u: Vector, factor: number, v: Vector): number[] {
  return u.map((ui, i) => ui + factor * (v[i] as number));
}

/** log(1 + eᶻ), with e only ever raised to a power ≤ 0: it cannot overflow. */
function softplus(z: number): number {
  return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
}

function requireEqualLengths(vectors: Record<string, Vector>): void {
  const lengths = Object.values(vectors).map((vector) => vector.length);
  if (new Set(lengths).size > 1) {
    throw new RangeError(
      `${Object.keys(vectors).join(', ')} must be equally long, got ${lengths.join(', ')} coordinates`,
    );
  }
}
