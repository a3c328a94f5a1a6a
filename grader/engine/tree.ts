import { closeSync, constants, type Dirent, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_BYTES } from '../sandbox/compile.ts';

/** The longest file that is read, in bytes. */
export { MAX_BYTES };

/** Folders and files as a student handed them in: on a disk, in an archive, or gathered from a download. */
export interface Tree {
  /**
   * What stands in a folder, '' or 'wrapper/04-planar-log-det/', in any order.
   *
   * @throws Error with a code such as EACCES when it cannot be listed
   */
  list(folder: string): Promise<readonly TreeEntry[]>;
  /** A file's bytes, or why it has none for us, as text that follows its name. */
  read(path: string): Promise<Uint8Array | string>;
}

export interface TreeEntry {
  readonly name: string;
  readonly kind: EntryKind;
}

/** `other`: a pipe, a socket, a device. */
export type EntryKind = 'file' | 'folder' | 'link' | 'other';

/** A folder on this machine's disk. */
export class DiskTree implements Tree {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async list(folder: string): Promise<readonly TreeEntry[]> {
    const entries = readdirSync(join(this.#directory, folder), { withFileTypes: true });
    return entries.map((entry) => ({ name: entry.name, kind: kindOf(entry) }));
  }

  /** @param limit  the longest file that is read, in bytes */
  async read(path: string, limit = MAX_BYTES): Promise<Uint8Array | string> {
    return readBounded(join(this.#directory, path), limit);
  }
}

function kindOf(entry: Pick<Dirent, 'isFile' | 'isDirectory' | 'isSymbolicLink'>): EntryKind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

/**
 * A file's bytes, or why it has none for us; never more than one byte over the limit is read.
 *
 * At once: to hand each step to another thread and back takes several times as long as the step.
 */
export function readBounded(path: string, limit = MAX_BYTES): Uint8Array | string {
  let file: number | undefined;
  try {
    // A link or a pipe may have taken the file's place since the folder was listed. Windows knows neither flag.
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    const status = fstatSync(file);
    if (!status.isFile()) return describeKind(kindOf(status));
    if (status.size > limit) return describeSize(status.size);
    const chunks: Buffer[] = [];
    for (let length = 0; ; ) {
      // One byte more than there should be: a file may grow, and some say that they are empty.
      const chunk = Buffer.alloc(Math.min(Math.max(status.size - length, 0) + 1_024, limit + 1 - length));
      const bytes = readSync(file, chunk);
      length += bytes;
      chunks.push(chunk.subarray(0, bytes));
      if (length > limit) return describeSize(length);
      if (bytes === 0) return new Uint8Array(Buffer.concat(chunks, length));
    }
  } catch (error) {
    return describeUnreadable(error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** What is said of a file that is too large. */
export function describeSize(bytes: number): string {
  return `is ${bytes} bytes long; a submission's file may have ${MAX_BYTES} (64 KiB)`;
}

/** Why something that is no file has no content, as text that follows its name. */
export function describeKind(kind: EntryKind): string {
  if (kind === 'folder') return 'is a folder, not a file';
  return kind === 'link' ? 'is a link; hand in the file itself' : 'is not an ordinary file';
}

/** Why a file or folder could not be read, as text that follows its name. */
export function describeUnreadable(error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOENT':
      return 'vanished while it was being read';
    case 'ELOOP':
      return 'is a link; hand in the file itself';
    case 'EACCES':
    case 'EPERM':
      return 'cannot be read (permission denied)';
    default:
      return `cannot be read (${codeOf(error)})`;
  }
}

/** The code of a system error. */
export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
