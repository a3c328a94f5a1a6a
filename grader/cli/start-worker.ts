// Entry point of the worker threads in the bundle: begins their program with what V8 compiled of it in an earlier run.
// Whatever of Node's it needs is loaded here, before V8's settings are changed.
import 'node:os';
import { setFlagsFromString } from 'node:v8';
import { workerData } from 'node:worker_threads';
import type { WorkerData } from '../engine/protocol.ts';
import { begin } from './begin.ts';

const { settings, only } = workerData as WorkerData;
// Here and no earlier: Node has its own modules compiled for V8's settings as they come. Once one is changed, each that is
// still to be loaded is compiled anew, and with all that a thread needs, that takes as long as Node's own start. And no
// later: what V8 compiles it takes again under the same settings alone.
for (const setting of settings) setFlagsFromString(setting);
begin('worker.js', only);
