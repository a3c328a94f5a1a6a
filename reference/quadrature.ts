import type { Vector } from './types.ts';

/** How finely to integrate: the number of equal panels along each axis, each with a 16-point rule. */
export interface Fineness {
  readonly panels: number;
}

interface Rule {
  readonly nodes: Vector;
  readonly weights: Vector;
}

const RULE = gaussLegendre(16);

/**
 * ∫ f over [from, to] by the composite 16-point Gauss–Legendre rule, exact for polynomials of degree 31 on each panel.
 * For smooth f the error falls like the 32nd power of the panel's width.
 */
export function integrate(f: (x: number) => number, from: number, to: number, { panels }: Fineness): number {
  const half = (to - from) / panels / 2;
  let sum = 0;
  for (let panel = 0; panel < panels; panel++) {
    const centre = from + (2 * panel + 1) * half;
    sum += half * RULE.nodes.reduce((part, node, i) => part + (RULE.weights[i] ?? 0) * f(centre + half * node), 0);
  }
  return sum;
}

/** ∬ f over a rectangle, by the same rule along each axis. */
export function integratePlane(
  f: (x: number, y: number) => number,
  [left, right]: readonly [number, number],
  [bottom, top]: readonly [number, number],
  fineness: Fineness,
): number {
  return integrate((x) => integrate((y) => f(x, y), bottom, top, fineness), left, right, fineness);
}

/** The Gauss–Legendre rule on [−1, 1]: nodes are the roots of the Legendre polynomial Pₙ, found by Newton's method. */
export function gaussLegendre(points: number): Rule {
  const roots = Array.from({ length: points }, (_, i) => {
    let x = -Math.cos((Math.PI * (i + 0.75)) / (points + 0.5));
    for (let round = 0; round < 8; round++) {
      const { value, slope } = legendre(points, x);
      x -= value / slope;
    }
    return { x, slope: legendre(points, x).slope };
  });
  return {
    nodes: roots.map(({ x }) => x),
    weights: roots.map(({ x, slope }) => 2 / ((1 - x * x) * slope * slope)),
  };
}

/** Pₙ(x) and Pₙ′(x) by the three-term recurrence. */
function legendre(degree: number, x: number): { value: number; slope: number } {
  let [previous, value] = [1, x];
  for (let n = 2; n <= degree; n++) [previous, value] = [value, ((2 * n - 1) * x * value - (n - 1) * previous) / n];
  return { value, slope: (degree * (x * value - previous)) / (x * x - 1) };
}
