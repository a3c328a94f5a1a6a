import { setFlagsFromString } from 'node:v8';
import { workerData } from 'node:worker_threads';
import { loadExercise } from '../course/load.ts';
import type { WorkerData } from '../engine/protocol.ts';
import { serve } from '../engine/serve.ts';
import { figuresOf } from '../figures/figures.ts';
import { oracleFor } from './oracle.ts';

// Here and no earlier: Node has its own modules compiled for V8's settings as they come. Once one is changed, each that is
// still to be loaded is compiled anew, and with all that a thread needs, that takes as long as Node's own start.
for (const setting of (workerData as WorkerData).settings) setFlagsFromString(setting);

await serve(new URL('../../node_modules/.cache/flow-grade/', import.meta.url), loadExercise, figuresOf, oracleFor);
