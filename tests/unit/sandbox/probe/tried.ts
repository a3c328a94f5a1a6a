import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import { openTried } from '#grader/sandbox/tried.ts';
import { compileText } from '../../../support/machine.ts';

/** What a bundle's digest of the sandbox is, and where worlds are kept. */
export interface TriedRequest {
  readonly digest: string;
  readonly folder: string;
}

/** Opens the sandbox as a bundle does; says what its world is, and what a function comes to in it. */
async function answer({ digest, folder }: TriedRequest): Promise<{ world: string; value: unknown }> {
  Object.assign(globalThis, { SANDBOX_DIGEST: digest });
  const sandbox = await openTried(new URL(folder));
  const compiled = await compileText('export const f = (x: number[]) => x.map((y) => y * y);');
  if ('message' in compiled) throw new Error(compiled.message);
  const machine = await (await sandbox.load(compiled, ['f'], 1e6, () => {})).start();
  machine.refuel(1e6);
  const { parts, ...rest } = sandbox.image;
  const hash = createHash('sha256').update(JSON.stringify(rest));
  for (const { at, bytes } of parts) hash.update(`${at}`).update(bytes);
  const world = hash.digest('hex');
  return { world, value: machine.call('f', [[1, 2, 3]]) };
}

parentPort?.on('message', async (request: TriedRequest) => parentPort?.postMessage(await answer(request)));
