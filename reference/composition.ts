import { jacobian, type Variable, variables } from './autodiff.ts';
import { requireDomain, zipWith } from './domain.ts';
import { math } from './math.ts';
import { big } from './precision.ts';
import type { Real, Vector } from './types.ts';

/** An invertible map of ℝᵈ, described by its numbers. */
export type Flow =
  /** x ↦ scale ⊙ x + shift, with no scale 0. */
  | { readonly kind: 'affine'; readonly scale: Vector; readonly shift: Vector }
  /** Coordinate `to` becomes x_to·e^(rate·tanh x_from) + factor·x_from, the others stay; to ≠ from. */
  | {
      readonly kind: 'coupling';
      readonly from: number;
      readonly to: number;
      readonly rate: number;
      readonly factor: number;
    }
  /** x ↦ sinh x, coordinate by coordinate. */
  | { readonly kind: 'sinh' };

/** The map F = Fₙ ∘ … ∘ F₁ in any arithmetic, for flows F₁, …, Fₙ; numbers of another dimension → RangeError. */
function compose<T extends Real<T>>(flows: readonly Flow[], x: readonly T[]): readonly T[] {
  return flows.reduce(carry, x);
}

function carry<T extends Real<T>>(x: readonly T[], flow: Flow): readonly T[] {
  switch (flow.kind) {
    case 'affine': {
      const scaled = zipWith(x, flow.scale, (entry, scale) => entry.times(scale));
      return zipWith(scaled, flow.shift, (entry, shift) => entry.plus(shift));
    }
    case 'coupling': {
      const { from, to, rate, factor } = flow;
      const source = x[from];
      requireDomain(
        source !== undefined && to in x && to !== from,
        `a coupling from ${from} to ${to} in ℝ^${x.length}`,
      );
      const moved = (entry: T) => entry.times(source.tanh().times(rate).exp()).plus(source.times(factor));
      return x.map((entry, i) => (i === to ? moved(entry) : entry));
    }
    case 'sinh':
      return x.map((entry) => entry.exp().minus(entry.times(-1).exp()).div(2));
  }
}

/** F(x), to 64 digits and then rounded. */
export function forward(flows: readonly Flow[], x: Vector): number[] {
  return compose(flows, x.map(big)).map((entry) => entry.toNumber());
}

/** The d × d Jacobian of the whole map F at x, by automatic differentiation. */
export function forwardJacobian(flows: readonly Flow[], x: Vector): number[][] {
  return differentiate(flows, x).jacobian;
}

const MAX_ROUNDS = 12;
const SETTLED = 1e-12;
const MAX_HALVINGS = 20;

/**
 * F⁻¹(y), the root of F(x) = y for the whole map F, to about 1e-14 where F does not crowd points together: no flow is
 * inverted by itself. y not finite → RangeError.
 *
 * Newton's method from x = 0; where it does not settle, the way from F(0) to y is gone in halves. F is one to one, so a
 * root is the root.
 */
export function inverse(flows: readonly Flow[], y: Vector): number[] {
  requireDomain(y.every(Number.isFinite), `y is not finite: ${y}`);
  const origin = y.map(() => 0);
  return pursue(flows, origin, y, MAX_HALVINGS);
}

/** The root of F(x) = y, sought from `start`. */
function pursue(flows: readonly Flow[], start: Vector, y: Vector, halvingsLeft: number): number[] {
  const root = newton(flows, start, y);
  if (root !== undefined) return root;
  if (halvingsLeft === 0) throw new Error(`Newton’s method does not settle on F(x) = ${y}`);
  const middle = zipWith(differentiate(flows, start).value, y, (from, to) => (from + to) / 2);
  return pursue(flows, pursue(flows, start, middle, halvingsLeft - 1), y, halvingsLeft - 1);
}

/** What Newton's method settles on within a dozen rounds, if it does. */
function newton(flows: readonly Flow[], start: Vector, y: Vector): number[] | undefined {
  let x = [...start];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { value, jacobian } = differentiate(flows, x);
    const step = solve(
      jacobian,
      zipWith(y, value, (wanted, entry) => wanted - entry),
    );
    x = zipWith(x, step, (entry, change) => entry + change);
    if (size(step) <= SETTLED * (1 + size(x))) return x;
  }
  return undefined;
}

/** F(x) and its Jacobian there, in double precision. */
function differentiate(flows: readonly Flow[], x: Vector): { value: number[]; jacobian: number[][] } {
  const inputs = variables(x);
  const outputs = compose<Variable>(flows, inputs);
  return {
    value: outputs.map((entry) => entry.value),
    jacobian: jacobian(outputs, inputs).map((row) => row.map((entry) => entry.value)),
  };
}

function solve(matrix: readonly Vector[], right: Vector): number[] {
  const rows = matrix.map((row) => [...row]);
  return (math.lusolve(rows, [...right]) as number[][]).flat();
}

function size(x: Vector): number {
  return Math.hypot(...x);
}
