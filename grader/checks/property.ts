import * as fc from 'fast-check';
import { type Bench, Failure, type Law } from '../model/exercise.ts';
import { count } from '../model/text.ts';
import { formatValue, type Value } from '../model/value.ts';
import { agrees, DEFAULT_TOLERANCE, formatTolerance, isClose, type Tolerance } from './closeness.ts';
import { type Student, studentOf } from './student.ts';

/** How far a counterexample is made smaller. */
const MAX_SHRINKS = 200;

/** Something that holds for all inputs of a kind. */
export interface Property<Module, Input> {
  readonly inputs: fc.Arbitrary<Input>;
  /** How many inputs are tried, the examples among them. */
  readonly runs?: number;
  /** Inputs that are tried first: hard ones, which chance may miss. They are shown as they are, so they should be small. */
  readonly examples?: readonly Input[];
  /** Throws a `Failure` (see `expectClose`, `expectThat`) for an input for which the law does not hold. */
  readonly holds: (student: Student<Module>, input: Input, bench: Bench) => void;
  /** The input, as TypeScript that can be pasted. */
  readonly show: (input: Input) => string;
}

/** The law holds for random inputs; one for which it does not is made as small as possible. */
export function forAll<Module, Input>({ inputs, runs = 20, examples = [], holds, show }: Property<Module, Input>): Law {
  return (bench) => {
    const student = studentOf<Module>(bench);
    let smallest: { input: Input; failure: Failure } | undefined;
    let abort: unknown;
    let shrinks = 0;
    const details = fc.check(
      fc.property(inputs, (input) => {
        // Once the machine has stopped, or enough has been tried, nothing more is asked: fast-check ends by itself.
        if (abort !== undefined || shrinks > MAX_SHRINKS) return;
        if (smallest !== undefined) shrinks += 1;
        try {
          holds(student, input, bench);
        } catch (error) {
          if (error instanceof Failure) smallest = { input, failure: error };
          else abort = error;
          throw error;
        }
      }),
      { ...sourceOf(bench), numRuns: runs, examples: examples.map((input) => [input]) },
    );
    if (smallest === undefined) {
      if (abort !== undefined) throw abort;
      return;
    }
    const { numRuns, numShrinks } = details;
    const made = numShrinks === 0 ? '' : `, made smaller ${numShrinks === 1 ? 'once' : `${numShrinks} times`}`;
    throw new Failure({
      ...smallest.failure.finding,
      counterexample: show(smallest.input),
      search: `found after ${numRuns} of ${count(runs, 'input')}${made}`,
    });
  };
}

function sourceOf({ seed }: Bench): Pick<fc.Parameters, 'seed' | 'randomType'> {
  return typeof seed === 'number' ? { seed } : { seed: 0, randomType: () => seed.clone() };
}

/** Two values that a law says are equal. */
export function expectClose(
  actual: Value,
  expected: Value,
  { message, tolerance = DEFAULT_TOLERANCE }: { message: string; tolerance?: Tolerance },
): void {
  if (agrees(actual, expected, (a, b) => isClose(a, b, tolerance))) return;
  const digits = formatValue(expected, 10) === formatValue(actual, 10) ? 17 : 10;
  throw new Failure({
    message,
    expected: formatValue(expected, digits),
    actual: formatValue(actual, digits),
    tolerance: formatTolerance(tolerance),
  });
}

/** A condition that a law demands. */
export function expectThat(
  condition: boolean,
  message: string,
  finding: { expected?: string; actual?: string; misconception?: string } = {},
): void {
  if (!condition) throw new Failure({ message, ...finding });
}

/** Numbers from `low` to `high` with so many decimals; they shrink towards 0. */
export function decimals(low: number, high: number, places = 2): fc.Arbitrary<number> {
  const scale = 10 ** places;
  return fc.integer({ min: Math.ceil(low * scale), max: Math.floor(high * scale) }).map((integer) => integer / scale);
}

/** Vectors of such numbers. */
export function vectors(length: number, low: number, high: number, places = 2): fc.Arbitrary<number[]> {
  return fc.array(decimals(low, high, places), { minLength: length, maxLength: length });
}
