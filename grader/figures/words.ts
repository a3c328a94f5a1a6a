/** A number in a description: with a typographic minus, and whatever it is in words. */
export function inWords(value: number, decimals = 2): string {
  if (Number.isNaN(value)) return 'no number';
  if (!Number.isFinite(value)) return value > 0 ? '+∞' : '−∞';
  const size = Math.abs(value);
  const isPlain = size < 1e6 && (size === 0 || size >= 0.5 * 10 ** -decimals);
  return (isPlain ? value.toFixed(decimals) : value.toExponential(1)).replaceAll('-', '−').replace('e+', 'e');
}

/** A point in a description. */
export function pointInWords(point: readonly number[], decimals = 2): string {
  return `(${point.map((entry) => inWords(entry, decimals)).join(', ')})`;
}
