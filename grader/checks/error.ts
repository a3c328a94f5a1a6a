import { Failure, type Law } from '../model/exercise.ts';
import { Thrown } from '../model/subject.ts';
import { formatCall, formatValue, Misuse, type Value } from '../model/value.ts';
import { callFunction, describeThrown } from './student.ts';

/** Inputs inside the function's domain and outside it. */
export interface Domain {
  /** Argument lists for which the function must throw a RangeError. */
  readonly outside: readonly (readonly Value[])[];
  /** Argument lists close by for which it must not throw. */
  readonly inside: readonly (readonly Value[])[];
}

/** The function throws a RangeError of its own outside its domain, and nothing inside. */
export function rejectsOutside({ outside, inside }: Domain): Law {
  return (bench) => {
    const name = bench.check.function;
    for (const args of inside) callFunction(bench, name, args);
    for (const args of outside) {
      const what = describeRejection(() => bench.subject.call(name, args));
      if (what === undefined) continue;
      throw new Failure({
        message: `${name} should throw a RangeError here, but ${what}`,
        expected: 'a RangeError',
        actual: what,
        counterexample: formatCall(name, args),
      });
    }
  };
}

/** What a call did instead of throwing a RangeError of the student's own. */
function describeRejection(call: () => Value): string | undefined {
  try {
    return `returned ${formatValue(call(), 10)}`;
  } catch (error) {
    if (error instanceof Misuse) return error.message;
    if (!(error instanceof Thrown)) throw error;
    return error.kind === 'range' ? undefined : describeThrown(error);
  }
}
