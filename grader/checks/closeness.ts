import { isArray, isRecord, Oddity, type Value } from '../model/value.ts';

/** |actual − expected| ≤ abs + rel·|expected|. */
export interface Tolerance {
  readonly abs: number;
  readonly rel: number;
}

/** What holds where nothing else is said. */
export const DEFAULT_TOLERANCE: Tolerance = { abs: 1e-9, rel: 1e-9 };

/** Whether two numbers agree; −0 equals 0, infinities equal themselves, NaN equals nothing. */
export function isClose(actual: number, expected: number, { abs, rel }: Tolerance = DEFAULT_TOLERANCE): boolean {
  if (actual === expected) return true;
  if (!Number.isFinite(expected) || !Number.isFinite(actual)) return false;
  return Math.abs(actual - expected) <= abs + rel * Math.abs(expected);
}

/** Whether two values have the same structure and agree in every number; extra properties of a record are ignored. */
export function agrees(actual: Value, expected: Value, close: (actual: number, expected: number) => boolean): boolean {
  if (typeof expected === 'number') return typeof actual === 'number' && close(actual, expected);
  if (isArray(expected)) {
    return (
      isArray(actual) &&
      actual.length === expected.length &&
      expected.every((item, index) => agrees(actual[index] ?? new Oddity('undefined'), item, close))
    );
  }
  if (isRecord(expected)) {
    return (
      isRecord(actual) &&
      Object.entries(expected).every(([key, item]) => agrees(actual[key] ?? new Oddity('undefined'), item, close))
    );
  }
  return actual === expected;
}

/** A tolerance in words, for a report. */
export function formatTolerance({ abs, rel }: Tolerance): string {
  if (abs === 0) return `± ${rel}, relative`;
  if (rel === 0) return `± ${abs}`;
  return abs === rel ? `± ${abs}, absolute and relative` : `± ${abs} and ${rel} of the value`;
}
