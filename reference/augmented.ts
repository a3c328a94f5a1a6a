import { divergence, type Field } from './fields.ts';
import { logAbsDeterminant, matrixExponential, multiply } from './linear-algebra.ts';
import { eulerBackward, eulerTrajectory } from './ode.ts';
import type { Matrix, Vector } from './types.ts';

/** Euler's method on the point and its log-density as one system of d + 1 equations: d log p/dt = −div u. */
export function push(u: Field, x0: Vector, logDensity0: number, steps: number): { x: number[]; logDensity: number } {
  return split(eulerTrajectory(system(u), [...x0, logDensity0], steps).at(-1) as number[]);
}

/** The same system followed back from y at t = 1: where y came from, and by how much its log-density changed on the way. */
export function pull(u: Field, y: Vector, steps: number): { x0: number[]; change: number } {
  const { x, logDensity } = split(eulerBackward(system(u), [...y, 0], steps));
  return { x0: x, change: -logDensity };
}

/**
 * log p₁(y) for u(x) = A·x and p₀ = N(0, I): p₁ = N(0, E·Eᵀ) with E = e^A, so log p₁(y) = −½‖E⁻¹y‖² − log|det E| − d/2·log 2π.
 */
export function linearLogDensity(matrix: Matrix, y: Vector): number {
  const back = matrixExponential(matrix.map((row) => row.map((entry) => -entry)));
  const x0 = multiply(back, y);
  const squared = x0.reduce((sum, xi) => sum + xi * xi, 0);
  return -squared / 2 + logAbsDeterminant(back) - (y.length / 2) * Math.log(2 * Math.PI);
}

function system(u: Field) {
  return (state: Vector, t: number): number[] => {
    const { x } = split(state);
    return [...u.value(x, t), -divergence(u, x, t)];
  };
}

function split(state: Vector): { x: number[]; logDensity: number } {
  return { x: state.slice(0, -1), logDensity: state.at(-1) as number };
}
