import type { Exercise } from '../model/exercise.ts';

/** Where each exercise is; loaded when it is graded. */
const MODULES: { readonly [exercise: string]: () => Promise<Exercise> } = {
  '01-coin-mle': async () => (await import('./01-coin-mle.ts')).coin,
  '02-affine-change-of-variables': async () => (await import('./02-affine-change-of-variables.ts')).affine,
  '03-composition': async () => (await import('./03-composition.ts')).composition,
  '04-planar-log-det': async () => (await import('./04-planar-log-det.ts')).planar,
  '05-real-nvp-coupling': async () => (await import('./05-real-nvp-coupling.ts')).coupling,
  '06-euler-cnf': async () => (await import('./06-euler-cnf.ts')).euler,
  '07-probability-path': async () => (await import('./07-probability-path.ts')).path,
  '08-hutchinson-estimator': async () => (await import('./08-hutchinson-estimator.ts')).hutchinson,
  '09-cnf-log-density': async () => (await import('./09-cnf-log-density.ts')).density,
  '10-likelihood-training': async () => (await import('./10-likelihood-training.ts')).training,
  '11-adjoint': async () => (await import('./11-adjoint.ts')).adjoint,
  '12-flow-matching': async () => (await import('./12-flow-matching.ts')).flowMatching,
};

/**
 * Loads one exercise without the others.
 *
 * @param id  of an exercise of the course
 */
export async function loadExercise(id: string): Promise<Exercise> {
  const exercise = await MODULES[id]?.();
  if (exercise === undefined) throw new Error(`there is no exercise ${id}`);
  return exercise;
}
