import type { Vector } from '../types.ts';

/** A velocity field u(x, t; θ) with its two vector-Jacobian products; d coordinates, p parameters. */
export interface ParametricField {
  /** u(x, t; θ), d coordinates. */
  value(x: Vector, t: number, theta: Vector): Vector;
  /** wᵀ ∂u/∂x, d coordinates. */
  vjpState(x: Vector, t: number, theta: Vector, w: Vector): Vector;
  /** wᵀ ∂u/∂θ, p coordinates. */
  vjpParameters(x: Vector, t: number, theta: Vector, w: Vector): Vector;
}

/**
 * The exact gradient of a loss of x(1) through the Euler solver, by going back over its steps.
 *
 * @param field - the velocity field, of which each function is called `steps` times
 * @param x0 - x(0), d coordinates
 * @param theta - the parameters θ
 * @param steps - how many Euler steps from t = 0 to 1, a positive integer
 * @param lossGradient - the gradient of the loss at x(1), called once
 * @returns x(1), and the gradients of the loss by x(0) and by θ, in new arrays
 * @throws RangeError if steps is not a positive integer
 */
export function backpropagate(
  field: ParametricField,
  x0: Vector,
  theta: Vector,
  steps: number,
  lossGradient: (x1: Vector) => Vector,
): { x1: number[]; gradX0: number[]; gradTheta: number[] } {
  if (!Number.isInteger(steps) || steps < 1) throw new RangeError(`steps must be a positive integer, got ${steps}`);
  const h = 1 / steps;

  // Forward, keeping every state: the way back needs them.
  const states: number[][] = [];
  let x = [...x0];
  for (let k = 0; k < steps; k++) {
    states.push(x);
    x = add(x, h, field.value(x, k / steps, theta));
  }

  // Back: the adjoint is the gradient of the loss by the state after step k.
  let adjoint = [...lossGradient(x)];
  let gradTheta = theta.map(() => 0);
  for (let k = steps - 1; k >= 0; k--) {
    const state = states[k] as number[];
    const t = k / steps;
    gradTheta = add(gradTheta, h, field.vjpParameters(state, t, theta, adjoint));
    adjoint = add(adjoint, h, field.vjpState(state, t, theta, adjoint));
  }
  return { x1: x, gradX0: adjoint, gradTheta };
}

/** v + factor·w. */
function add(v: Vector, factor: number, w: Vector): number[] {
  return v.map((vi, i) => vi + factor * (w[i] as number));
}
