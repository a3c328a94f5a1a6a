import { expect } from 'vitest';

type Numbers = number | readonly Numbers[];

/** How far apart two numbers may be: `abs` + `rel`·|expected|. */
interface Closeness {
  readonly abs?: number;
  readonly rel?: number;
}

/** Expects equal shapes, and each number within 1e-12 + 1e-12·|expected| of its counterpart unless told otherwise. */
export function expectClose(actual: Numbers, expected: Numbers, { abs = 1e-12, rel = 1e-12 }: Closeness = {}): void {
  if (typeof expected !== 'number') {
    expect(actual).toHaveLength(expected.length);
    expected.forEach((entry, i) => {
      expectClose((actual as readonly Numbers[])[i] as Numbers, entry, { abs, rel });
    });
    return;
  }
  const near = Math.abs((actual as number) - expected) <= abs + rel * Math.abs(expected);
  expect(near || Object.is(actual, expected), `${actual} is not ${expected}`).toBe(true);
}

/** The gradient of f at x by central differences of fourth order, good to about 1e-10 for moderate f. */
export function differences(f: (x: readonly number[]) => number, x: readonly number[], step = 1e-3): number[] {
  return x.map((_, i) => {
    const at = (offset: number) => f(x.map((entry, j) => (i === j ? entry + offset * step : entry)));
    return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * step);
  });
}
