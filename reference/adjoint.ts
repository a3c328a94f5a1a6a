import { requireDomain } from './domain.ts';
import { field } from './fields.ts';
import { eulerTrajectory } from './ode.ts';
import type { Vector } from './types.ts';

/**
 * x(1) by Euler steps, and its exact derivatives by x(0) and by the parameters.
 *
 * Forward accumulation: parameters are coordinates that stand still, and the Jacobian of the whole solver is the product
 * of those of its steps, I + h·∂u/∂(x, θ), whose entries are symbolic derivatives.
 *
 * @param components  u, as in `field`, with theta[j] for the parameters
 * @returns x1; byX0 and byTheta, one row a coordinate of x1
 */
export function sensitivities(
  components: readonly string[],
  x0: Vector,
  theta: Vector,
  steps: number,
): { x1: number[]; byX0: number[][]; byTheta: number[][] } {
  const d = x0.length;
  requireDomain(components.length === d, `${components.length} components for ${d} coordinates`);
  const moving = components.map((text) => text.replaceAll(/theta\[(\d+)\]/g, (_, j) => `x[${d + Number(j)}]`));
  const u = field([...moving, ...theta.map(() => '0')]);
  const states = eulerTrajectory(u.value, [...x0, ...theta], steps);

  let total = identity(d + theta.length);
  for (const [k, state] of states.slice(0, -1).entries()) {
    const step = u.jacobian(state, k / steps).map((row, i) => row.map((entry, j) => entry / steps + (i === j ? 1 : 0)));
    total = step.map((row) => combination(row, total));
  }
  return {
    x1: (states.at(-1) as number[]).slice(0, d),
    byX0: total.slice(0, d).map((row) => row.slice(0, d)),
    byTheta: total.slice(0, d).map((row) => row.slice(d)),
  };
}

function identity(size: number): number[][] {
  return Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => (i === j ? 1 : 0)));
}

/** ∑ weightᵢ·rowᵢ. */
function combination(weights: Vector, rows: readonly Vector[]): number[] {
  return (rows[0] as Vector).map((_, j) =>
    weights.reduce((sum, weight, i) => sum + weight * ((rows[i] as Vector)[j] as number), 0),
  );
}
