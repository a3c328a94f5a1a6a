import { type Bench, Failure, type Finding, type Law } from '../model/exercise.ts';
import { formatCall, formatValue, type Value } from '../model/value.ts';
import { agrees } from './closeness.ts';
import { callFunction, watchFunction } from './student.ts';

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth'];

/**
 * The function changes none of its arguments, returns no array of theirs, does not use Math.random, and gives the same
 * answer twice.
 *
 * @param inputs  argument lists, made anew for each of the two calls, so that a callback's state starts afresh
 */
export function isPure(inputs: (bench: Bench) => readonly (readonly Value[])[]): Law {
  return (bench) => {
    const name = bench.check.function;
    const again = inputs({ ...bench, random: bench.random.copy() });
    for (const [index, args] of inputs(bench).entries()) {
      const fault = faultIn(bench, name, args, again[index] ?? args);
      if (fault !== undefined) throw new Failure({ ...fault, counterexample: formatCall(name, args) });
    }
  };
}

/** The first and the last few of inputs that stand from the simplest to the hardest: enough where all are much alike. */
export function few<Input>(inputs: readonly Input[], hardest = 4): Input[] {
  return inputs.length <= hardest ? [...inputs] : [...inputs.slice(0, 1), ...inputs.slice(-hardest)];
}

/** What is impure about a call, and about the same call once more; nothing is put into words for what is right. */
function faultIn(bench: Bench, name: string, args: readonly Value[], again: readonly Value[]): Finding | undefined {
  const { value, altered, shares, random } = watchFunction(bench, name, args);
  if (altered.length > 0) {
    const which = altered.map((position) => ORDINALS[position] ?? `${position + 1}th`).join(' and ');
    return { message: `${name} changes its ${which} argument; work on a copy` };
  }
  if (shares) return { message: `${name} returns an array that it was given; return a copy` };
  if (random) return { message: `${name} uses Math.random; its arguments alone decide what it returns` };
  const second = callFunction(bench, name, again);
  if (agrees(second, value, (a, b) => Object.is(a, b) || a === b)) return undefined;
  return {
    message: `${name} gives another answer when it is called again with the same arguments`,
    expected: formatValue(value, 17),
    actual: formatValue(second, 17),
  };
}
