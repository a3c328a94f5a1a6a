/** A number in a description: with a typographic minus, and whatever it is in words. */
export function inWords(value: number | undefined, decimals = 2): string {
  if (value === undefined || Number.isNaN(value)) return 'no number';
  if (!Number.isFinite(value)) return value > 0 ? '+∞' : '−∞';
  if (Math.abs(value) >= 1e6) return value.toExponential(1).replaceAll('-', '−').replace('e+', 'e');
  return value
    .toFixed(decimals)
    .replace(/^-(?=[0.]*$)/, '')
    .replace('-', '−');
}

/** A point in a description. */
export function pointInWords(point: readonly number[], decimals = 2): string {
  return `(${point.map((entry) => inWords(entry, decimals)).join(', ')})`;
}

/** How far something is off at most, in words that follow its name. */
export function offBy(gap: number, decimals = 2): string {
  return Number.isNaN(gap) ? 'is not everywhere a number' : `is off by at most ${inWords(gap, decimals)}`;
}
