import type { Exercise } from '../model/exercise.ts';

/** The exercises in the order of the lecture. */
export const course: readonly Exercise[] = [];
