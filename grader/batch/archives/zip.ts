import { isUtf8 } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import { Entry, fromRandomAccessReaderPromise, getFileNameLowLevel, RandomAccessReader, type ZipFile } from 'yauzl';
import {
  type Archive,
  ArchiveFault,
  describeCount,
  type EntryKind,
  isReadable,
  kindOfFile,
  type Limits,
  Listing,
  Meter,
  type OpenOptions,
  parsePath,
} from './listing.ts';

const inflate = promisify(inflateRaw);

const STORED = 0;
const DEFLATED = 8;
const AES = 99;

const METHODS: { readonly [method: number]: string } = {
  1: 'Shrink',
  6: 'Implode',
  9: 'Deflate64',
  12: 'bzip2',
  14: 'LZMA',
  93: 'Zstandard',
  95: 'xz',
  98: 'PPMd',
};

const ENCRYPTED = 'is encrypted; pack it without a password';
const DAMAGED_ENTRY = 'is damaged in its archive; pack it again';

/** What it takes to read an entry later: a few numbers of the central directory, and the name to compare. */
interface Packed {
  readonly name: Buffer;
  readonly offset: number;
  readonly length: number;
  readonly crc: number;
  readonly method: number;
}

/** Lists a zip by its central directory; no entry is looked at before it is read. The archive closes the handle. */
export async function openZip(
  handle: FileHandle,
  length: number,
  options: OpenOptions,
  limits: Limits,
): Promise<Archive> {
  const zip = await guard(
    // Sizes are checked here where they matter; one wrong size of a file that nobody wants is no fault.
    fromRandomAccessReaderPromise(new HandleReader(handle, length), length, {
      autoClose: false,
      decodeStrings: false,
      validateEntrySizes: false,
    }),
  );
  if (zip.entryCount > limits.entries) throw describeCount(limits);

  const listing = new Listing<Packed>(limits);
  const meter = new Meter(limits);
  const found = zip.eachEntry();
  for (;;) {
    const { done, value: entry } = await guard(found.next());
    if (done) break;
    const { path, isFolder } = parsePath(decodeName(entry));
    // Of several entries in one place, each counts: together they unpack to more than the archive can hold.
    meter.add(entry.uncompressedSize, length);
    if (path === '') continue;
    const listed = { path, kind: kindOf(entry, path, isFolder), size: entry.uncompressedSize };
    let source: Packed | undefined;
    if (isReadable(listed, options)) {
      if (entry.isEncrypted() || entry.compressionMethod === AES) throw new ArchiveFault(ENCRYPTED);
      source = {
        name: Buffer.from(entry.fileNameRaw),
        offset: entry.relativeOffsetOfLocalHeader,
        length: entry.compressedSize,
        crc: entry.crc32,
        method: entry.compressionMethod,
      };
    }
    listing.add(listed, source);
  }
  return listing.finish(options, {
    fetch: (source, { path, size }) => fetchEntry(handle, zip, source, size, options.maxBytes(path)),
    close: () => handle.close(),
  });
}

/** The bytes of an entry that declares `size` of them; never more than one more is inflated. */
async function fetchEntry(
  handle: FileHandle,
  zip: ZipFile,
  { name, offset, length, crc, method }: Packed,
  size: number,
  maxBytes: number,
): Promise<Uint8Array | string> {
  if (method !== STORED && method !== DEFLATED) {
    const shown = METHODS[method] ?? `number ${method}`;
    return `is packed by a method that is not supported (${shown}); pack it as an ordinary zip`;
  }
  // Deflate never needs as much as this, though it can be made to take any number of bytes for nothing.
  if (length > 2 * maxBytes + 1024) return DAMAGED_ENTRY;
  try {
    const entry = Object.assign(new Entry(), { relativeOffsetOfLocalHeader: offset, compressedSize: length });
    const local = await zip.readLocalFileHeaderPromise(entry);
    // Where the two headers of an entry disagree, tools do: some would unpack another file.
    if (local.compressionMethod !== method || !name.equals(local.fileName)) return DAMAGED_ENTRY;
    const packed = Buffer.alloc(length);
    await readFully(handle, packed, local.fileDataStart);
    const bytes = method === STORED ? packed : await inflate(packed, { maxOutputLength: size + 1 });
    return bytes.length === size && crc32(bytes) === crc ? bytes : DAMAGED_ENTRY;
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    return syscall === undefined ? DAMAGED_ENTRY : `cannot be read (${code})`;
  }
}

/** The name in UTF-8 if it is flagged as that or can be nothing else, or else in CP437, as zip had it in 1989. */
function decodeName(entry: Entry): string {
  // Archives of macOS have UTF-8 without the flag.
  const flags = entry.generalPurposeBitFlag | (isUtf8(entry.fileNameRaw) ? 0x800 : 0);
  return getFileNameLowLevel(flags, entry.fileNameRaw, entry.extraFields, true);
}

function kindOf(entry: Entry, path: string, isFolder: boolean): EntryKind {
  const isReparsePoint = (entry.externalFileAttributes & 0x400) !== 0;
  // The upper half is a Unix mode where the archive was made on Unix; a link is one whoever claims to have made it.
  switch ((entry.externalFileAttributes >>> 28) & 0xf) {
    case 0xa:
      return 'link';
    case 0x4:
      return 'folder';
    case 0x0:
    case 0x8:
      break;
    default:
      return 'other';
  }
  if (isReparsePoint) return 'link';
  const isDosFolder = (entry.externalFileAttributes & 0x10) !== 0 && entry.uncompressedSize === 0;
  return isFolder || isDosFolder ? 'folder' : kindOfFile(path);
}

/** What yauzl finds wrong, in our words. */
async function guard<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ArchiveFault || (error as NodeJS.ErrnoException).syscall !== undefined) throw error;
    const { message } = error as Error;
    if (message.startsWith('strong encryption')) throw new ArchiveFault(ENCRYPTED);
    if (message.startsWith('multi-disk')) throw new ArchiveFault('is one part of a split archive; pack it as one file');
    throw new ArchiveFault('is damaged or cut short; fetch it again, or pack it again');
  }
}

/**
 * Reads for yauzl, which by itself would make two system calls for each entry, and with a position from a hostile
 * zip64 record throw where nobody can catch it.
 */
class HandleReader extends RandomAccessReader {
  readonly #handle: FileHandle;
  readonly #length: number;
  #window = Buffer.alloc(0);
  #start = 0;

  constructor(handle: FileHandle, length: number) {
    super();
    this.#handle = handle;
    this.#length = length;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.#copy(buffer.subarray(offset, offset + length), position).then(() => callback(null), callback);
  }

  async #copy(target: Buffer, position: number): Promise<void> {
    const end = position + target.length;
    // Either number may come from the file, and be of any size.
    if (!(position >= 0 && end <= this.#length)) throw new Error('outside the file');
    if (position < this.#start || end > this.#start + this.#window.length) {
      const window = Buffer.alloc(Math.min(Math.max(target.length, 65_536), this.#length - position));
      await readFully(this.#handle, window, position);
      [this.#window, this.#start] = [window, position];
      window.copy(target, 0, 0, target.length);
      return;
    }
    this.#window.copy(target, 0, position - this.#start, end - this.#start);
  }
}

async function readFully(handle: FileHandle, target: Buffer, position: number): Promise<void> {
  for (let length = 0; length < target.length; ) {
    const { bytesRead } = await handle.read(target, length, target.length - length, position + length);
    if (bytesRead === 0) throw new Error('the file is shorter than it was');
    length += bytesRead;
  }
}
