import { type Bench, Failure, type Law } from '../model/exercise.ts';
import { formatCall, formatValue, type Value } from '../model/value.ts';
import { agrees } from './closeness.ts';
import { watchFunction } from './student.ts';

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
      const counterexample = formatCall(name, args);
      const { value, altered, shares, random } = watchFunction(bench, name, args);
      if (altered.length > 0) {
        const which = altered.map((position) => ORDINALS[position] ?? `${position + 1}th`).join(' and ');
        throw new Failure({ message: `${name} changes its ${which} argument; work on a copy`, counterexample });
      }
      if (shares)
        throw new Failure({ message: `${name} returns an array that it was given; return a copy`, counterexample });
      if (random)
        throw new Failure({
          message: `${name} uses Math.random; its arguments alone decide what it returns`,
          counterexample,
        });
      const second = watchFunction(bench, name, again[index] ?? args).value;
      if (!agrees(second, value, (a, b) => Object.is(a, b) || a === b)) {
        throw new Failure({
          message: `${name} gives another answer when it is called again with the same arguments`,
          expected: formatValue(value, 17),
          actual: formatValue(second, 17),
          counterexample,
        });
      }
    }
  };
}
