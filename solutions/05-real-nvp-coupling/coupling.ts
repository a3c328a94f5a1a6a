import type { Vector } from '../types.ts';

/** A coupling layer: the first `split` coordinates stay, and say how the others are scaled and shifted. */
export interface Coupling {
  /** How many coordinates stay, an integer from 1 to d − 1. */
  readonly split: number;
  /** s: the logarithms of the d − split factors, from the head x₁. */
  scale(head: Vector): Vector;
  /** t: the d − split shifts, from the head x₁. */
  shift(head: Vector): Vector;
}

/**
 * The layer's map: y₁ = x₁, y₂ = x₂ ⊙ exp(s(x₁)) + t(x₁).
 *
 * @param x - the point, d coordinates, of which x₁ is the first `split`
 * @param layer - the layer, whose `scale` and `shift` are called once each, with x₁
 * @returns d coordinates, in a new array
 * @throws RangeError if split is not an integer from 1 to d − 1
 */
export function forward(x: Vector, layer: Coupling): number[] {
  const [head, tail] = halves(x, layer);
  const s = layer.scale(head);
  const t = layer.shift(head);
  return [...head, ...tail.map((xi, i) => xi * Math.exp(s[i] as number) + (t[i] as number))];
}

/**
 * The point x that the layer carries to y.
 *
 * @param y - the point, d coordinates
 * @param layer - the layer, whose `scale` and `shift` are called once each
 * @returns d coordinates, in a new array
 * @throws RangeError if split is not an integer from 1 to d − 1
 */
export function inverse(y: Vector, layer: Coupling): number[] {
  const [head, tail] = halves(y, layer);
  const s = layer.scale(head);
  const t = layer.shift(head);
  return [...head, ...tail.map((yi, i) => (yi - (t[i] as number)) * Math.exp(-(s[i] as number)))];
}

/**
 * log |det J| of the layer's map at x, which is Σ s(x₁).
 *
 * @param x - the point, d coordinates
 * @param layer - the layer, whose `scale` is called once, `shift` never
 * @returns the logarithm, in nats
 * @throws RangeError if split is not an integer from 1 to d − 1
 */
export function logDetJacobian(x: Vector, layer: Coupling): number {
  const [head] = halves(x, layer);
  return layer.scale(head).reduce((sum, si) => sum + si, 0);
}

function halves(x: Vector, { split }: Coupling): [head: number[], tail: number[]] {
  const d = x.length;
  if (!(Number.isInteger(split) && split >= 1 && split <= d - 1)) {
    throw new RangeError(`split must be an integer from 1 to ${d - 1}, got ${split}`);
  }
  return [x.slice(0, split), x.slice(split)];
}
