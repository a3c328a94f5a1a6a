import type { BigNumber } from 'mathjs';
import { jacobian, Variable, variables } from './autodiff.ts';
import { requireDomain, zipWith } from './domain.ts';
import { dot } from './linear-algebra.ts';
import { big, findRoot } from './precision.ts';
import type { Real, Vector } from './types.ts';

/** The map φ(x) = x + tanh(bᵀx + c)·a. */
export interface PlanarLayer {
  readonly a: Vector;
  readonly b: Vector;
  readonly c: number;
}

/** A layer whose numbers are of another kind. */
export interface Lifted<T> {
  readonly a: readonly T[];
  readonly b: readonly T[];
  readonly c: T;
}

/** φ(x) in any arithmetic; vectors of different lengths → RangeError. */
export function planar<T extends Real<T>>(x: readonly T[], { a, b, c }: Lifted<T>): T[] {
  const height = dot(b, x).plus(c).tanh();
  return zipWith(x, a, (entry, direction) => entry.plus(height.times(direction)));
}

/** φ(x), to 64 digits and then rounded. */
export function forward(x: Vector, layer: PlanarLayer): number[] {
  return planar(x.map(big), lift(layer)).map((entry) => entry.toNumber());
}

/** The d × d Jacobian of φ at x, by automatic differentiation of φ itself. */
export function forwardJacobian(x: Vector, { a, b, c }: PlanarLayer): number[][] {
  const inputs = variables(x);
  const outputs = planar(inputs, { a: variables(a), b: variables(b), c: new Variable(c) });
  return jacobian(outputs, inputs).map((row) => row.map((entry) => entry.value));
}

/** Whether bᵀa > −1, decided without rounding. */
export function isInvertible(layer: PlanarLayer): boolean {
  const { a, b } = lift(layer);
  return dot(b, a).gt(-1);
}

/**
 * The layer with â = a + (m(bᵀa) − bᵀa)·b/‖b‖², m(z) = −1 + log(1 + e^z), so that bᵀâ > −1; an equal copy where b = 0.
 * To 64 digits and then rounded, for |bᵀa| up to some thousands. Source: Rezende & Mohamed, arXiv 1505.05770, A.1.
 */
export function constrain(layer: PlanarLayer): PlanarLayer {
  const { a, b } = lift(layer);
  const overlap = dot(b, a);
  const length = dot(b, b);
  if (length.isZero()) return { a: [...layer.a], b: [...layer.b], c: layer.c };
  const wanted = overlap.exp().plus(1).ln().minus(1);
  const factor = wanted.minus(overlap).div(length);
  return {
    a: zipWith(a, b, (entry, direction) => entry.plus(factor.times(direction)).toNumber()),
    b: [...layer.b],
    c: layer.c,
  };
}

/**
 * φ⁻¹(y): the root α of the increasing α + tanh(α + c)·aᵀb − bᵀy lies within |aᵀb| of bᵀy, and x = y − tanh(α + c)·a.
 * To some 30 digits and then rounded; a layer that is not invertible → RangeError.
 */
export function inverse(y: Vector, layer: PlanarLayer): number[] {
  requireDomain(isInvertible(layer), 'the layer is not invertible: bᵀa ≤ −1');
  const { a, b, c } = lift(layer);
  const target = y.map(big);
  const overlap = dot(b, a);
  const along = dot(b, target);
  const excess = (alpha: BigNumber) => alpha.plus(c).tanh().times(overlap).plus(alpha).minus(along);
  const alpha = findRoot(excess, along.minus(overlap.abs()), along.plus(overlap.abs()));
  const height = alpha.plus(c).tanh();
  return zipWith(target, a, (entry, direction) => entry.minus(height.times(direction)).toNumber());
}

function lift({ a, b, c }: PlanarLayer): Lifted<BigNumber> {
  return { a: a.map(big), b: b.map(big), c: big(c) };
}
