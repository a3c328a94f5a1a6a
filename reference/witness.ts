import { zipWith } from './domain.ts';
import type { Vector } from './types.ts';

/** A quantity as a list of numbers, as a function of all the numbers that it depends on. */
export type Quantity = (numbers: Vector) => Vector;

const AGREEMENT = 1e-3;

/**
 * `exact(numbers)`, after it has been held against `single(numbers)`, the same quantity found in another way in 32-bit
 * floating point. An Error naming the quantity and both values where they differ by more than single precision explains:
 * by more than 1e-3·(1 + |value|) and more than what disturbing `numbers` by some 32-bit roundings does to the value.
 */
export function witness(quantity: string, numbers: Vector, exact: Quantity, single: Quantity): Vector {
  const values = exact(numbers);
  const gaps = zipWith(values, single(numbers), (value, seen) => ({ value, seen, gap: Math.abs(value - seen) }));
  // The doubt is costly to estimate and seldom needed. A gap that is NaN is not small.
  if (gaps.every(({ value, gap }) => gap <= AGREEMENT * (1 + Math.abs(value)))) return values;

  const doubts = doubt(numbers, exact, values);
  zipWith(gaps, doubts, ({ value, seen, gap }, uncertainty) => {
    const allowed = AGREEMENT * (1 + Math.abs(value)) + uncertainty;
    // 32 bits that overflowed say nothing about a value that they could not have told from anything else either.
    const meaningless = !Number.isFinite(seen) && allowed >= Math.abs(value);
    if (!(gap <= allowed || allowed === Number.POSITIVE_INFINITY || meaningless)) {
      throw new Error(`${quantity}: automatic differentiation gives ${value}, TensorFlow.js ${seen}`);
    }
  });
  return values;
}

/** How far single precision may be off: far more than a few disturbances of 8 ulps move each value. */
function doubt(numbers: Vector, exact: Quantity, values: Vector): number[] {
  const disturbed = Array.from({ length: 8 }, (_, pattern) =>
    exact(numbers.map((x, i) => x + sign(i, pattern) * 2 ** -20 * (1 + Math.abs(x)))),
  );
  return values.map((value, i) => {
    const furthest = Math.max(...disturbed.map((other) => Math.abs((other[i] as number) - value)));
    return Number.isNaN(furthest) ? Number.POSITIVE_INFINITY : 32 * furthest;
  });
}

/** Signs that look unrelated from one number and one pattern to the next. */
function sign(i: number, pattern: number): 1 | -1 {
  return ((i + 1) * (2 * pattern + 1) * 2654435761) % 2 ** 32 < 2 ** 31 ? 1 : -1;
}
