import { crc32, deflateRawSync } from 'node:zlib';

/** One entry of a zip; what is not given is as an honest tool would write it. */
export interface ZipEntry {
  /** Text is written as UTF-8 with the flag that says so, bytes as they are. */
  readonly name: string | Buffer;
  readonly data?: string | Buffer;
  /** 8 deflates, anything else stores. */
  readonly method?: number;
  readonly flags?: number;
  readonly crc?: number;
  /** The length that both headers declare. */
  readonly size?: number;
  /** The packed length that both headers declare. */
  readonly packed?: number;
  /** Version made by; 3 in the upper byte is Unix. */
  readonly made?: number;
  readonly attributes?: number;
  readonly extra?: Buffer;
  /** What the local header says instead. */
  readonly local?: { readonly name?: string; readonly method?: number; readonly signature?: number };
  /** Writes no local header: this entry takes the first one's, or one at this offset. */
  readonly at?: number;
}

/** A zip, written by hand so that any part of it can be a lie; `count` replaces the number of entries in its end record. */
export function zip(entries: readonly ZipEntry[], options: { count?: number; zip64?: Buffer } = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = typeof entry.name === 'string' ? Buffer.from(entry.name) : entry.name;
    const data = Buffer.from(entry.data ?? '');
    const method = entry.method ?? 0;
    const content = method === 8 ? deflateRawSync(data) : data;
    const header = (signature: number, withMethod: number, nameLength: number, extraLength: number): Buffer => {
      const fixed = Buffer.alloc(30);
      fixed.writeUInt32LE(signature, 0);
      fixed.writeUInt16LE(20, 4);
      fixed.writeUInt16LE(entry.flags ?? (typeof entry.name === 'string' ? 0x800 : 0), 6);
      fixed.writeUInt16LE(withMethod, 8);
      fixed.writeUInt32LE(entry.crc ?? crc32(data), 14);
      fixed.writeUInt32LE(entry.packed ?? content.length, 18);
      fixed.writeUInt32LE(entry.size ?? data.length, 22);
      fixed.writeUInt16LE(nameLength, 26);
      fixed.writeUInt16LE(extraLength, 28);
      return fixed;
    };
    const localName = entry.local?.name === undefined ? name : Buffer.from(entry.local.name);
    const local = header(entry.local?.signature ?? 0x04034b50, entry.local?.method ?? method, localName.length, 0);

    const extra = entry.extra ?? Buffer.alloc(0);
    const made = Buffer.from([0, 0]);
    made.writeUInt16LE(entry.made ?? 0x031e);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(entry.attributes ?? 0, 6);
    tail.writeUInt32LE(entry.at ?? offset, 10);
    const central = header(0x02014b50, method, name.length, extra.length);
    directory.push(central.subarray(0, 4), made, central.subarray(4), tail, name, extra);
    if (entry.at !== undefined) continue;
    parts.push(local, localName, content);
    offset += local.length + localName.length + content.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(options.count ?? entries.length, 8);
  end.writeUInt16LE(options.count ?? entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, options.zip64 ?? Buffer.alloc(0), end]);
}

/** The zip64 end record and its locator, which yauzl believes before the ordinary end record. */
export function zip64End(at: number, { count, directory }: { count: bigint; directory: bigint }): Buffer {
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(count, 24);
  record.writeBigUInt64LE(count, 32);
  record.writeBigUInt64LE(directory, 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(at), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([record, locator]);
}

/** The external attributes of a zip entry with this Unix mode. */
export function unixMode(mode: number): number {
  return (mode << 16) >>> 0;
}

/** One entry of a tar; what is not given is as an honest tool would write it. */
export interface TarEntry {
  readonly name: string | Buffer;
  readonly data?: string | Buffer;
  /** The type flag: '0' file, '1' hard link, '2' link, '3' and '4' devices, '5' folder, '6' pipe, 'x' pax, 'L' GNU name. */
  readonly type?: string;
  /** The length that the header declares; above 8 GiB it is written in base 256. */
  readonly size?: number;
  readonly link?: string;
  readonly prefix?: string;
  readonly checksum?: number;
  /** A header of before POSIX. */
  readonly old?: boolean;
}

/** A tar, written by hand; without `end` its two empty blocks are missing. */
export function tar(entries: readonly TarEntry[], { end = true } = {}): Buffer {
  const parts = entries.flatMap((entry) => {
    const data = Buffer.from(entry.data ?? '');
    return [tarHeader(entry, data.length), data, Buffer.alloc((512 - (data.length % 512)) % 512)];
  });
  return Buffer.concat([...parts, Buffer.alloc(end ? 1024 : 0)]);
}

/** A pax header for the entry that follows it. */
export function pax(records: { readonly [key: string]: string }): TarEntry {
  const data = Object.entries(records).map(([key, value]) => {
    const rest = Buffer.byteLength(` ${key}=${value}\n`);
    let length = rest;
    while (length !== rest + String(length).length) length = rest + String(length).length;
    return `${length} ${key}=${value}\n`;
  });
  return { name: 'PaxHeader', type: 'x', data: data.join('') };
}

function tarHeader(entry: TarEntry, length: number): Buffer {
  const header = Buffer.alloc(512);
  Buffer.from(entry.name).copy(header, 0, 0, 100);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  const size = entry.size ?? length;
  if (size < 8 ** 11) header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  else header.write(`80${size.toString(16).padStart(22, '0')}`, 124, 'hex');
  header.write('00000000000\0', 136);
  header.write(entry.type ?? '0', 156);
  header.write(entry.link ?? '', 157, 100);
  if (!entry.old) header.write('ustar\u000000', 257);
  header.write(entry.prefix ?? '', 345, 155);
  header.fill(' ', 148, 156);
  const checksum = entry.checksum ?? header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}
