import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { deserialize, serialize } from 'node:v8';

/** Bytes of the digest that a kept file begins with. */
const DIGEST = 32;

/** What was kept in a file, if anything was, and nothing happened to it. */
export function readKept(file: string): unknown {
  try {
    const bytes = readFileSync(file);
    const content = bytes.subarray(DIGEST);
    return digestOf(content).equals(bytes.subarray(0, DIGEST)) ? deserialize(content) : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps what takes long to prepare for the next run; where nothing can be written, that run prepares it again. */
export function keep(file: string, value: unknown): void {
  const content = serialize(value);
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

/** Forgets what was kept in a file; where nothing can be written, it stays and is of no use. */
export function forget(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // It is not taken the next time either.
  }
}

function digestOf(content: string | Uint8Array): Buffer {
  return createHash('sha256').update(content).digest();
}
