import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Archive, ArchiveFault, isArchiveName, openArchive } from '#grader/batch/archive.ts';
import { pax, type TarEntry, tar, unixMode, type ZipEntry, zip, zip64End } from '../../support/archives.ts';

type Options = Parameters<typeof openArchive>[1];

const MAX_BYTES = 65_536;
const MIB = 2 ** 20;

let folder: string;
let opened: Archive[];
let files: number;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'archive-')));
  await mkdir(join(folder, 'spool'));
  opened = [];
  files = 0;
});

// Whatever a test does, nothing may be left open or behind.
afterEach(async () => {
  for (const archive of opened) await archive.close();
  expect(await readdir(join(folder, 'spool'))).toEqual([]);
  // Node may still be closing the last one, in a thread of its own, when it says that it is closed.
  await vi.waitFor(() => expect(listHandles()).toEqual([]));
  await rm(folder, { recursive: true, force: true });
});

/** The files in our folder that this process has open. */
function listHandles(): string[] {
  const handles = '/proc/self/fd';
  if (!existsSync(handles)) return [];
  return readdirSync(handles).flatMap((handle) => {
    try {
      const target = readlinkSync(join(handles, handle));
      return target.startsWith(folder) ? [target] : [];
    } catch {
      return [];
    }
  });
}

const isWanted = (path: string) => /(^|\/)[cC]oin\.ts$/.test(path);

async function open(bytes: Buffer, options: Partial<Options> = {}): Promise<Archive> {
  files += 1;
  const file = join(folder, `class-${files}.bin`);
  await writeFile(file, bytes);
  const archive = await openArchive(file, {
    wanted: isWanted,
    maxBytes: () => MAX_BYTES,
    spool: join(folder, 'spool'),
    ...options,
  });
  opened.push(archive);
  return archive;
}

