import type { Exercise } from '../model/exercise.ts';
import { affine } from './02-affine-change-of-variables.ts';

/** The exercises in the order of the lecture. */
export const course: readonly Exercise[] = [affine];
