import type { Vector } from '../types.ts';

/** An invertible map of d coordinates to d coordinates that can be gone both ways and knows how it stretches volumes. */
export interface Flow {
  /** Where the flow carries x: d coordinates. */
  forward(x: Vector): Vector;
  /** The x that the flow carries to y: d coordinates. */
  inverse(y: Vector): Vector;
  /** log |det J(x)|, where J is the Jacobian of `forward`, at x: a point before the flow, not behind it. */
  logDetJacobian(x: Vector): number;
}

/**
 * Where the composition carries x: flows[0] acts first, the last flow last.
 *
 * @param flows - any number of flows of d coordinates; none are the identity
 * @param x - d coordinates
 * @returns d coordinates, in a new array
 */
export function forward(flows: readonly Flow[], x: Vector): number[] {
  let point = x;
  for (const flow of flows) point = flow.forward(point);
  return [...point];
}

/**
 * The x that the composition carries to y.
 *
 * @param flows - any number of flows of d coordinates, in the order in which `forward` applies them
 * @param y - d coordinates
 * @returns d coordinates, in a new array
 */
export function inverse(flows: readonly Flow[], y: Vector): number[] {
  let point = y;
  for (const flow of backward(flows)) point = flow.inverse(point);
  return [...point];
}

/**
 * log |det J(x)| of the whole composition.
 *
 * @param flows - any number of flows of d coordinates, in the order in which `forward` applies them
 * @param x - d coordinates, a point before the first flow
 * @returns a logarithm, 0 for no flows
 */
export function logDetJacobian(flows: readonly Flow[], x: Vector): number {
  let point = x;
  let sum = 0;
  for (const flow of flows) {
    sum += flow.logDetJacobian(point);
    point = flow.forward(point);
  }
  return sum;
}

/**
 * The log-density at y of the composition's output, when its input has the density p₀.
 *
 * Calls the `inverse` and the `logDetJacobian` of each flow exactly once, and `forward` never.
 *
 * @param flows - any number of flows of d coordinates, in the order in which `forward` applies them
 * @param logBaseDensity - log p₀, in nats
 * @param y - d coordinates, a point behind the last flow
 * @returns nats
 */
export function logDensity(flows: readonly Flow[], logBaseDensity: (x: Vector) => number, y: Vector): number {
  let point = y;
  let logDet = 0;
  for (const flow of backward(flows)) {
    // The way back passes through just the points at which the log-dets are wanted.
    point = flow.inverse(point);
    logDet += flow.logDetJacobian(point);
  }
  return logBaseDensity(point) - logDet;
}

/** The flows, last one first, as a new list: `reverse` alone would turn the caller's own around. */
function backward(flows: readonly Flow[]): Flow[] {
  return [...flows].reverse();
}