/** What an archive that cannot be used says. */
async function faultOf(bytes: Buffer, options: Partial<Options> = {}): Promise<string> {
  const error = await open(bytes, options).then(
    () => expect.fail('it was opened'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ArchiveFault);
  const { message } = error as ArchiveFault;
  expect(message).not.toContain(folder);
  expect(message.length).toBeLessThan(400);
  return message;
}

async function read(archive: Archive, path: string): Promise<string> {
  const content = await archive.read(path);
  return typeof content === 'string' ? `fault: ${content}` : new TextDecoder().decode(content);
}

const isBare = (format: string) => format.startsWith('tar') && format !== 'tar.gz';
const pathsOf = (archive: Archive) => archive.entries.map(({ path }) => path);
const gz = (entries: readonly TarEntry[]) => gzipSync(tar(entries));

/** The same content in every format. */
const FORMATS: readonly [string, (entries: readonly { name: string; data?: string }[]) => Buffer][] = [
  ['zip', (entries) => zip(entries)],
  ['deflated zip', (entries) => zip(entries.map((entry) => ({ ...entry, method: 8 })))],
  ['tar', (entries) => tar(entries)],
  ['tar of before POSIX', (entries) => tar(entries.map((entry) => ({ ...entry, old: true })))],
  ['tar.gz', (entries) => gz(entries)],
];

it('knows archives that it can open by their names', () => {
  for (const name of ['a.zip', 'A.ZIP', 'b.tar', 'c.tar.gz', 'c.Tar.Gz', 'd.tgz'])
    expect(isArchiveName(name)).toBe(true);
  for (const name of ['a.7z', 'a.rar', 'a.gz', 'zip', 'a.zip.ts', 'a.tar.bz2', 'tgz']) {
    expect(isArchiveName(name)).toBe(false);
  }
});

describe.each(FORMATS)('any %s', (format, pack) => {
  it('lists everything and gives the bytes of what is wanted', async () => {
    const archive = await open(
      pack([
        { name: './ada/', data: '' },
        { name: './ada/coin.ts', data: 'export const ä = 1;\n' },
        { name: 'ada/notes.txt', data: 'x' },
        { name: 'bob//work.tar.gz', data: 'y' },
        { name: '__MACOSX/ada/._coin.ts', data: 'z' },
        { name: 'bob/coin.ts', data: 'second' },
        { name: 'eve/coin.ts', data: '' },
      ]),
    );
    expect(archive.entries).toEqual([
      { path: 'ada', kind: 'folder', size: 0 },
      { path: 'ada/coin.ts', kind: 'file', size: 21 },
      { path: 'ada/notes.txt', kind: 'file', size: 1 },
      { path: 'bob/work.tar.gz', kind: 'archive', size: 1 },
      { path: '__MACOSX/ada/._coin.ts', kind: 'file', size: 1 },
      { path: 'bob/coin.ts', kind: 'file', size: 6 },
      { path: 'eve/coin.ts', kind: 'file', size: 0 },
    ]);
    expect(archive.remarks).toEqual([]);
    expect(await read(archive, 'bob/coin.ts')).toBe('second');
    expect(await read(archive, 'ada/coin.ts')).toBe('export const ä = 1;\n');
    expect(await read(archive, 'eve/coin.ts')).toBe('');
    expect(await read(archive, 'ada/notes.txt')).toBe('fault: is not one of the files that are read');
    expect(await read(archive, 'ada')).toBe('fault: is a folder, not a file');
    expect(await read(archive, 'nobody/coin.ts')).toBe('fault: is not in the archive');
  });

  it('gives a file of exactly the limit and no longer one', async () => {
    const archive = await open(
      pack([
        { name: 'a/coin.ts', data: 'x'.repeat(MAX_BYTES) },
        { name: 'b/coin.ts', data: 'x'.repeat(70_000) },
        { name: 'c/coin.ts', data: 'x'.repeat(MAX_BYTES + 1) },
        { name: 'c/notes.txt', data: 'x'.repeat(70_000) },
      ]),
    );
    expect((await read(archive, 'a/coin.ts')).length).toBe(MAX_BYTES);
    expect(await read(archive, 'b/coin.ts')).toBe(
      "fault: is 70000 bytes long; a submission's file may have 65536 (64 KiB)",
    );
    expect(await read(archive, 'c/coin.ts')).toContain('is 65537 bytes long');
    expect(await read(archive, 'c/notes.txt')).toBe('fault: is not one of the files that are read');
  });

  it('takes the last of several entries of one name and says so', async () => {
    const archive = await open(
      pack([
        { name: 'a/', data: '' },
        { name: 'a/coin.ts', data: 'first' },
        { name: 'a/', data: '' },
        { name: 'a/other.ts', data: '' },
        { name: './a/coin.ts', data: 'last' },
      ]),
    );
    expect(pathsOf(archive)).toEqual(['a', 'a/other.ts', 'a/coin.ts']);
    expect(await read(archive, 'a/coin.ts')).toBe('last');
    expect(archive.remarks).toEqual(['holds 2 entries named a/coin.ts; the last one counts']);
  });

  it('keeps names that differ only by case or Unicode form apart and says so', async () => {
    const archive = await open(
      pack([
        { name: 'a/coin.ts', data: 'small' },
        { name: 'a/Coin.ts', data: 'large' },
        { name: 'J\u00fcrg/coin.ts', data: 'composed' },
        { name: 'Ju\u0308rg/coin.ts', data: 'decomposed' },
      ]),
    );
    expect(await read(archive, 'a/coin.ts')).toBe('small');
    expect(await read(archive, 'a/Coin.ts')).toBe('large');
    expect(await read(archive, 'J\u00fcrg/coin.ts')).toBe('composed');
    expect(await read(archive, 'Ju\u0308rg/coin.ts')).toBe('decomposed');
    expect(archive.remarks).toEqual([
      'holds 2 entries named a/coin.ts and a/Coin.ts, which differ only by case',
      'holds 2 entries named J\u00fcrg/coin.ts and Ju\u0308rg/coin.ts, which differ only by Unicode form',
    ]);
  });

  it('makes at most five remarks of a kind', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `${index}/coin.ts`);
    const twice = [...names, ...names].map((name) => ({ name, data: '' }));
    expect((await open(pack(twice))).remarks).toEqual([
      ...names.slice(0, 5).map((name) => `holds 2 entries named ${name}; the last one counts`),
      'and 3 more such names',
    ]);
    const cases = names.flatMap((name) => [{ name }, { name: name.toUpperCase() }]);
    const { remarks } = await open(pack(cases));
    expect(remarks).toHaveLength(6);
    expect(remarks[5]).toBe('and 3 more such names');
  });

  it('reads backslashes as separators, of Windows tools', async () => {
    const archive = await open(pack([{ name: 'ada\\sub\\coin.ts', data: 'x' }]));
    expect(pathsOf(archive)).toEqual(['ada/sub/coin.ts']);
    expect(await read(archive, 'ada/sub/coin.ts')).toBe('x');
  });

  it.each([
    '../x',
    'a/../../x',
    'a/..',
    '..',
    '/etc/x',
    'C:\\x',
    'c:/x',
    'C:x',
    '..\\x',
    'a\\..\\..\\x',
    '\\\\server\\share\\x',
    '//server/x',
  ])('is rejected when it names %s', async (name) => {
    const message = await faultOf(pack([{ name: 'a/coin.ts', data: 'x' }, { name }]));
    expect(message).toBe(`holds an entry that may lead outside it: ${name}; pack it again without such names`);
  });

  it('shows the name that it is rejected for without its control characters', async () => {
    expect(await faultOf(pack([{ name: '../\u001b[31m\u202egnp.ts' }]))).toContain('../\\u001b[31m\\u202egnp.ts;');
  });

  it('is rejected when it holds too many entries, equal ones too', async () => {
    const entries = ['a', 'b', 'b', 'b'].map((name) => ({ name, data: '' }));
    expect((await open(pack(entries), { limits: { entries: 4 } })).entries).toHaveLength(2);
    expect(await faultOf(pack(entries), { limits: { entries: 3 } })).toContain('holds more than 3 entries');
  });

  it('is rejected when its names are too long in all', async () => {
    const entries = ['a', 'b', 'c'].map((name) => ({ name: name.repeat(30), data: '' }));
    expect((await open(pack(entries), { limits: { names: 90 } })).entries).toHaveLength(3);
    expect(await faultOf(pack(entries), { limits: { names: 89 } })).toMatch(/^holds too many long names/);
  });

  it('is rejected when it holds too many bytes', async () => {
    const entries = [1, 2, 3].map((index) => ({ name: `${index}.bin`, data: 'x'.repeat(100_000) }));
    expect((await open(pack(entries), { limits: { inflated: MIB } })).entries).toHaveLength(3);
    expect(await faultOf(pack(entries), { limits: { inflated: MIB / 4 } })).toMatch(/^unpacks to more than 0\.25 MiB/);
  });

  it('can be read in any order, at once, and closed twice', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `${index}/coin.ts`);
    const archive = await open(pack(names.map((name) => ({ name, data: name.repeat(100) }))));
    const contents = await Promise.all(names.toReversed().map((name) => read(archive, name)));
    expect(contents.toReversed()).toEqual(names.map((name) => name.repeat(100)));
    await archive.close();
    await archive.close();
    await expect(archive.read('1/coin.ts')).rejects.toThrow('closed');
  });

  it('holds files of every length, large ones too', async () => {
    const lengths = [0, 1, 200_000, 511, 512, 513, 300_000, 65_535, 65_536, 65_537, 262_144, 3];
    const text = (length: number) => String(length).padEnd(length, 'abcdefg').slice(0, length);
    const archive = await open(pack(lengths.map((length) => ({ name: `${length}/coin.ts`, data: text(length) }))), {
      maxBytes: () => MIB,
    });
    for (const length of lengths) expect(await read(archive, `${length}/coin.ts`)).toBe(text(length));
  });

  it('cut short anywhere is either rejected or says so', async () => {
    const whole = pack([
      { name: 'a/coin.ts', data: 'some text of some length'.repeat(9) },
      { name: 'b/coin.ts', data: 'x' },
    ]);
    // What is cut from a tar's end mark is not missed.
    const end = isBare(format) ? whole.length - 1024 : whole.length;
    for (let length = 0; length < end; length += isBare(format) ? 64 : 7) {
      const archive = await open(whole.subarray(0, length)).catch((error: unknown) => error);
      if (archive instanceof ArchiveFault) continue;
      expect((archive as Archive).remarks).toEqual([expect.stringContaining('may be cut short')]);
    }
  });

  it('with any one byte changed never does more than fail', async () => {
    const whole = pack([{ name: 'a/coin.ts', data: 'some text' }]);
    for (let at = 0; at < whole.length; at += isBare(format) ? 9 : 1) {
      const broken = Buffer.from(whole);
      broken[at] = (broken[at] ?? 0) ^ 0x55;
      const archive = await open(broken).catch((error: unknown) => error);
      if (archive instanceof ArchiveFault) continue;
      for (const { path } of (archive as Archive).entries) {
        const content = await read(archive as Archive, path);
        // A tar has no checksum over its content; where there is one, a changed text is never handed out.
        if (!content.startsWith('fault: ') && !format.startsWith('tar')) expect(['some text', '']).toContain(content);
      }
      await (archive as Archive).close();
    }
  });
});

