import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TriedRequest } from './probe/tried.ts';

const thread = new Worker(new URL('./probe/start.mjs', import.meta.url), {
  workerData: { entry: './tried.ts' },
  resourceLimits: { stackSizeMb: 32 },
});
afterAll(() => thread.terminate());

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flow-grade-tried-'));
});
afterAll(() => rm(folder, { recursive: true }));

const file = () => join(folder, 'kept', 'world');
const open = async (digest = 'this', at = `${pathToFileURL(join(folder, 'kept')).href}/`) => {
  const request: TriedRequest = { digest, folder: at };
  thread.postMessage(request);
  const [answer] = await once(thread, 'message');
  return answer as { world: string; value: unknown };
};
/** Which file it is: one that is written anew is another. */
const identity = async () => (await stat(file())).ino;

describe('a world that was made and tried', () => {
  let first: Awaited<ReturnType<typeof open>>;
  beforeEach(async () => {
    first = await open();
  });

  test('is kept, and taken as it is by the next run', async () => {
    expect(first.value).toEqual([1, 4, 9]);
    const kept = await identity();
    expect(await open()).toEqual(first);
    expect(await identity()).toBe(kept);
    expect(await readdir(join(folder, 'kept'))).toEqual(['world']);
  });

  test('is the same to the byte when it is made again', async () => {
    await rm(file());
    expect(await open()).toEqual(first);
  });

  test('is not taken by another version of the sandbox', async () => {
    const kept = await identity();
    expect(await open('another')).toEqual(first);
    expect(await identity()).not.toBe(kept);
  });

  test.each([
    [
      'one bit is another',
      (bytes: Buffer) => bytes.fill((bytes.at(-1_000) ?? 0) ^ 1, bytes.length - 1_000, bytes.length - 999),
    ],
    ['its end is missing', (bytes: Buffer) => bytes.subarray(0, bytes.length - 1)],
    ['it is empty', () => Buffer.alloc(0)],
    ['it is something else', () => Buffer.from('something else, which is longer than a digest')],
  ])('is made anew when %s', async (_, spoil) => {
    await writeFile(file(), spoil(await readFile(file())));
    const spoilt = await identity();
    expect(await open()).toEqual(first);
    expect(await identity()).not.toBe(spoilt);
  });

  test('is made each time where nothing can be kept', async () => {
    const blocked = `${pathToFileURL(file()).href}/`;
    expect(await open('this', blocked)).toEqual(first);
  });
});
