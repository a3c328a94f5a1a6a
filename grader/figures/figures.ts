import type { Figure } from '../model/figure.ts';

/** Where the figures of each exercise are; loaded when they are drawn. */
const MODULES: { readonly [exercise: string]: () => Promise<{ readonly figures: readonly Figure[] }> } = {
  '01-coin-mle': () => import('./01-coin-mle.ts'),
  '02-affine-change-of-variables': () => import('./02-affine-change-of-variables.ts'),
  '03-composition': () => import('./03-composition.ts'),
  '04-planar-log-det': () => import('./04-planar-log-det.ts'),
  '05-real-nvp-coupling': () => import('./05-real-nvp-coupling.ts'),
  '06-euler-cnf': () => import('./06-euler-cnf.ts'),
  '07-probability-path': () => import('./07-probability-path.ts'),
  '08-hutchinson-estimator': () => import('./08-hutchinson-estimator.ts'),
  '09-cnf-log-density': () => import('./09-cnf-log-density.ts'),
  '10-likelihood-training': () => import('./10-likelihood-training.ts'),
  '11-adjoint': () => import('./11-adjoint.ts'),
  '12-flow-matching': () => import('./12-flow-matching.ts'),
};

/** The figures of an exercise, by its id. */
export async function figuresOf(exercise: string): Promise<readonly Figure[]> {
  return (await MODULES[exercise]?.())?.figures ?? [];
}
