/** A point or a direction: its coordinates in order, d of them. */
export type Vector = readonly number[];

/** A matrix as the list of its rows, all of the same length. */
export type Matrix = readonly Vector[];

/** A time-dependent velocity field u(x, t): the velocity, as long as x, of a particle that is at x at time t. */
export type VelocityField = (x: Vector, t: number) => Vector;
