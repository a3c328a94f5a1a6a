import { loadExercise } from '../course/load.ts';
import { serve } from '../engine/serve.ts';
import { figuresOf } from '../figures/figures.ts';
import { oracleFor } from './oracle.ts';

/** Keeps what V8 compiled so far, where it is worth it. Sources have nobody who would. */
declare const KEEP_CODE: ((exercise: string, ran: number) => void) | undefined;

const cache = new URL('../../node_modules/.cache/flow-grade/', import.meta.url);
const onGraded = typeof KEEP_CODE === 'undefined' ? undefined : KEEP_CODE;
// Nobody waits for it: a program that is kept as V8 compiled it is a script, and no module.
void serve(cache, { load: loadExercise, figuresOf, oracleFor, onGraded });
