import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Header } from 'tar';
import {
  type Archive,
  ArchiveFault,
  CUT_SHORT,
  DAMAGED,
  type EntryKind,
  isReadable,
  kindOfFile,
  type Limits,
  Listing,
  Meter,
  type OpenOptions,
  parsePath,
} from './listing.ts';

const BLOCK = 512;
const EMPTY = Buffer.alloc(65_536);

/** Longest header that is kept in memory; extended attributes make some of many kilobytes. */
const MAX_HEADER = 2 ** 20;

/** A class has thousands of small files: they are written many at a time. */
const PENDING = 262_144;

/** Where a wanted file is in the spool. */
interface Kept {
  readonly offset: number;
  readonly length: number;
}

/** What headers of their own say about the entry that follows them. */
interface Extension {
  readonly path?: string;
  readonly size?: number;
  /** Its bytes are a map and parts of the file. */
  readonly isSparse?: boolean;
}

/**
 * Reads a tar, or a tar.gz, once from its beginning to its end and keeps the wanted files in the spool.
 *
 * The headers' blocks are decoded by the tar package. Its parser is not used: it inflates 64 KiB at once to whatever
 * that gives, inflates again what it finds inside, gathers all that comes after an archive's end in memory, and
 * garbles a long name that is cut between two pieces of the input.
 */
export async function openTar(
  handle: FileHandle,
  isPacked: boolean,
  options: OpenOptions,
  limits: Limits,
): Promise<Archive> {
  const spool = new Spool(options.spool, limits);
  const listing = new Listing<Kept>(limits);
  const input = new Input(handle, isPacked, new Meter(limits));
  try {
    const remarks = await readEntries(input, isPacked, listing, spool, options);
    await spool.flush();
    return listing.finish(options, {
      remarks,
      fetch: (source) => spool.read(source),
      close: () => spool.close(),
    });
  } catch (error) {
    await spool.close();
    throw error;
  } finally {
    await input.close();
  }
}

/** Everything up to the archive's end; returns what is remarkable about that. */
async function readEntries(
  input: Input,
  isPacked: boolean,
  listing: Listing<Kept>,
  spool: Spool,
  options: OpenOptions,
): Promise<string[]> {
  let extension: Extension = {};
  for (let isFirst = true; ; isFirst = false) {
    const block = await input.take(BLOCK);
    if (isEmpty(block)) {
      if (isFirst && block.length < BLOCK) throw describeOther(isPacked);
      if (block.length === 0) return ['has no end mark; it may be cut short'];
      return (await input.isEmptyToItsEnd()) ? [] : ['holds more after its end, which was not looked at'];
    }
    const header = decode(block);
    if (header === undefined) {
      if (isFirst) throw describeOther(isPacked);
      throw new ArchiveFault(block.length < BLOCK ? CUT_SHORT : DAMAGED);
    }
    const declared = header.size ?? 0;
    switch (header.type) {
      case 'ExtendedHeader':
      case 'OldExtendedHeader':
        extension = { ...extension, ...parsePax(await input.takeHeader(declared)) };
        continue;
      case 'NextFileHasLongPath':
      case 'OldGnuLongPath': {
        const name = (await input.takeHeader(declared)).toString();
        extension = { ...extension, path: name.split('\0', 1)[0] ?? '' };
        continue;
      }
      // A link's target is never looked at, and nothing that is said about all files is believed.
      case 'NextFileHasLongLinkpath':
      case 'GlobalExtendedHeader':
      case 'TapeVolumeHeader':
        await input.skip(pad(declared));
        continue;
    }

    const { path, isFolder } = parsePath(extension.path ?? header.path ?? '');
    const kind = extension.isSparse ? 'other' : kindOf(header, path, isFolder);
    const size = header.type === 'Directory' ? 0 : (extension.size ?? declared);
    const entry = { path, kind, size };
    extension = {};
    let kept: Kept | undefined;
    if (path !== '' && isReadable(entry, options) && size <= options.maxBytes(path)) {
      const body = await input.take(size);
      if (body.length < size) throw new ArchiveFault(CUT_SHORT);
      kept = await spool.write(body);
      await input.skip(pad(size) - size);
    } else {
      await input.skip(pad(size));
    }
    if (path !== '') listing.add(entry, kept);
  }
}

