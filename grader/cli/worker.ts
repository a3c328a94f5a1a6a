import { loadExercise } from '../course/load.ts';
import { serve } from '../engine/serve.ts';
import { figuresOf } from '../figures/figures.ts';
import { oracleFor } from './oracle.ts';

await serve(new URL('../../node_modules/.cache/flow-grade/', import.meta.url), loadExercise, figuresOf, oracleFor);
