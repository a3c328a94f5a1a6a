// Entry point of the worker threads in the bundle: begins their program with what V8 compiled of it in an earlier run.
// Whatever of Node's it needs is loaded here, before V8's settings are changed.
import 'node:os';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { workerData } from 'node:worker_threads';
import type { WorkerData } from '../engine/protocol.ts';
import { keep, readKept } from '../sandbox/kept.ts';

/** A digest of the program. */
declare const PROGRAM_DIGEST: string;

interface Kept {
  readonly key: string;
  /** Checks that ran: what they use is compiled. */
  readonly ran: number;
  readonly code: Buffer;
}

const { settings, only } = workerData as WorkerData;
// Here and no earlier: Node has its own modules compiled for V8's settings as they come. Once one is changed, each that is
// still to be loaded is compiled anew, and with all that a thread needs, that takes as long as Node's own start. And no
// later: what V8 compiles it takes again under the same settings alone.
for (const setting of settings) setFlagsFromString(setting);

const key = [PROGRAM_DIGEST, process.version, process.arch, process.platform].join(' ');
const file = fileURLToPath(new URL(`../../node_modules/.cache/flow-grade/code-${only}`, import.meta.url));
const kept = only === undefined ? undefined : (readKept(file) as Kept | undefined);
const url = new URL('worker.js', import.meta.url);
const path = fileURLToPath(url);
const script = new Script(readFileSync(path, 'latin1'), {
  filename: path,
  ...(kept?.key === key && { cachedData: kept.code }),
});
const before = script.cachedDataRejected === false ? (kept?.ran ?? 0) : 0;

const keepCode = (exercise: string, ran: number) => {
  if (only === undefined || !exercise.startsWith(`${only}-`) || ran <= before) return;
  keep(file, { key, ran, code: script.createCachedData() } satisfies Kept);
};
const load = (name: string): Promise<object> => import(new URL(name, url).href);
const program = script.runInThisContext() as (
  require: NodeJS.Require,
  address: string,
  load: (name: string) => Promise<object>,
  keep: (exercise: string, ran: number) => void,
) => void;
program(require, url.href, load, keepCode);