describe('what is not an archive', () => {
  it.each<[string, Buffer, string]>([
    ['an empty file', Buffer.alloc(0), 'is empty (0 bytes); fetch it again'],
    ['a text', Buffer.from('hello '.repeat(500)), 'is not a zip, tar or tar.gz; pack the folder as one of these'],
    ['a short text', Buffer.from('hello'), 'is not a zip, tar or tar.gz; pack the folder as one of these'],
    ['a 7z', Buffer.from('377abcaf271c0004', 'hex'), 'is a 7z archive; pack the folder as a zip, tar or tar.gz'],
    ['a RAR', Buffer.from('Rar!\u001a\u0007\u0001\u0000'), 'is a RAR archive; pack the folder as a zip, tar or tar.gz'],
    ['a gzip of a text', gzipSync('hello'), 'is a gzip of something other than a tar; pack the folder as .tar.gz'],
    ['a gzip of nothing', gzipSync(''), 'is a gzip of something other than a tar; pack the folder as .tar.gz'],
    [
      'a gzip of a gzip',
      gzipSync(gz([{ name: 'a' }])),
      'is a gzip of something other than a tar; pack the folder as .tar.gz',
    ],
    ['a lone gzip magic', Buffer.from('1f8b', 'hex'), 'is cut short; fetch it again, or pack it again'],
    ['a lone zip magic', Buffer.from('PK\u0003\u0004'), 'is damaged or cut short; fetch it again, or pack it again'],
  ])('%s', async (_, bytes, expected) => {
    expect(await faultOf(bytes)).toBe(expected);
  });

  it('a folder, or nothing at all', async () => {
    const options = { wanted: isWanted, maxBytes: () => MAX_BYTES, spool: folder };
    await expect(openArchive(folder, options)).rejects.toThrow(/^is not an ordinary file$/);
    await expect(openArchive(join(folder, 'none.zip'), options)).rejects.toThrow(/^cannot be read \(ENOENT\)$/);
    await expect(openArchive(join(folder, 'none.zip'), options)).rejects.toBeInstanceOf(ArchiveFault);
  });

  it('an archive of nothing has no entries', async () => {
    expect((await open(zip([]))).entries).toEqual([]);
    expect((await open(tar([]))).entries).toEqual([]);
    expect((await open(gz([]))).entries).toEqual([]);
  });
});

