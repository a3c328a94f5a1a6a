import type { Figure } from '../model/figure.ts';

/** Where the figures of each exercise are; loaded when they are drawn. */
const MODULES: { readonly [exercise: string]: () => Promise<{ readonly figures: readonly Figure[] }> } = {
  '01-coin-mle': () => import('./01-coin-mle.ts'),
  '04-planar-log-det': () => import('./04-planar-log-det.ts'),
};

/** The figures of an exercise, by its id. */
export async function figuresOf(exercise: string): Promise<readonly Figure[]> {
  return (await MODULES[exercise]?.())?.figures ?? [];
}
