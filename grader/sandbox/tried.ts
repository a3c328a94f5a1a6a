import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import type { Image } from './engine.ts';
import { Sandbox } from './machine.ts';
import { selfTest } from './self-test.ts';

/** A digest of this folder and of the engine, set in a bundle. Sources may have changed: they keep nothing. */
declare const SANDBOX_DIGEST: string | undefined;

/** Bytes of the digest that a kept file begins with. */
const DIGEST = 32;

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
  const kept = read(file);
  if (kept?.key === key) return Sandbox.reopen(kept.image);
  const sandbox = await makeTried();
  keep(file, { key, image: sandbox.image });
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

/** What was kept, if anything was, and nothing happened to it. */
function read(file: string): Kept | undefined {
  try {
    const bytes = readFileSync(file);
    const content = bytes.subarray(DIGEST);
    return digestOf(content).equals(bytes.subarray(0, DIGEST)) ? (deserialize(content) as Kept) : undefined;
  } catch {
    return undefined;
  }
}

function keep(file: string, kept: Kept): void {
  const content = serialize(kept);
  try {
    mkdirSync(dirname(file), { recursive: true });
    // Other threads and runs may be reading, or writing the same.
    const temporary = `${file}.${process.pid}-${performance.now()}`;
    writeFileSync(temporary, Buffer.concat([digestOf(content), content]));
    renameSync(temporary, file);
  } catch {
    // The next run makes its own.
  }
}

function digestOf(content: string | Uint8Array): Buffer {
  return createHash('sha256').update(content).digest();
}
