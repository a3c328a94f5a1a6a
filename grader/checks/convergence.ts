import { Failure } from '../model/exercise.ts';
import { formatNumber } from '../model/value.ts';

/**
 * Twice the steps, half the error.
 *
 * The error of a method of first order is c/n + O(1/n²). For starts whose c is far from 0 and n ≥ 25 the quotient of two
 * errors is within 0.5 ± 0.05 for correct code, 0.25 for a method of second order, and 1 where the limit is wrong.
 */
export function expectHalving(
  errorFor: (steps: number) => number,
  what: string,
  counterexample: (steps: number) => string,
) {
  const measure = (steps: number) => {
    try {
      return errorFor(steps);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      // A call on the way may be handed what the student's own code returned; the input is the one that it began with.
      throw new Failure({ ...error.finding, counterexample: counterexample(steps) }, error.cause);
    }
  };
  let coarse = measure(25);
  for (const steps of [50, 100]) {
    const fine = measure(steps);
    if (!(fine >= 0.4 * coarse && fine <= 0.6 * coarse)) {
      throw new Failure({
        message: `${what} does not halve when steps goes from ${steps / 2} to ${steps}`,
        expected: `about half of ${formatNumber(round(coarse))}`,
        actual: formatNumber(round(fine)),
        tolerance: '± 10 % of the error before',
        counterexample: counterexample(steps),
      });
    }
    coarse = fine;
  }
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