/** A header, if the block is one. */
function decode(block: Buffer): Header | undefined {
  if (block.length < BLOCK) return undefined;
  try {
    const header = new Header(block);
    return header.cksumValid ? header : undefined;
  } catch {
    // A number in base 256 that is none.
    return undefined;
  }
}

function kindOf({ type }: Header, path: string, isFolder: boolean): EntryKind {
  switch (type) {
    case 'File':
    case 'OldFile':
    case 'ContiguousFile':
      return isFolder ? 'folder' : kindOfFile(path);
    case 'Directory':
    case 'GNUDumpDir':
      return 'folder';
    case 'Link':
    case 'SymbolicLink':
      return 'link';
    default:
      return 'other';
  }
}

/** The records of a pax header, "21 path=a/ü/coin.ts\n": the length, in bytes, is of the whole record. */
function parsePax(data: Buffer): Extension {
  const extension: { path?: string; size?: number; isSparse?: boolean } = {};
  for (let start = 0; start < data.length; ) {
    const [, digits, key] = /^([0-9]+) ([^=]+)=/.exec(data.toString('latin1', start, start + 4_096)) ?? [];
    const end = start + Number(digits);
    const value = start + `${digits} ${key}=`.length;
    if (digits === undefined || key === undefined || end <= value || data[end - 1] !== 0x0a) {
      throw new ArchiveFault(DAMAGED);
    }
    const text =
      key === 'path' || key === 'size' || key === 'GNU.sparse.name' ? data.toString('utf8', value, end - 1) : '';
    if (key === 'size') {
      if (!/^[0-9]+$/.test(text)) throw new ArchiveFault(DAMAGED);
      extension.size = Number(text);
    } else if (text !== '' && !(key === 'path' && extension.isSparse)) {
      extension.path = text;
    }
    if (key.startsWith('GNU.sparse.')) extension.isSparse = true;
    start = end;
  }
  return extension;
}

function pad(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}

function isEmpty(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at += EMPTY.length) {
    const piece = bytes.subarray(at, at + EMPTY.length);
    if (!piece.equals(EMPTY.subarray(0, piece.length))) return false;
  }
  return true;
}

function describeOther(isPacked: boolean): ArchiveFault {
  return new ArchiveFault(
    isPacked
      ? 'is a gzip of something other than a tar; pack the folder as .tar.gz'
      : 'is not a zip, tar or tar.gz; pack the folder as one of these',
  );
}

/** The bytes of a tar from its beginning, inflated in small pieces. */
class Input {
  readonly #meter: Meter;
  readonly #stream: NodeJS.ReadableStream & { destroy(): unknown };
  readonly #chunks: AsyncIterator<Buffer>;
  /** How many bytes of the file were used. */
  readonly #packed: () => number;
  #rest: Buffer = Buffer.alloc(0);