describe('a hostile zip', () => {
  const file = (entry: Partial<ZipEntry> = {}): ZipEntry => ({ name: 'a/coin.ts', data: 'some text', ...entry });

  it('has links, devices and pipes, which are listed and never read', async () => {
    const archive = await open(
      zip([
        file({ name: 'l/coin.ts', data: '/etc/passwd', attributes: unixMode(0o120777) }),
        file({ name: 'dos/coin.ts', made: 0x0014, data: '/etc/passwd', attributes: unixMode(0o120777) }),
        file({ name: 'junction/coin.ts', made: 0x0014, attributes: 0x400 }),
        file({ name: 'd/coin.ts', attributes: unixMode(0o060644) }),
        file({ name: 'p/coin.ts', attributes: unixMode(0o010644) }),
        file({ name: 's/coin.ts', attributes: unixMode(0o140644) }),
        file({ name: 'f', attributes: unixMode(0o040755), data: '' }),
        file({ name: 'g', attributes: 0x10, data: '' }),
        file({ name: 'h/coin.ts', attributes: unixMode(0o100644) }),
      ]),
    );
    expect(archive.entries.map(({ kind }) => kind)).toEqual([
      'link',
      'link',
      'link',
      'other',
      'other',
      'other',
      'folder',
      'folder',
      'file',
    ]);
    expect(await read(archive, 'l/coin.ts')).toBe('fault: is a link; hand in the file itself');
    expect(await read(archive, 'd/coin.ts')).toBe('fault: is not an ordinary file');
    expect(await read(archive, 'h/coin.ts')).toBe('some text');
  });

  it('has names with NUL, or of thousands of characters', async () => {
    expect(await faultOf(zip([file({ name: 'a/coin.ts\0.exe' })]))).toBe(
      'holds an entry whose name has a NUL in it: a/coin.ts\\u0000.exe; pack it again without such names',
    );
    expect((await open(zip([file({ name: 'x'.repeat(4_096) })]))).entries).toHaveLength(1);
    expect(await faultOf(zip([file({ name: 'x'.repeat(4_097) })]))).toMatch(/^holds a name of 4097 bytes/);
  });

  it('has names in CP437, in UTF-8 without its flag, and in the extra field', async () => {
    const name = Buffer.from('aaa/coin.ts');
    const unicode = Buffer.concat([Buffer.alloc(5), Buffer.from('zoë/coin.ts')]);
    unicode.writeUInt8(1, 0);
    unicode.writeUInt32LE(crc32(name), 1);
    const extra = Buffer.concat([Buffer.from([0x75, 0x70, unicode.length, 0]), unicode]);
    const archive = await open(
      zip([
        file({ name: Buffer.concat([Buffer.from('J'), Buffer.from([0x81]), Buffer.from('rg/coin.ts')]) }),
        file({ name: Buffer.from('Zürich/coin.ts') }),
        file({ name, extra }),
      ]),
    );
    expect(pathsOf(archive)).toEqual(['Jürg/coin.ts', 'Zürich/coin.ts', 'zoë/coin.ts']);
    expect(await read(archive, 'Jürg/coin.ts')).toBe('some text');
    extra.write('/', 9);
    extra.write('..', 10);
    extra.write('/', 12);
    expect(await faultOf(zip([file({ name, extra })]))).toContain('may lead outside');
  });

  it.each<[string, Partial<ZipEntry>]>([
    ['bit 0', { flags: 0x801 }],
    ['strong encryption', { flags: 0x841 }],
    ['AES', { method: 99 }],
  ])('is encrypted: %s', async (_, how) => {
    expect(await faultOf(zip([file(how)]))).toBe('is encrypted; pack it without a password');
  });

  it('may have an encrypted entry that nobody wants', async () => {
    const archive = await open(zip([file({ name: 'secret.txt', flags: 0x801 }), file()]));
    expect(await read(archive, 'a/coin.ts')).toBe('some text');
  });

  it.each([
    [9, 'Deflate64'],
    [12, 'bzip2'],
    [14, 'LZMA'],
    [93, 'Zstandard'],
    [77, 'number 77'],
  ])('packed by method %i', async (method, name) => {
    const archive = await open(zip([file({ method }), file({ name: 'b/coin.ts' })]));
    expect(await read(archive, 'a/coin.ts')).toBe(
      `fault: is packed by a method that is not supported (${name}); pack it as an ordinary zip`,
    );
    expect(await read(archive, 'b/coin.ts')).toBe('some text');
  });

  const DAMAGED = 'fault: is damaged in its archive; pack it again';
  it.each<[string, Partial<ZipEntry>]>([
    ['a wrong checksum', { crc: 1 }],
    ['a wrong checksum, deflated', { crc: 1, method: 8 }],
    ['more in it than declared', { method: 8, size: 3 }],
    ['less in it than declared', { method: 8, size: 300 }],
    ['more stored than declared', { size: 3 }],
    ['less stored than declared', { size: 300 }],
    ['a packed length beyond the file', { packed: 60_000 }],
    ['a packed length cut short', { method: 8, packed: 4 }],
    ['a deflate stream of nonsense', { method: 8, packed: 0 }],
    ['a local header of another name', { local: { name: 'b/evil.ts' } }],
    ['a local header of another method', { local: { method: 8 } }],
    ['no local header', { local: { signature: 0x12345678 } }],
    ['a local header outside the file', { at: 4_000_000_000 }],
  ])('has a file with %s', async (_, how) => {
    const archive = await open(zip([file({ name: 'z/coin.ts' }), file(how)]));
    expect(await read(archive, 'a/coin.ts')).toBe(DAMAGED);
    expect(await read(archive, 'z/coin.ts')).toBe('some text');
  });

  it('inflates a file no further than it declared', async () => {
    const data = Buffer.alloc(30 * MIB);
    const archive = await open(zip([file({ data, method: 8, size: 100 })]), { maxBytes: () => 65_536 });
    const before = process.memoryUsage().arrayBuffers;
    expect(await read(archive, 'a/coin.ts')).toBe(DAMAGED);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 * MIB);
  });

  it('reads no more of a packed file than its length can need', async () => {
    // Empty deflate blocks: any number of packed bytes for nothing.
    const blocks = Buffer.concat([
      ...Array.from({ length: 20_000 }, () => Buffer.from([0, 0, 0, 255, 255])),
      deflateRawSync(''),
    ]);
    const bytes = zip([{ name: 'a/coin.ts', data: blocks, size: 0, crc: 0 }]);
    bytes.writeUInt16LE(8, 8);
    bytes.writeUInt16LE(8, bytes.indexOf('PK\u0001\u0002') + 10);
    expect(await read(await open(bytes, { maxBytes: () => 100_000 }), 'a/coin.ts')).toBe('');
    expect(await read(await open(bytes, { maxBytes: () => 1_000 }), 'a/coin.ts')).toBe(DAMAGED);
  });

  it('declares more than a hundred times its own length', async () => {
    const bomb = zip([file({ name: 'bomb.bin', method: 8, data: 'x', size: 65 * MIB })]);
    expect(await faultOf(bomb)).toBe('unpacks to more than 100 times its length; pack it again without such files');
    const small = zip([file({ name: 'zeros.bin', method: 8, data: Buffer.alloc(MIB) }), file()]);
    expect(await read(await open(small), 'a/coin.ts')).toBe('some text');
    expect(await faultOf(small, { limits: { ratioFrom: MIB } })).toContain('100 times');
    expect((await open(small, { limits: { ratioFrom: MIB, ratio: 10_000 } })).entries).toHaveLength(2);
  });

  it('has many entries in the place of one', async () => {
    const data = Buffer.alloc(MIB / 4);
    const copies = Array.from({ length: 300 }, (_, index) =>
      file({ name: `${index}/coin.ts`, data, method: 8, at: 0 }),
    );
    const kernel = file({ name: 'kernel', data, method: 8 });
    expect(await faultOf(zip([kernel, ...copies]))).toContain('100 times');
    const few = await open(zip([file({ name: 'kernel' }), file({ name: '1/coin.ts', at: 0 })]));
    expect(await read(few, '1/coin.ts')).toBe(DAMAGED);
  });

  it('counts its entries wrongly', async () => {
    expect(await faultOf(zip([file()], { count: 7 }))).toContain('is damaged or cut short');
    expect(await faultOf(zip([file()], { count: 0xffff }), { limits: { entries: 100 } })).toContain('more than 100');
  });

  it.each<[string, { count: bigint; directory: bigint }]>([
    ['a directory beyond all numbers', { count: 1n, directory: 2n ** 64n - 1n }],
    ['a directory beyond the file', { count: 1n, directory: 10_000n }],
    ['entries beyond all numbers', { count: 2n ** 64n - 1n, directory: 0n }],
    ['a directory that is none', { count: 1n, directory: 0n }],
  ])('has zip64 nonsense: %s', async (_, end) => {
    const plain = zip([file()]);
    const at = plain.length - 22;
    const message = await faultOf(zip([file()], { zip64: zip64End(at, end) }));
    expect(message).toMatch(/^(is damaged or cut short|holds more than 200,000 entries)/);
  });

  it('has a zip64 end record beyond all numbers, or sizes of an entry', async () => {
    const locator = zip64End(Number.MAX_SAFE_INTEGER, { count: 1n, directory: 0n });
    expect(await faultOf(zip([file()], { zip64: locator }))).toContain('is damaged');
    const extra = Buffer.alloc(28, 0xff);
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(24, 2);
    const huge = { size: 0xffffffff, packed: 0xffffffff, at: 0xffffffff, extra };
    expect(await faultOf(zip([file({ name: 'z/coin.ts' }), file(huge)]))).toContain('unpacks to more than');
    extra.writeBigUInt64LE(9n, 4);
    const archive = await open(zip([file({ name: 'z/coin.ts' }), file({ ...huge, method: 8 })]));
    expect(await read(archive, 'a/coin.ts')).toBe(DAMAGED);
  });

  it('is one part of several', async () => {
    const part = zip([file()]);
    part.writeUInt16LE(3, part.length - 18);
    expect(await faultOf(part)).toBe('is one part of a split archive; pack it as one file');
  });
});

