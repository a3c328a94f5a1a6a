import { randomBytes } from 'node:crypto';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { nameOfPath, UsageError } from '../model/usage-error.ts';

/**
 * Writes a file whole or not at all: under a temporary name in the same folder, then renamed.
 *
 * @throws UsageError when it cannot be written
 */
export async function writeWhole(file: string, content: string | Uint8Array | Iterable<string>): Promise<void> {
  const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    const existing = await stat(file).catch(() => undefined);
    if (existing?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    // A device or a pipe is written to; it must not be replaced.
    if (existing !== undefined && !existing.isFile()) return await writeFile(file, content);
    await writeFile(temporary, content, { flag: 'wx' });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw new UsageError(`cannot write ${nameOfPath(file)}: ${describe(error)}`);
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