  constructor(handle: FileHandle, isPacked: boolean, meter: Meter) {
    const file = handle.createReadStream({ start: 0, autoClose: false });
    this.#meter = meter;
    if (isPacked) {
      const gunzip = createGunzip();
      // What goes wrong in either is thrown where the chunks are taken.
      this.#stream = pipeline(file, gunzip, () => {});
      this.#packed = () => gunzip.bytesWritten;
    } else {
      this.#stream = file;
      this.#packed = () => file.bytesRead;
    }
    this.#chunks = this.#stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** So many bytes, or all that are left. */
  async take(length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    let missing = length;
    while (missing > 0 && (await this.#fill())) {
      const part = this.#rest.subarray(0, missing);
      this.#rest = this.#rest.subarray(part.length);
      missing -= part.length;
      parts.push(part);
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  }

  /** @throws ArchiveFault when there are not so many left */
  async skip(length: number): Promise<void> {
    this.#meter.check(length - this.#rest.length);
    let missing = length;
    while (missing > 0) {
      if (!(await this.#fill())) throw new ArchiveFault(CUT_SHORT);
      const skipped = Math.min(missing, this.#rest.length);
      this.#rest = this.#rest.subarray(skipped);
      missing -= skipped;
    }
  }

  /** @throws ArchiveFault when a header is longer than any honest one */
  async takeHeader(length: number): Promise<Buffer> {
    if (length > MAX_HEADER) {
      throw new ArchiveFault(`holds a header of ${length} bytes; pack it again without such names`);
    }
    const header = await this.take(length);
    if (header.length < length) throw new ArchiveFault(CUT_SHORT);
    await this.skip(pad(length) - length);
    return header;
  }

  /** Whether nothing but zeros is left; reads it all, for only then is it known that a gzip is whole. */
  async isEmptyToItsEnd(): Promise<boolean> {
    let result = true;
    while (await this.#fill()) {
      result &&= isEmpty(this.#rest);
      this.#rest = Buffer.alloc(0);
    }
    return result;
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
    this.#stream.destroy();
  }

  async #fill(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done) return false;
      this.#meter.add(value.length, this.#packed());
      this.#rest = value;
    }
    return true;
  }
}

/** One file of ours, begun when there is something to keep, with all that is kept of an archive one after another. */
class Spool {
  readonly #path: string;
  readonly #limits: Limits;
  readonly #pending = Buffer.allocUnsafe(PENDING);
  #pendingLength = 0;
  #file: FileHandle | undefined;
  /** In all, with what is pending. */
  #length = 0;

  constructor(folder: string, limits: Limits) {
    this.#path = join(folder, `tar-${randomUUID()}`);
    this.#limits = limits;
  }

  async write(bytes: Buffer): Promise<Kept> {
    const offset = this.#length;
    this.#length += bytes.length;
    if (this.#length > this.#limits.kept) {
      throw new ArchiveFault('holds too much of what is looked for; pack it again, each file once');
    }
    if (this.#pendingLength + bytes.length > PENDING) await this.#flush(offset);
    if (bytes.length > PENDING) await this.#append(bytes, offset);
    else this.#pendingLength += bytes.copy(this.#pending, this.#pendingLength);
    return { offset, length: bytes.length };
  }

  /** Writes what is pending; before this nothing can be read. */
  async flush(): Promise<void> {
    await this.#flush(this.#length);
  }

  async #flush(end: number): Promise<void> {
    if (this.#pendingLength === 0) return;
    await this.#append(this.#pending.subarray(0, this.#pendingLength), end - this.#pendingLength);
    this.#pendingLength = 0;
  }

  async #append(bytes: Buffer, offset: number): Promise<void> {
    try {
      this.#file ??= await open(this.#path, 'wx+', 0o600);
      for (let written = 0; written < bytes.length; ) {
        const { bytesWritten } = await this.#file.write(bytes, written, bytes.length - written, offset + written);
        written += bytesWritten;
      }
    } catch (error) {
      // Not the archive's fault, and the message of the system would name a path.
      const { code } = error as NodeJS.ErrnoException;
      throw new Error(`the folder for unpacked files cannot be used (${code})`);
    }
  }

  async read({ offset, length }: Kept): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; ) {
      const { bytesRead } = (await this.#file?.read(bytes, at, length - at, offset + at)) ?? { bytesRead: 0 };
      if (bytesRead === 0) throw new Error('a file that was unpacked has vanished from the folder for such files');
      at += bytesRead;
    }
    return bytes;
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    if (file === undefined) return;
    await file.close();
    await rm(this.#path, { force: true });
  }
}
