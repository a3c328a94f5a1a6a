import { type Bench, type Case, Failure, type Law } from '../model/exercise.ts';
import { formatCall, formatValue, Labelled, type Value } from '../model/value.ts';
import { agrees, DEFAULT_TOLERANCE, formatTolerance, isClose, type Tolerance } from './closeness.ts';
import { recogniseAnswers } from './misconceptions.ts';
import { callFunction } from './student.ts';

/** Cases whose expected values are what the reference gives for a quantity and the same arguments. */
export function cases(quantity: string, inputs: (bench: Bench) => Value[][]): (bench: Bench) => Case[] {
  const plain = (value: Value) => (value instanceof Labelled ? value.value : value);
  return (bench) => inputs(bench).map((args) => ({ args, expected: bench.oracle.ask(quantity, args.map(plain)) }));
}

/**
 * The function gives the expected value for every case; cases stand from the simplest to the hardest, so that the first
 * one that fails is the smallest.
 */
export function matches(cases: (bench: Bench) => readonly Case[], tolerance: Tolerance = DEFAULT_TOLERANCE): Law {
  return (bench) => {
    const name = bench.check.function;
    const all = cases(bench);
    const answers: (Value | undefined)[] = [];
    let first: Failure | undefined;
    for (const { args, expected } of all) {
      let actual: Value | undefined;
      try {
        actual = callFunction(bench, name, args);
        const close = (a: number, b: number) => isClose(a, b, tolerance);
        if (!agrees(actual, expected, close)) first ??= difference(name, args, expected, actual, tolerance);
      } catch (error) {
        if (!(error instanceof Failure)) throw first ?? error;
        // What has no input of its own, such as a missing function, expects nothing in particular.
        const { finding } = error;
        first ??= new Failure(
          finding.counterexample === undefined ? finding : { expected: formatAt(expected, 10), ...finding },
          error.cause,
        );
      }
      answers.push(actual);
    }
    if (first === undefined) {
      bench.known.push(...all);
      return;
    }
    const misconception = recogniseAnswers(bench, all, answers);
    throw misconception === undefined ? first : new Failure({ ...first.finding, misconception });
  };
}

/** Two values that should agree, side by side, with as many digits as it takes to tell them apart. */
export function difference(
  name: string,
  args: readonly Value[],
  expected: Value,
  actual: Value,
  tolerance: Tolerance,
): Failure {
  const digits = formatAt(expected, 10) === formatAt(actual, 10) ? 17 : 10;
  return new Failure({
    message: `${name} gives another value`,
    expected: formatAt(expected, digits),
    actual: formatAt(actual, digits),
    tolerance: formatTolerance(tolerance),
    counterexample: formatCall(name, args),
  });
}

function formatAt(value: Value, digits: number): string {
  return formatValue(value, digits);
}
