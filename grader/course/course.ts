import type { Exercise } from '../model/exercise.ts';
import { affine } from './02-affine-change-of-variables.ts';
import { training } from './10-likelihood-training.ts';

/** The exercises in the order of the lecture. */
export const course: readonly Exercise[] = [affine, training];
