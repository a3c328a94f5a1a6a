import { Failure } from '../model/exercise.ts';
import { count } from '../model/text.ts';
import { type Callback, formatCall, type Value } from '../model/value.ts';
import { agrees, isClose } from './closeness.ts';

/** A callback as a law speaks of it. */
interface Called {
  /** The function that should have called it, and how it was called itself. */
  readonly caller: string;
  readonly counterexample: string;
  /** What the caller knows the callback as. */
  readonly name: string;
  readonly callback: Callback;
}

/** The callback was called once with each of these argument lists, in any order, and no more often. */
export function expectCalls(called: Called, expected: readonly (readonly Value[])[]): void {
  expectCallCount(called, expected.length);
  const { caller, counterexample, name, callback } = called;
  const left = [...callback.calls];
  for (const args of expected) {
    const found = left.findIndex((call) => agrees(call, args, isClose));
    if (found < 0) {
      throw new Failure({
        message: `${caller} calls ${name} with other arguments`,
        expected: formatCall(name, args),
        actual: formatCall(name, left[0] ?? []),
        counterexample,
      });
    }
    left.splice(found, 1);
  }
}

/** The callback was called so often. */
export function expectCallCount({ caller, counterexample, name, callback }: Called, times: number): void {
  if (callback.calls.length === times) return;
  throw new Failure({
    message: `${caller} calls ${name} ${count(callback.calls.length, 'time')}, not ${times === 1 ? 'once' : count(times, 'time')}`,
    expected: count(times, 'call'),
    actual: count(callback.calls.length, 'call'),
    counterexample,
  });
}
