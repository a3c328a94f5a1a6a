import type { Domain } from './answers.ts';

/** Beyond this a number is drawn nowhere: no axis reaches so far. */
const FARTHEST = 1e12;

/**
 * Where the right picture lies, and more of the axis where values lie outside: as far as they go, but at most `times` the
 * length on either side, so that one that is far off leaves the rest to be seen. Where that would show no value at all, as
 * far as they go.
 */
export function extent([low, high]: Domain, values: readonly number[], times = 1): Domain {
  const drawable = values.filter((value) => Math.abs(value) < FARTHEST);
  const reach = times * (high - low);
  const near = drawable.filter((value) => value >= low - reach && value <= high + reach);
  const shown = near.length > 0 ? near : drawable;
  return [Math.min(low, ...shown), Math.max(high, ...shown)];
}

/** The same for an axis with powers, on which nothing is 0 or less. */
export function logExtent([low, high]: Domain, values: readonly number[], times = 1): Domain {
  const powers = values.filter((value) => value > 0 && value < FARTHEST).map(Math.log10);
  const [from, to] = extent([Math.log10(low), Math.log10(high)], powers, times);
  return [Math.min(low, 10 ** from), Math.max(high, 10 ** to)];
}

/** A histogram of density: what lies outside, or is no number, is counted but not shown. */
export function histogram(
  values: readonly number[],
  [low, high]: Domain,
  count: number,
): [from: number, to: number, height: number][] {
  const width = (high - low) / count;
  const counts = new Array<number>(count).fill(0);
  for (const value of values) {
    const bin = Math.floor((value - low) / width);
    if (bin >= 0 && bin < count) counts[bin] = (counts[bin] as number) + 1;
  }
  return counts.map((hits, bin) => [low + bin * width, low + (bin + 1) * width, hits / (values.length * width)]);
}

/** The density of N(mean, std²). */
export function normalDensity(x: number, mean = 0, std = 1): number {
  return Math.exp(-(((x - mean) / std) ** 2) / 2) / (std * Math.sqrt(2 * Math.PI));
}
