import { type Bench, Failure, type Finding } from '../model/exercise.ts';
import {
  describeAwaited,
  describeMissing,
  Missing,
  NotStarted,
  Thrown,
  unstartedFunction,
  type Watched,
} from '../model/subject.ts';
import { describeShape, faultOf, formatCall, formatValue, Misuse, Oddity, type Value } from '../model/value.ts';

/** A student's module as laws call it: the functions take plain values and callbacks, and return what they should. */
export type Student<Module> = {
  readonly [Name in keyof Module]: Module[Name] extends (...args: never[]) => infer Result
    ? (...args: readonly Value[]) => Result
    : never;
};

/**
 * The student's functions, typed by the exercise's own interface.
 *
 * A call throws a `Failure` when the student's function throws, is missing, misuses a callback or returns something of
 * another shape than the exercise asks for.
 */
export function studentOf<Module>(bench: Bench): Student<Module> {
  const call =
    (name: string) =>
    (...args: Value[]) =>
      callFunction(bench, name, args);
  return Object.fromEntries(Object.keys(bench.exercise.functions).map((name) => [name, call(name)])) as Student<Module>;
}

/** Calls one function and checks the shape of what it returns. */
export function callFunction(bench: Bench, name: string, args: readonly Value[]): Value {
  return checkShape(
    bench,
    name,
    args,
    guard(bench, name, args, () => bench.subject.call(name, args)),
  );
}

/** Calls one function, checks the shape of what it returns and tells what else it did. */
export function watchFunction(bench: Bench, name: string, args: readonly Value[]): Watched {
  const watched = guard(bench, name, args, () => bench.subject.watch(name, args));
  checkShape(bench, name, args, watched.value);
  return watched;
}

/** What a student's error says, in words that follow the function's name. */
export function describeThrown({ kind, errorName, message }: Thrown): string {
  const unstarted = unstartedFunction(message);
  if (unstarted !== undefined) return `needs ${unstarted}, which is not started yet`;
  switch (kind) {
    case 'stack':
      return 'calls itself too deep (stack overflow)';
    case 'value':
      return `threw ${message}, which is not an error`;
    default:
      return `threw ${errorName === '' ? 'an error' : errorName}${message === '' ? '' : `: ${message}`}`;
  }
}

function guard<Result>(bench: Bench, name: string, args: readonly Value[], run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    const counterexample = formatCall(name, args);
    if (error instanceof Thrown) {
      throw new Failure(
        {
          message: `${name} ${describeThrown(error)}`,
          actual: describeThrown(error),
          counterexample,
          ...(error.location === undefined ? {} : { location: error.location }),
        },
        error.cause,
      );
    }
    if (error instanceof Misuse) throw new Failure({ message: error.message, counterexample });
    if (error instanceof Missing) {
      throw new Failure({ message: describeMissing(bench.exercise.file, name) });
    }
    if (error instanceof NotStarted && name !== bench.check.function) {
      throw new Failure({ message: describeAwaited(name) });
    }
    throw error;
  }
}

function checkShape(bench: Bench, name: string, args: readonly Value[], value: Value): Value {
  const shape = bench.exercise.functions[name];
  if (shape === undefined) throw new Error(`${bench.exercise.id} declares no function ${name}`);
  const fault = faultOf(value, shape);
  if (fault === undefined) return value;
  const finding: Finding = {
    message: `${name} should return ${describeShape(shape)}; what it returned ${fault}`,
    expected: describeShape(shape),
    actual: formatValue(value, 10),
    counterexample: formatCall(name, args),
  };
  if (value instanceof Oddity && value.what === 'undefined') {
    throw new Failure({
      ...finding,
      message: `${name} returned undefined, not ${describeShape(shape)}: is there a return?`,
    });
  }
  throw new Failure(finding);
}
