/** A number in a description, whatever a student's function made of it; a minus is typeset as one. */
export function say(value: number | undefined, digits = 2): string {
  if (value === undefined || Number.isNaN(value)) return 'no number';
  if (!Number.isFinite(value)) return value < 0 ? '−∞' : '∞';
  if (Math.abs(value) >= 1e6) {
    const [factor = '', power = ''] = value.toExponential(1).split('e+');
    return `${factor}·10^${power}`.replace('-', '−');
  }
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}
