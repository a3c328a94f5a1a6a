import { array, Callback, number, type Shape, type Value } from '../model/value.ts';

type Run = (...args: never[]) => Value;

/** What makes a function of its text, anew each time: the checks of a function, and a class, share most of the texts. */
const makers = new Map<string, () => Run>();
const MOST_MAKERS = 10_000;

function makerOf(text: string): () => Run {
  const known = makers.get(text);
  if (known !== undefined) return known;
  if (makers.size >= MOST_MAKERS) makers.clear();
  const maker = new Function(`return ${text};`) as () => Run;
  makers.set(text, maker);
  return maker;
}

/** A function for student code, made from its text: what the report shows is what was called. */
export function callback(text: string, takes: readonly Shape[]): Callback {
  let run: Run | undefined;
  // Of all that are handed out many are never called, and making a function of a text takes long.
  return new Callback(text, takes, (...args) => {
    run ??= makerOf(text)();
    return run(...args);
  });
}

/**
 * The velocity field with these components, in JavaScript's arithmetic of `x[i]` and `t`, which the reference reads too.
 *
 * Use + − × ÷ alone, and products for powers: those give the same bits on every machine.
 */
export function field(components: readonly string[]): Callback {
  return callback(`(x, t) => [${components.join(', ')}]`, [array(number, components.length), number]);
}
