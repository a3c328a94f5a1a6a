import { Failure } from '../model/exercise.ts';
import { formatNumber } from '../model/value.ts';

const COARSE = 25;
const FINE = 2 * COARSE;

/**
 * Twice the steps, half the error.
 *
 * The error of a method of first order is c/n + O(1/n²). For starts whose c is far from 0 the quotient of the errors for 50
 * and 25 steps is within 0.5 ± 0.035 for correct code (hundreds of seeds of every start in the course were tried), 0.25 for a
 * method of second order, and 1 where the limit is wrong. Where it is wrong by δ, the quotient is out of 0.5 ± 0.05 from
 * δ = 0.0045·c on.
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
  const coarse = measure(COARSE);
  const fine = measure(FINE);
  if (fine >= 0.45 * coarse && fine <= 0.55 * coarse) return;
  throw new Failure({
    message: `${what} does not halve when steps goes from ${COARSE} to ${FINE}`,
    expected: `about half of ${formatNumber(round(coarse))}`,
    actual: formatNumber(round(fine)),
    tolerance: '± 5 % of the error before',
    counterexample: counterexample(FINE),
  });
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