describe('a hostile tar', () => {
  it('has links, devices and pipes, which are listed and never read', async () => {
    const entries = ['1', '2', '3', '4', '6', 'S', 'Z', '7'].map((type) => ({
      name: `${type}/coin.ts`,
      type,
      link: '12'.includes(type) ? '/etc/passwd' : '',
    }));
    const archive = await open(tar(entries));
    expect(archive.entries.map(({ path, kind }) => `${path[0]} ${kind}`)).toEqual([
      '1 link',
      '2 link',
      '3 other',
      '4 other',
      '6 other',
      'S other',
      'Z other',
      '7 file',
    ]);
    expect(await read(archive, '1/coin.ts')).toBe('fault: is a link; hand in the file itself');
    expect(await read(archive, '2/coin.ts')).toBe('fault: is a link; hand in the file itself');
    expect(await read(archive, '6/coin.ts')).toBe('fault: is not an ordinary file');
  });

  it('has a link where a file was: the last counts', async () => {
    const archive = await open(
      tar([
        { name: 'coin.ts', data: 'x' },
        { name: 'coin.ts', type: '2', link: 'y' },
      ]),
    );
    expect(await read(archive, 'coin.ts')).toBe('fault: is a link; hand in the file itself');
  });

  it('has long names of every sort', async () => {
    const long = `${'ünïcode/'.repeat(100)}coin.ts`;
    const archive = await open(
      tar([
        { name: 'long', type: 'L', data: `${long}\0` },
        { name: 'cut', data: 'gnu' },
        pax({ path: `pax/${long}`, 'SCHILY.xattr.x': 'a\nb' }),
        { name: 'cut', data: 'pax' },
        { name: 'coin.ts', prefix: 'pre/fix', data: 'prefix' },
        { name: 'pax_global_header', type: 'g', data: '20 comment=abcdefgh\n' },
        { name: 'label', type: 'V' },
        { name: 'k', type: 'K', data: '/etc/passwd\0' },
        { name: 'after/coin.ts', data: 'after' },
      ]),
    );
    expect(pathsOf(archive)).toEqual([long, `pax/${long}`, 'pre/fix/coin.ts', 'after/coin.ts']);
    expect(await read(archive, long)).toBe('gnu');
    expect(await read(archive, `pax/${long}`)).toBe('pax');
    expect(await read(archive, 'after/coin.ts')).toBe('after');
  });

  it('has a long name across the pieces that a file is read in', async () => {
    // The pieces have 64 KiB; a name of two-byte letters must survive wherever it is cut.
    for (const padding of [63, 64, 65]) {
      const name = `${'ü'.repeat(900)}/coin.ts`;
      const archive = await open(
        tar([
          { name: 'padding', data: 'x'.repeat(padding * 1_024 - 1_024 - 512) },
          pax({ path: name }),
          { name: 'x', data: 'y' },
        ]),
      );
      expect(await read(archive, name)).toBe('y');
    }
  });

  it('hides a path that leads outside in a long name', async () => {
    expect(await faultOf(tar([pax({ path: '../coin.ts' }), { name: 'a' }]))).toContain(
      'may lead outside it: ../coin.ts;',
    );
    expect(await faultOf(tar([{ name: 'l', type: 'L', data: '/x\0' }, { name: 'a' }]))).toContain('outside it: /x;');
    expect(await faultOf(tar([{ name: 'x', prefix: '..' }]))).toContain('outside it: ../x;');
    expect(await faultOf(tar([pax({ path: 'a\0b' }), { name: 'a' }]))).toContain('has a NUL in it: a\\u0000b;');
  });

  it('has names and headers of thousands of bytes, and of megabytes', async () => {
    expect(await faultOf(tar([pax({ path: 'x'.repeat(5_000) }), { name: 'a' }]))).toMatch(
      /^holds a name of 5000 bytes/,
    );
    const name: TarEntry = { name: 'l', type: 'L', data: 'x'.repeat(5_000) };
    expect(await faultOf(tar([name, { name: 'a' }]))).toMatch(/^holds a name of 5000 bytes/);
    for (const type of ['L', 'x']) {
      expect(await faultOf(tar([{ name: 'l', type, size: 300 * MIB }]))).toBe(
        'holds a header of 314572800 bytes; pack it again without such names',
      );
    }
    expect(
      (await open(tar([{ name: 'g', type: 'g', data: 'x'.repeat(2 * MIB) }, { name: 'a' }]))).entries,
    ).toHaveLength(1);
  });

  it.each<[string, string]>([
    ['no length', 'path=a\n'],
    ['a length too long', '99 path=a\n'],
    ['a length too short', '3 path=a\n'],
    ['a length of nothing', '0 path=a\n'],
    ['a length of nothing after a good one', '9 path=a\n0 path=b\n'],
    ['no value', '9 patha\n\n'],
  ])('has a pax header with %s', async (_, data) => {
    expect(await faultOf(tar([{ name: 'x', type: 'x', data }, { name: 'a' }]))).toBe(
      'is damaged; fetch it again, or pack it again',
    );
  });

  it('has sizes beyond all numbers', async () => {
    const tooLarge = /^unpacks to more than 4,?096 MiB/;
    expect(await faultOf(tar([{ name: 'a', size: Number.MAX_SAFE_INTEGER }]))).toMatch(tooLarge);
    expect(await faultOf(tar([pax({ size: '9'.repeat(300) }), { name: 'a' }]))).toMatch(tooLarge);
    expect(await faultOf(tar([pax({ size: '1e9' }), { name: 'a' }]))).toContain('is damaged');
    expect(await faultOf(tar([pax({ size: '-5' }), { name: 'a' }]))).toContain('is damaged');
    expect(await faultOf(tar([{ name: 'a', size: 10_000 }]))).toBe('is cut short; fetch it again, or pack it again');
  });

  it('takes the size of a pax header, which is how files over 8 GiB are packed', async () => {
    const archive = await open(tar([pax({ size: '3' }), { name: 'coin.ts', data: 'abc', size: 0 }, { name: 'b' }]));
    expect(await read(archive, 'coin.ts')).toBe('abc');
    expect(pathsOf(archive)).toEqual(['coin.ts', 'b']);
  });

  it('has a sparse file, whose bytes are not its content', async () => {
    const sparse = pax({ 'GNU.sparse.major': '1', 'GNU.sparse.name': 'a/coin.ts', path: 'GNUSparseFile.0/coin.ts' });
    const archive = await open(tar([sparse, { name: 'x', data: '1\n0\n' }]));
    expect(await read(archive, 'a/coin.ts')).toBe('fault: is not an ordinary file');
  });

  it('has a header whose checksum is wrong', async () => {
    const entries = [{ name: 'a' }, { name: 'b', checksum: 7 }];
    expect(await faultOf(tar(entries))).toBe('is damaged; fetch it again, or pack it again');
    expect(await faultOf(gz(entries))).toBe('is damaged; fetch it again, or pack it again');
  });

  it('has no end, or goes on after it', async () => {
    const open1 = await open(tar([{ name: 'coin.ts', data: 'x' }], { end: false }));
    expect(open1.remarks).toEqual(['has no end mark; it may be cut short']);
    expect(await read(open1, 'coin.ts')).toBe('x');
    const twice = Buffer.concat([tar([{ name: 'a' }]), tar([{ name: 'b' }])]);
    const open2 = await open(twice);
    expect(pathsOf(open2)).toEqual(['a']);
    expect(open2.remarks).toEqual(['holds more after its end, which was not looked at']);
    expect((await open(Buffer.concat([tar([{ name: 'a' }]), Buffer.alloc(9_000)]))).remarks).toEqual([]);
  });

  it('has a checksum of its gzip that is wrong, or an end that is missing', async () => {
    const whole = gz([{ name: 'coin.ts', data: 'x' }]);
    const wrong = Buffer.from(whole);
    wrong.writeUInt32LE(7, whole.length - 8);
    expect(await faultOf(wrong)).toBe('is damaged; fetch it again, or pack it again');
    expect(await faultOf(whole.subarray(0, -9))).toBe('is cut short; fetch it again, or pack it again');
  });

  it('inflates to more than a hundred times its length', async () => {
    const bomb = gz([{ name: 'bomb.bin', data: Buffer.alloc(65 * MIB) }, { name: 'a' }]);
    expect(await faultOf(bomb)).toBe('unpacks to more than 100 times its length; pack it again without such files');
    const small = gz([
      { name: 'zeros.bin', data: Buffer.alloc(MIB) },
      { name: 'coin.ts', data: 'x' },
    ]);
    expect(await read(await open(small), 'coin.ts')).toBe('x');
    expect(await faultOf(small, { limits: { ratioFrom: MIB } })).toContain('100 times');
    // What comes after the end is inflated too, to see whether the gzip is whole.
    const after = gzipSync(Buffer.concat([tar([{ name: 'a' }]), Buffer.alloc(2 * MIB)]));
    expect(await faultOf(after, { limits: { inflated: MIB } })).toMatch(/^unpacks to more than 1 MiB/);
  });

  it('leaves nothing in the spool when it turns out to be broken', async () => {
    const good = Array.from({ length: 8 }, (_, index) => ({
      name: `${index}/coin.ts`,
      data: Buffer.alloc(60_000, 'x'),
    }));
    expect(await faultOf(tar([...good, { name: 'b', checksum: 7 }]))).toContain('is damaged');
    expect(await readdir(join(folder, 'spool'))).toEqual([]);
  });

  it('is cut short in a wanted file whose length is one of whole blocks', async () => {
    const whole = tar([{ name: 'coin.ts', data: 'x'.repeat(1_024) }]);
    expect(await faultOf(whole.subarray(0, 1_200))).toBe('is cut short; fetch it again, or pack it again');
  });

  it('has a folder whose long name says that it is one', async () => {
    const archive = await open(tar([pax({ path: 'long/coin.ts/' }), { name: 'x' }]));
    expect(archive.entries).toEqual([{ path: 'long/coin.ts', kind: 'folder', size: 0 }]);
  });

  it('fills the spool with no more than is allowed', async () => {
    const large = { name: '0/coin.ts', data: 'x'.repeat(70_000) };
    expect((await open(tar([large]), { limits: { kept: 1_000 } })).entries).toHaveLength(1);
    const entries = [1, 2, 3].map((index) => ({ name: `${index}/coin.ts`, data: 'x'.repeat(1_000) }));
    expect((await open(tar(entries), { limits: { kept: 3_000 } })).entries).toHaveLength(3);
    expect(await faultOf(tar(entries), { limits: { kept: 2_999 } })).toMatch(/^holds too much of what is looked for/);
  });

  it('keeps nothing but what is wanted, under a name of ours', async () => {
    const archive = await open(
      tar([
        { name: 'evil/coin.ts', data: 'wanted' },
        { name: 'evil/other.ts', data: 'unwanted' },
      ]),
    );
    const [kept, ...more] = await readdir(join(folder, 'spool'), { withFileTypes: true });
    expect(more).toEqual([]);
    expect(kept?.isFile()).toBe(true);
    expect(kept?.name).toMatch(/^tar-[0-9a-f-]{36}$/);
    await archive.close();
    expect(await readdir(join(folder, 'spool'))).toEqual([]);
  });

  it('cannot be kept where there is no spool folder; the message names no path', async () => {
    const spool = join(folder, 'none');
    const error: unknown = await open(tar([{ name: 'coin.ts', data: 'x' }]), { spool }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(ArchiveFault);
    expect((error as Error).message).toBe('the folder for unpacked files cannot be used (ENOENT)');
  });
});
