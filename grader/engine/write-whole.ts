import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { nameOfPath, UsageError } from '../model/usage-error.ts';

/**
 * Writes a file whole or not at all: under a temporary name in the same folder, then renamed.
 *
 * At once, but for what is made piece by piece and for a pipe: to hand each step to another thread and back takes several
 * times as long as the step.
 *
 * @throws UsageError when it cannot be written
 */
export async function writeWhole(file: string, content: string | Uint8Array | Iterable<string>): Promise<void> {
  const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    const existing = statSync(file, { throwIfNoEntry: false });
    if (existing?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    // A device or a pipe is written to; it must not be replaced.
    if (existing !== undefined && !existing.isFile()) return await writeFile(file, content);
    const isWhole = typeof content === 'string' || content instanceof Uint8Array;
    if (isWhole) writeFileSync(temporary, content, { flag: 'wx' });
    else await writeFile(temporary, content, { flag: 'wx' });
    renameSync(temporary, file);
  } catch (error) {
    removeQuietly(temporary);
    throw new UsageError(`cannot write ${nameOfPath(file)}: ${describe(error)}`);
  }
}

function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // What keeps it from being removed kept it from being written.
  }
}

function describe(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'its folder does not exist; make it first';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full; free some space';
    case 'EISDIR':
      return 'it is a folder; name a file in it';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'permission denied; name another place';
    default:
      return `${code ?? 'unknown error'}; name another place`;
  }
}
