import { clean } from '../../model/text.ts';

/**
 * What kind an entry is: `archive` is an ordinary file whose name ends like an archive's, whether or not we could open
 * it; `other` are devices, pipes, sockets and files that are packed in parts.
 */
export type EntryKind = 'file' | 'folder' | 'link' | 'archive' | 'other';

export interface ArchiveEntry {
  /** 'a/b/c.ts': separated by '/', relative, no '.' or '..', no slash at the end; decoded text, not yet for a report. */
  readonly path: string;
  readonly kind: EntryKind;
  /** In bytes, as the archive declares it. */
  readonly size: number;
}

/** An opened archive; `close` it. */
export interface Archive {
  /** In the archive's order, each path once: where one comes several times, the last counts and stands in its place. */
  readonly entries: readonly ArchiveEntry[];
  /** What a person should know, as text that follows the archive's name: "holds 2 entries named a/coin.ts; …". */
  readonly remarks: readonly string[];
  /** The bytes of an entry, or why it has none for us, as text that follows a file's name: "is a link; …". */
  read(path: string): Promise<Uint8Array | string>;
  /** Closes its file and removes what it kept in the spool; a second time does nothing. */
  close(): Promise<void>;
}

/** The archive as a whole cannot be used; the message follows the archive's name: "is encrypted; …". */
export class ArchiveFault extends Error {}

/** Beyond these an archive is taken for a bomb. */
export interface Limits {
  /** How many entries it may hold, equal names counted each time. */
  readonly entries: number;
  /** Characters of all their names, which are all that stays in memory. */
  readonly names: number;
  /** Bytes of all that is in it: as a zip declares them, as they come out of a tar. */
  readonly inflated: number;
  /** Bytes that a tar's wanted files may take in the spool. */
  readonly kept: number;
  /** How many times its own length it may unpack to… */
  readonly ratio: number;
  /** … once that is more than this many bytes. */
  readonly ratioFrom: number;
}

const MIB = 2 ** 20;

export const LIMITS: Limits = {
  entries: 200_000,
  names: 64 * MIB,
  inflated: 4_096 * MIB,
  kept: 1_024 * MIB,
  ratio: 100,
  ratioFrom: 64 * MIB,
};

export interface OpenOptions {
  /** Which entries may ever be read; all others are only listed. Asked with paths that the archive chose. */
  wanted(path: string): boolean;
  /** The longest file that is read; of a longer one nothing is. */
  maxBytes(path: string): number;
  /** An existing folder of ours, in which a tar's wanted files are kept under a name of ours. */
  readonly spool: string;
  /** Where they differ from `LIMITS`. */
  readonly limits?: Partial<Limits>;
}

export const DAMAGED = 'is damaged; fetch it again, or pack it again';
export const CUT_SHORT = 'is cut short; fetch it again, or pack it again';

/** PATH_MAX of Linux: no honest tool packs a longer name. */
const MAX_NAME_BYTES = 4_096;

const MAX_REMARKS = 5;

const ARCHIVE_NAMES = /\.(zip|tar|gz|tgz|bz2|tbz2?|xz|txz|zst|lzma|7z|rar|jar|war|cab|iso|dmg)$/i;

/**
 * The path of an entry and whether it is written as a folder; '' is the archive's own root.
 *
 * @throws ArchiveFault when it may lead outside, whatever the system: an archive with such a name is no accident
 */
export function parsePath(name: string): { path: string; isFolder: boolean } {
  const bytes = Buffer.byteLength(name);
  if (bytes > MAX_NAME_BYTES)
    throw new ArchiveFault(`holds a name of ${bytes} bytes; pack it again without such names`);
  if (name.includes('\0')) {
    throw new ArchiveFault(
      `holds an entry whose name has a NUL in it: ${show(name)}; pack it again without such names`,
    );
  }
  const parts = name.replaceAll('\\', '/').split('/');
  if ((parts[0] === '' && parts.length > 1) || /^[a-z]:/i.test(name) || parts.includes('..')) {
    throw new ArchiveFault(`holds an entry that may lead outside it: ${show(name)}; pack it again without such names`);
  }
  return {
    path: parts.filter((part) => part !== '' && part !== '.').join('/'),
    isFolder: parts.at(-1) === '' || parts.at(-1) === '.',
  };
}

/** The kind of an ordinary file of this name. */
export function kindOfFile(path: string): 'file' | 'archive' {
  return ARCHIVE_NAMES.test(path) ? 'archive' : 'file';
}

/** Whether an entry's bytes may ever be asked for. */
export function isReadable({ kind, path }: ArchiveEntry, options: OpenOptions): boolean {
  return (kind === 'file' || kind === 'archive') && options.wanted(path);
}

/** Counts what comes out of an archive, or would. */
export class Meter {
  readonly #limits: Limits;
  #bytes = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** @throws ArchiveFault when so many more bytes are too many, in all or for what `packed` bytes can honestly hold */
  add(bytes: number, packed: number): void {
    const { ratio, ratioFrom } = this.#limits;
    this.check(bytes);
    this.#bytes += bytes;
    if (this.#bytes > ratioFrom && this.#bytes > ratio * packed) {
      throw new ArchiveFault(`unpacks to more than ${ratio} times its length; pack it again without such files`);
    }
  }

