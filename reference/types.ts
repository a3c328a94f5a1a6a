/** A point or a direction; entry i is the coordinate xᵢ. */
export type Vector = readonly number[];

/** A matrix by rows; all rows have one length. */
export type Matrix = readonly Vector[];

/**
 * The operations that the formulas here are written with. Two kinds of number have them: `BigNumber` (64 digits) and
 * `Variable` (differentiable), so that one formula gives both the accurate value and the exact derivative.
 */
export interface Real<T> {
  plus(other: T | number): T;
  minus(other: T | number): T;
  times(other: T | number): T;
  div(other: T | number): T;
  exp(): T;
  tanh(): T;
}
