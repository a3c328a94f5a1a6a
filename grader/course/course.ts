import type { Exercise } from '../model/exercise.ts';
import { coin } from './01-coin-mle.ts';
import { affine } from './02-affine-change-of-variables.ts';
import { composition } from './03-composition.ts';
import { planar } from './04-planar-log-det.ts';
import { coupling } from './05-real-nvp-coupling.ts';
import { euler } from './06-euler-cnf.ts';
import { path } from './07-probability-path.ts';
import { hutchinson } from './08-hutchinson-estimator.ts';
import { density } from './09-cnf-log-density.ts';
import { training } from './10-likelihood-training.ts';
import { adjoint } from './11-adjoint.ts';
import { flowMatching } from './12-flow-matching.ts';

/** The exercises in the order of the lecture. */
export const course: readonly Exercise[] = [
  coin,
  affine,
  composition,
  planar,
  coupling,
  euler,
  path,
  hutchinson,
  density,
  training,
  adjoint,
  flowMatching,
];
