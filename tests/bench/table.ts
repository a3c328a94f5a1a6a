/** One line of the benchmark: two sides of one run, and their ratio. */
export interface Row {
  readonly row: string;
  readonly ours: Side;
  readonly other: Side;
  /** Ours over the other's, but where `ratio` says otherwise. */
  readonly ratio: number;
  /** What the ratio must be, such as `≤ 0.4`. */
  readonly must: string;
  readonly holds: boolean;
}

interface Side {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
}

/** A line whose ratio must lie between two bounds, or is told without a bound. */
export function row(
  name: string,
  ours: Side,
  other: Side,
  { atMost = Number.POSITIVE_INFINITY, atLeast = 0, ratio = ours.value / other.value } = {},
): Row {
  const bounds = [...(atLeast > 0 ? [`≥ ${atLeast}`] : []), ...(Number.isFinite(atMost) ? [`≤ ${atMost}`] : [])];
  return { row: name, ours, other, ratio, must: bounds.join(', '), holds: ratio >= atLeast && ratio <= atMost };
}

/** The lines as a table in Markdown. */
export function renderTable(rows: readonly Row[]): string {
  const show = ({ what, value, unit }: Side) => `${what}: ${value.toPrecision(3)} ${unit}`;
  const cells = rows.map(({ row: name, ours, other, ratio, must, holds }) => [
    name,
    show(ours),
    show(other),
    ratio.toFixed(2),
    must,
    must === '' ? '' : holds ? 'yes' : 'NO',
  ]);
  const all = [['row', 'ours', 'beside', 'ratio', 'must be', 'holds'], ...cells];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0))) ?? [];
  const lines = all.map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`);
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}
