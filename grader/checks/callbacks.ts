import { array, Callback, number, type Shape, type Value } from '../model/value.ts';

/** A function for student code, made from its text: what the report shows is what was called. */
export function callback(text: string, takes: readonly Shape[]): Callback {
  let run: ((...args: never[]) => Value) | undefined;
  // Of all that are handed out many are never called, and making a function of a text takes long.
  return new Callback(text, takes, (...args) => {
    run ??= new Function(`return ${text};`)() as (...args: never[]) => Value;
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
