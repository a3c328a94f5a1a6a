import type { Law } from '../model/exercise.ts';

/** Several laws as one: all hold, or the first that does not is reported. */
export function all(...laws: readonly Law[]): Law {
  return (bench) => {
    for (const law of laws) law(bench);
  };
}
