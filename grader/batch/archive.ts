import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type Archive, ArchiveFault, describeFailure, LIMITS, type OpenOptions } from './archives/listing.ts';

export {
  type Archive,
  type ArchiveEntry,
  ArchiveFault,
  type EntryKind,
  LIMITS,
  type Limits,
  type OpenOptions,
} from './archives/listing.ts';

/** How the formats begin that people send and that we do not open. */
const OTHER_FORMATS: readonly (readonly [magic: string, name: string])[] = [
  ['377abcaf271c', '7z'],
  ['52617221', 'RAR'],
  ['425a68', 'bzip2'],
  ['fd377a585a', 'xz'],
  ['28b52ffd', 'Zstandard'],
];

/** Whether a name is that of an archive that can be opened: .zip, .tar, .tar.gz or .tgz. */
export function isArchiveName(name: string): boolean {
  return /\.(zip|tar|tar\.gz|tgz)$/i.test(name);
}

/**
 * Opens a zip, tar or tar.gz; which one it is, its content says and not its name.
 *
 * Archives are hostile until shown otherwise: nothing is ever written under a name from an archive, links are never
 * followed, and neither memory nor disk nor time grows beyond the limits, whatever an archive declares. A zip is read
 * where it stands; a tar's wanted files are kept in the spool until `close`.
 *
 * @throws ArchiveFault when the archive cannot be used at all; whatever is wrong with one file is told by `read`
 */
export async function openArchive(file: string, options: OpenOptions): Promise<Archive> {
  const limits = { ...LIMITS, ...options.limits };
  let handle: FileHandle | undefined;
  try {
    // Opening a pipe would wait for ever. Windows does not know the flag.
    handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const status = await handle.stat();
    if (!status.isFile()) throw new ArchiveFault('is not an ordinary file');
    if (status.size === 0) throw new ArchiveFault('is empty (0 bytes); fetch it again');

    const { buffer, bytesRead } = await handle.read(new Uint8Array(8), 0, 8, 0);
    const magic = Buffer.from(buffer.subarray(0, bytesRead)).toString('hex');
    if (/^504b(0304|0506|0708)/.test(magic)) {
      const { openZip } = await import('./archives/zip.ts');
      const archive = await openZip(handle, status.size, options, limits);
      handle = undefined;
      return archive;
    }
    const other = OTHER_FORMATS.find(([start]) => magic.startsWith(start));
    if (other) throw new ArchiveFault(`is a ${other[1]} archive; pack the folder as a zip, tar or tar.gz`);
    const { openTar } = await import('./archives/tar.ts');
    return await openTar(handle, magic.startsWith('1f8b'), options, limits);
  } catch (error) {
    throw describeFailure(error);
  } finally {
    await handle?.close();
  }
}
