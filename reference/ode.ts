import { requireDomain, zipWith } from './domain.ts';
import { matrixExponential, multiply } from './linear-algebra.ts';
import type { Matrix, Vector } from './types.ts';

/** The right-hand side u of dx/dt = u(x, t). */
export type Velocity = (x: Vector, t: number) => Vector;

/** One explicit Euler step, x + h·u(x, t); h may be negative. */
export function eulerStep(u: Velocity, x: Vector, t: number, h: number): number[] {
  return advance(x, h, u(x, t));
}

/** The `steps` + 1 states of Euler's method from t = 0 to 1, x0 first; steps a positive integer, else a RangeError. */
export function eulerTrajectory(u: Velocity, x0: Vector, steps: number): number[][] {
  requireSteps(steps);
  const states = [[...x0]];
  for (let x = x0, k = 0; k < steps; k++) {
    const following = eulerStep(u, x, k / steps, 1 / steps);
    states.push(following);
    x = following;
  }
  return states;
}

/** Euler's method from t = 1 back to 0, with u taken at t = 1 − k/steps; steps as in `eulerTrajectory`. */
export function eulerBackward(u: Velocity, x1: Vector, steps: number): number[] {
  requireSteps(steps);
  let x = [...x1];
  for (let k = 0; k < steps; k++) x = eulerStep(u, x, 1 - k / steps, -1 / steps);
  return x;
}

/** Where dx/dt = A·x carries x0 from t = 0 to 1: e^A·x0. */
export function linearFlow(matrix: Matrix, x0: Vector): number[] {
  return multiply(matrixExponential(matrix), x0);
}

/** Steps into which the midpoint rule divides an interval, one extrapolation column each. */
const SUBDIVISIONS = [2, 4, 6, 8, 10, 12, 14, 16];
const TOLERANCE = 1e-13;
const MAX_HALVINGS = 20;

/**
 * x(t1) for dx/dt = u(x, t) with x(t0) = x0, to about 1e-12 where u is smooth; t1 may lie before t0. Gragg's midpoint
 * rule, extrapolated to step zero (Bulirsch and Stoer); an interval is halved until that changes nothing any more. An
 * Error where it always does, as at a solution that runs off to infinity.
 * Source: Hairer, Nørsett, Wanner, Solving Ordinary Differential Equations I, section II.9.
 */
export function flow(u: Velocity, x0: Vector, t0: number, t1: number): number[] {
  return follow(u, x0, t0, t1, MAX_HALVINGS);
}

function follow(u: Velocity, x: Vector, from: number, to: number, halvingsLeft: number): number[] {
  const middle = (from + to) / 2;
  const whole = extrapolate(u, x, from, to);
  // Columns of one extrapolation can agree by accident (on x′ = −10x the first two do), whole and halves do not.
  const halves = extrapolate(u, extrapolate(u, x, from, middle), middle, to);
  const scale = 1 + Math.max(...halves.map(Math.abs));
  if (zipWith(whole, halves, (a, b) => Math.abs(a - b) <= TOLERANCE * scale).every(Boolean)) return halves;
  if (halvingsLeft === 0) throw new Error(`the solution is not smooth near t = ${from}`);
  return follow(u, follow(u, x, from, middle, halvingsLeft - 1), middle, to, halvingsLeft - 1);
}

/** An approximation of order 16 to x(to), by Neville's scheme in the square of the step. */
function extrapolate(u: Velocity, x: Vector, from: number, to: number): number[] {
  let previous: number[][] = [];
  for (const [row, steps] of SUBDIVISIONS.entries()) {
    const current = [midpointRule(u, x, from, to - from, steps)];
    for (const [column, coarse] of previous.entries()) {
      const ratio = steps / (SUBDIVISIONS[row - column - 1] as number);
      const fine = current[column] as number[];
      current.push(zipWith(fine, coarse, (a, b) => a + (a - b) / (ratio * ratio - 1)));
    }
    previous = current;
  }
  return previous.at(-1) as number[];
}

/** Gragg's rule with an even number of steps; its error is a series in the square of the step alone. */
function midpointRule(u: Velocity, x: Vector, t: number, h: number, steps: number): number[] {
  const step = h / steps;
  let before: Vector = x;
  let now = advance(x, step, u(x, t));
  for (let k = 1; k < steps; k++) [before, now] = [now, advance(before, 2 * step, u(now, t + k * step))];
  return now;
}

function advance(x: Vector, h: number, velocity: Vector): number[] {
  return zipWith(x, velocity, (position, speed) => position + h * speed);
}

function requireSteps(steps: number): void {
  requireDomain(Number.isInteger(steps) && steps > 0, `steps is not a positive integer: ${steps}`);
}
