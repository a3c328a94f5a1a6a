import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UsageError } from '#grader/model/usage-error.ts';
import { digestOf, MANIFEST } from '#grader/release/edition.ts';
import { writeEdition } from '#grader/release/write-edition.ts';

const STUB = 'exercises/01-coin-mle/coin.ts';
const WORK = new Set([STUB]);

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'flow-grade-edition-'));
});
afterEach(() => rm(root, { recursive: true }));

/** An edition of some files. */
function editionOf(texts: Record<string, string>): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>(Object.entries(texts).map(([path, text]) => [path, Buffer.from(text)]));
  const digests = Object.fromEntries([...files].map(([path, content]) => [path, digestOf(content)]));
  const manifest = { format: 'flow-grade-edition/1', kit: '1.0.0', files: digests };
  return files.set(MANIFEST, Buffer.from(JSON.stringify(manifest)));
}

const write = (texts: Record<string, string>) => writeEdition(root, editionOf(texts), WORK);
const read = (path: string) => readFile(join(root, path), 'utf8');
const put = (path: string, text: string) => writeFile(join(root, path), text);

describe('writing an edition', () => {
  test('fills a folder that is empty, or is not there', async () => {
    await writeEdition(join(root, 'new'), editionOf({ [STUB]: 'stub', 'README.md': 'read' }), WORK);
    expect(await read('new/README.md')).toBe('read');
    expect(await read(`new/${STUB}`)).toBe('stub');
  });

  test('fills a repository that was just made', async () => {
    await mkdir(join(root, '.git'));
    await write({ 'README.md': 'read' });
    expect(await read('README.md')).toBe('read');
  });

  test('leaves a folder alone that holds something else', async () => {
    await put('thesis.tex', 'mine');
    await expect(write({ 'README.md': 'read' })).rejects.toThrow(UsageError);
    expect(await readdir(root)).toEqual(['thesis.tex']);
  });

  test('again: replaces the files of the kit, and removes those that it no longer has', async () => {
    await write({ 'README.md': 'one', 'grader/bin/part-1.mjs': 'old' });
    await put('README.md', 'edited');
    await write({ 'README.md': 'two', 'grader/bin/part-2.mjs': 'new' });
    expect(await read('README.md')).toBe('two');
    expect(await readdir(join(root, 'grader/bin'))).toEqual(['part-2.mjs']);
  });

  test('again: never touches a student’s work, or what else is there', async () => {
    await write({ [STUB]: 'stub' });
    await put(STUB, 'work');
    await put('notes.txt', 'mine');
    expect(await write({ [STUB]: 'better stub' })).toMatchObject({ kept: [STUB] });
    expect(await read(STUB)).toBe('work');
    expect(await read('notes.txt')).toBe('mine');
    // Nor when the file was saved on Windows, or the work is undone in part.
    await put(STUB, 'work\r\n');
    await write({ [STUB]: 'even better stub' });
    expect(await read(STUB)).toBe('work\r\n');
  });

  test('again: replaces a stub that nobody has touched, also one with the line ends of Windows', async () => {
    await write({ [STUB]: 'stub\n' });
    await put(STUB, 'stub\r\n');
    expect(await write({ [STUB]: 'better stub\n' })).toMatchObject({ kept: [] });
    expect(await read(STUB)).toBe('better stub\n');
  });

  test('work outlives two updates, of which the first found it', async () => {
    await write({ [STUB]: 'stub' });
    await put(STUB, 'work');
    await write({ [STUB]: 'second stub' });
    await put(STUB, 'second stub');
    await write({ [STUB]: 'third stub' });
    // What stands there is the second stub, byte for byte: nobody's work.
    expect(await read(STUB)).toBe('third stub');
  });

  test('a manifest that somebody changed removes nothing outside the kit’s folders', async () => {
    await write({ 'README.md': 'one' });
    await put('notes.txt', 'mine');
    const files = { 'notes.txt': 'x', '../outside': 'x', 'grader/../notes.txt': 'x' };
    await put(MANIFEST, JSON.stringify({ format: 'flow-grade-edition/1', files }));
    await write({ 'README.md': 'two' });
    expect(await read('notes.txt')).toBe('mine');
  });
});
