import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Image } from './engine.ts';
import { keep, readKept } from './kept.ts';
import { Sandbox } from './machine.ts';
import { selfTest } from './self-test.ts';

/** A digest of this folder and of the engine, set in a bundle. Sources may have changed: they keep nothing. */
declare const SANDBOX_DIGEST: string | undefined;

/**
 * Opens the sandbox; a world that an earlier run on this machine made and tried is taken as it is.
 *
 * A world is kept only once the engine has kept its promises in it. Another engine, another version of the sandbox or of
 * Node, or another machine makes and tries its own.
 *
 * @param folder  where it is kept; where nothing can be written, every run makes and tries it anew
 * @throws Error that names the promise when one is broken
 */
export async function openTried(folder: URL): Promise<Sandbox> {
  if (typeof SANDBOX_DIGEST === 'undefined') return makeTried();
  const key = [SANDBOX_DIGEST, process.version, process.arch, process.platform, hostname()].join(' ');
  const file = fileURLToPath(new URL('world', folder));
  const kept = readKept(file) as Kept | undefined;
  if (kept?.key === key) return Sandbox.reopen(kept.image);
  const sandbox = await makeTried();
  keep(file, { key, image: sandbox.image } satisfies Kept);
  return sandbox;
}

interface Kept {
  readonly key: string;
  readonly image: Image;
}

async function makeTried(): Promise<Sandbox> {
  const sandbox = await Sandbox.open();
  await selfTest(sandbox);
  return sandbox;
}
