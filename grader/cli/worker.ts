import { course } from '../course/course.ts';
import { serve } from '../engine/serve.ts';
import { figuresOf } from '../figures/figures.ts';
import { oracleFor } from './oracle.ts';

await serve(
  (id) => {
    const exercise = course.find((candidate) => candidate.id === id);
    if (exercise === undefined) throw new Error(`there is no exercise ${id}`);
    return exercise;
  },
  figuresOf,
  oracleFor,
);
