import type { Point } from '../model/figure.ts';

// What a student's functions return has the right shape, but may have another length, or be no number, or be huge.

export type Domain = readonly [low: number, high: number];

/** Farther out, nothing makes a panel wider. */
const FAR = 1e6;

/** A result as a point of the plane; what it lacks is no number. */
export function pointOf([x = Number.NaN, y = Number.NaN]: readonly number[]): Point {
  return [x, y];
}

/** The first coordinate of a result, if it has one. */
export function firstOf([x = Number.NaN]: readonly number[]): number {
  return x;
}

/** The domain that shows the right picture, or a wider one where nothing that is to be shown would lie in it. */
export function domainFor(right: Domain, values: readonly number[]): Domain {
  const shown = values.filter((value) => Math.abs(value) <= FAR);
  if (shown.length === 0 || shown.some((value) => isIn(right, value))) return right;
  return extentOf([...right, ...shown]);
}

/** The same for a panel of two coordinates, which becomes as much wider as it becomes higher. */
export function domainsFor([x, y]: readonly [Domain, Domain], points: readonly Point[]): readonly [Domain, Domain] {
  const shown = points.filter((point) => point.every((entry) => Math.abs(entry) <= FAR));
  if (shown.length === 0 || shown.some((point) => isIn(x, point[0]) && isIn(y, point[1]))) return [x, y];
  const factor = shown.reduce((most, point) => Math.max(most, distance(x, point[0]), distance(y, point[1])), 1);
  return [zoomed(x, factor), zoomed(y, factor)];
}

/** The least and the largest of numbers that are finite; 0 and 0 of none. */
export function extentOf(values: readonly number[]): Domain {
  const finite = values.filter(Number.isFinite);
  const [first = 0] = finite;
  return finite.reduce<Domain>(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [first, first]);
}

export function isIn([low, high]: Domain, value: number): boolean {
  return value >= low && value <= high;
}

/** A number, or the end of the domain that it is beyond. */
export function clamp(value: number, [low, high]: Domain): number {
  return Math.min(high, Math.max(low, value));
}

/** The largest distance between two lists of numbers, entry by entry; no number where one of them has none. */
export function largestGap(some: readonly number[], others: readonly number[]): number {
  const gaps = others.map((other, index) => Math.abs((some[index] ?? Number.NaN) - other));
  return gaps.reduce((most, gap) => (gap > most || Number.isNaN(gap) ? gap : most), 0);
}

/** How far from a domain's middle a value is, in halves of its length. */
function distance([low, high]: Domain, value: number): number {
  return Math.abs(value - (low + high) / 2) / ((high - low) / 2);
}

function zoomed([low, high]: Domain, factor: number): Domain {
  const [middle, half] = [(low + high) / 2, ((high - low) / 2) * factor * 1.05];
  return [middle - half, middle + half];
}
