import { workerData } from 'node:worker_threads';
import { loadExercise } from '../course/load.ts';
import type { WorkerData } from '../engine/protocol.ts';
import { serve } from '../engine/serve.ts';
import { figuresOf } from '../figures/figures.ts';
import { oracleFor } from './oracle.ts';

/** Keeps what V8 compiled so far, where it is worth it. Sources have nobody who would. */
declare const KEEP_CODE: ((ran: number) => void) | undefined;

const cache = new URL('../../node_modules/.cache/flow-grade/', import.meta.url);
const { only } = workerData as WorkerData;
const onGraded = (exercise: string, ran: number) => {
  // A name that was understood otherwise than it seemed is of another exercise.
  if (typeof KEEP_CODE !== 'undefined' && exercise.startsWith(`${only}-`)) KEEP_CODE(ran);
};
// Nobody waits for it: a program that is kept as V8 compiled it is a script, and no module.
void serve(cache, { load: loadExercise, figuresOf, oracleFor, onGraded });