  /** @throws ArchiveFault when an entry that is about to come has too many bytes */
  check(bytes: number): void {
    const { inflated } = this.#limits;
    if (this.#bytes + bytes <= inflated) return;
    const limit = (inflated / MIB).toLocaleString('en-US');
    throw new ArchiveFault(`unpacks to more than ${limit} MiB; pack it again without what was not asked for`);
  }
}

/** The entries of an archive as they are found, with where the bytes of the readable ones are. */
export class Listing<Source> {
  readonly #limits: Limits;
  readonly #found = new Map<string, { readonly entry: ArchiveEntry; readonly source: Source | undefined }>();
  readonly #repeated = new Map<string, number>();
  #count = 0;
  #names = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** @throws ArchiveFault when there are too many */
  add(entry: ArchiveEntry, source: Source | undefined): void {
    this.#count += 1;
    if (this.#count > this.#limits.entries) throw describeCount(this.#limits);
    const { path, kind } = entry;
    this.#names += path.length;
    if (this.#names > this.#limits.names) {
      throw new ArchiveFault('holds too many long names; pack it again without such names');
    }
    const previous = this.#found.get(path)?.entry.kind;
    // A folder is named again by every tool that adds to an archive.
    if (previous !== undefined && (previous !== 'folder' || kind !== 'folder')) {
      this.#repeated.set(path, (this.#repeated.get(path) ?? 1) + 1);
    }
    this.#found.delete(path);
    this.#found.set(path, { entry, source });
  }

  /** The archive, once everything is listed; `fetch` gives the bytes of an entry with a source. */
  finish(
    options: OpenOptions,
    {
      remarks = [],
      fetch,
      close,
    }: {
      readonly remarks?: readonly string[];
      fetch(source: Source, entry: ArchiveEntry): Promise<Uint8Array | string>;
      close(): Promise<void>;
    },
  ): Archive {
    const found = this.#found;
    let closing: Promise<void> | undefined;
    return {
      entries: [...found.values()].map(({ entry }) => entry),
      remarks: [...remarks, ...this.#describeRepeated(), ...this.#describeAlike()],
      async read(path) {
        if (closing) throw new Error('the archive is closed; nothing can be read from it any more');
        const { entry, source } = found.get(path) ?? {};
        if (entry === undefined) return 'is not in the archive';
        switch (entry.kind) {
          case 'folder':
            return 'is a folder, not a file';
          case 'link':
            return 'is a link; hand in the file itself';
          case 'other':
            return 'is not an ordinary file';
        }
        if (!options.wanted(path)) return 'is not one of the files that are read';
        const maxBytes = options.maxBytes(path);
        if (entry.size > maxBytes) return describeSize(entry.size, maxBytes);
        return source === undefined ? 'is not one of the files that are read' : fetch(source, entry);
      },
      close() {
        closing ??= close();
        return closing;
      },
    };
  }

  #describeRepeated(): string[] {
    const all = [...this.#repeated];
    return shorten(
      all.length,
      all
        .slice(0, MAX_REMARKS)
        .map(([path, count]) => `holds ${count} entries named ${show(path)}; the last one counts`),
    );
  }

  /** On Windows and macOS such names are one file: unpacked there, the archive holds something else than here. */
  #describeAlike(): string[] {
    const alike = new Map<string, string[]>();
    for (const path of this.#found.keys()) {
      const key = path.normalize('NFC').toLowerCase();
      const paths = alike.get(key);
      if (paths === undefined) alike.set(key, [path]);
      else paths.push(path);
    }
    const groups = [...alike.values()].filter((paths) => paths.length > 1);
    return shorten(
      groups.length,
      groups.slice(0, MAX_REMARKS).map((paths) => {
        const isOneText = new Set(paths.map((path) => path.normalize('NFC'))).size === 1;
        const names = paths.slice(0, 2).map(show).join(' and ') + (paths.length > 2 ? ' and so on' : '');
        return `holds ${paths.length} entries named ${names}, which differ only by ${isOneText ? 'Unicode form' : 'case'}`;
      }),
    );
  }
}

/** The fault of an archive with too many entries. */
export function describeCount({ entries }: Limits): ArchiveFault {
  return new ArchiveFault(
    `holds more than ${entries.toLocaleString('en-US')} entries; pack it again without what was not asked for`,
  );
}

/** What stopped the opening of an archive, as a fault of it; an error that is not the archive's stays what it is. */
export function describeFailure(error: unknown): unknown {
  if (error instanceof ArchiveFault) return error;
  const { code, syscall } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'Z_BUF_ERROR':
      return new ArchiveFault(CUT_SHORT);
    case 'EACCES':
    case 'EPERM':
      return new ArchiveFault('cannot be read (permission denied)');
    default:
      if (code?.startsWith('Z_')) return new ArchiveFault(DAMAGED);
      return syscall === undefined ? error : new ArchiveFault(`cannot be read (${code})`);
  }
}

/** Text of an archive for a message. */
function show(text: string): string {
  return clean(text, 200).replaceAll(/[\t\n]/g, ' ');
}

function shorten(total: number, remarks: string[]): string[] {
  return total <= MAX_REMARKS ? remarks : [...remarks, `and ${total - MAX_REMARKS} more such names`];
}

function describeSize(bytes: number, maxBytes: number): string {
  const rounded = maxBytes % 1024 === 0 ? ` (${maxBytes / 1024} KiB)` : '';
  return `is ${bytes} bytes long; a submission's file may have ${maxBytes}${rounded}`;
}
