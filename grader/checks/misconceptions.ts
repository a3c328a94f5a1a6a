import type { Bench, Case } from '../model/exercise.ts';
import { Callback, isArray, isRecord, Labelled, type Value } from '../model/value.ts';
import { agrees, isClose } from './closeness.ts';

// A student's own variant of a known mistake may differ from ours in rounding, not in more.
const LIKENESS = { abs: 1e-9, rel: 1e-6 };

/**
 * The known wrong answer that gives all of a student's answers, if there is one.
 *
 * It must give every answer, also where it happens to be right, and be wrong itself for at least one case: an answer
 * that is wrong in an unknown way gets no name. Nor can it be one that fails where the function is known to be right.
 */
export function recogniseAnswers(
  { exercise, check, known }: Bench,
  cases: readonly Case[],
  answers: readonly (Value | undefined)[],
): string | undefined {
  for (const { id, function: name, wrong } of exercise.misconceptions) {
    if (name !== check.function || wrong === undefined) continue;
    const isLike = cases.every(({ args }, index) => {
      const answer = answers[index];
      return answer !== undefined && agrees(answer, attempt(wrong, args) as Value, isLikely);
    });
    const isRight = ({ args, expected }: Case) => agrees(attempt(wrong, args) as Value, expected, isLikely);
    if (isLike && known.every(isRight) && !cases.every(isRight)) return id;
  }
  return undefined;
}

function isLikely(actual: number, expected: number): boolean {
  return (Number.isNaN(actual) && Number.isNaN(expected)) || isClose(actual, expected, LIKENESS);
}

function attempt(wrong: (...args: never[]) => unknown, args: readonly Value[]): unknown {
  try {
    return wrong(...(args.map(plain) as never[]));
  } catch {
    return undefined;
  }
}

/** An argument as an ordinary function would get it. */
function plain(value: Value): unknown {
  if (value instanceof Callback) return value.run;
  if (value instanceof Labelled) return plain(value.value);
  if (isArray(value)) return value.map(plain);
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  return value;
}
