import { type Bench, Failure, type Law } from '../model/exercise.ts';
import { Stopped, Unmeasurable } from '../model/subject.ts';
import type { Value } from '../model/value.ts';
import { callFunction } from './student.ts';

/** How often the cost is allowed to exceed that of a linear function; a quadratic one exceeds it by `factor` and more. */
const SLACK = 3;

/**
 * The function's cost grows no faster than the size of its input: a few calls with a large input cost no more than
 * many calls with a small one.
 *
 * @param input  arguments of size n
 * @param small  the small size, and how often it is called
 * @param factor  the large size is `factor` times the small one, and called so many times less often
 */
export function growsLinearly(
  input: (n: number, bench: Bench) => readonly Value[],
  small: { size: number; calls: number },
  factor: number,
): Law {
  return (bench) => {
    const name = bench.check.function;
    const spent = () => {
      if (bench.subject.spent === undefined) throw new Unmeasurable('steps are counted in the sandbox only');
      return bench.subject.spent;
    };
    const tooDear = new Failure({
      message: `for ${factor} times the dimension ${name} takes more than ${SLACK * factor} times the steps`,
      expected: 'steps that grow like the dimension d',
      actual: 'steps that grow like d² or faster',
    });
    /** Polls that some calls take together: one alone may be too short to be seen. */
    const costOf = (args: readonly Value[], calls: number, allowed: number): number => {
      const start = spent();
      for (let call = 1; call <= calls; call += 1) {
        try {
          callFunction(bench, name, args);
        } catch (error) {
          // What runs out of fuel or memory here does so because of the dimension: the example has passed.
          throw error instanceof Stopped && error.status !== 'out-of-time' ? tooDear : error;
        }
        if (spent() - start > allowed) throw tooDear;
      }
      return spent() - start;
    };
    const cost = costOf(input(small.size, bench), small.calls, Number.POSITIVE_INFINITY);
    costOf(input(small.size * factor, bench), small.calls / factor, SLACK * cost);
  };
}
