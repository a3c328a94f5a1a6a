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
    const before = bench.subject.spent;
    if (before === undefined) throw new Unmeasurable('steps are counted in the sandbox only');
    const little = input(small.size, bench);
    for (let call = 0; call < small.calls; call += 1) callFunction(bench, name, little);
    const allowed = SLACK * (spentSince(bench, before) ?? 0);
    const large = input(small.size * factor, bench);
    const tooDear = () =>
      new Failure({
        message: `for ${factor} times the dimension ${name} takes more than ${SLACK * factor} times the steps`,
        expected: 'steps that grow like the dimension d',
        actual: 'steps that grow like d² or faster',
      });
    for (let call = 0; call < small.calls / factor; call += 1) {
      const start = bench.subject.spent ?? 0;
      try {
        callFunction(bench, name, large);
      } catch (error) {
        throw error instanceof Stopped && error.status !== 'out-of-time' ? tooDear() : error;
      }
      if ((bench.subject.spent ?? 0) - start > (allowed * factor) / small.calls) throw tooDear();
    }
  };
}

function spentSince(bench: Bench, before: number): number | undefined {
  return bench.subject.spent === undefined ? undefined : bench.subject.spent - before;
}
