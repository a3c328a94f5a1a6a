import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeClass } from '../support/class.ts';
import { run } from '../support/cli.ts';
import { follow, type Running, start } from '../support/running.ts';
import { differing, resultsIn } from './results.ts';

// A class graded by workers that a real Redis hands the work to, and what becomes of it when they die or it goes away.

const size = Number(process.env.CLASS ?? 12);

let root: string;
let source: string;
let results: Map<string, string>;
const running = new Set<Running>();

const begin = (...args: string[]) => {
  const started = start(...args);
  running.add(started);
  return started;
};

class Redis {
  readonly url: string;
  readonly #args: string[];
  #server: Running;

  private constructor(port: number, folder: string) {
    this.url = `redis://127.0.0.1:${port}`;
    this.#args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
    this.#server = this.#start();
  }

  static async open(folder: string): Promise<Redis> {
    const probe = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => probe.once('listening', resolve));
    const { port } = probe.address() as { port: number };
    await new Promise((resolve) => probe.close(resolve));
    await mkdir(folder, { recursive: true });
    const redis = new Redis(port, folder);
    await redis.#server.until(/Ready to accept connections/);
    return redis;
  }

  #start(): Running {
    const server = follow('redis-server', this.#args);
    running.add(server);
    return server;
  }

  kill(): Promise<void> {
    return this.#server.kill();
  }

  /** Starts it again; it keeps nothing on disk, so it has forgotten everything. */
  async restart(): Promise<void> {
    this.#server = this.#start();
    await this.#server.until(/Ready to accept connections/);
  }
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'flow-grade-queue-'));
  source = join(root, 'class');
  await writeClass(source, size);
  const { code } = await run(['batch', source, '--out', join(root, 'alone')]);
  expect(code).toBe(0);
  results = await resultsIn(join(root, 'alone'));
});
afterAll(async () => {
  await Promise.all([...running].map((each) => each.kill()));
  await rm(root, { recursive: true, force: true });
});

test('two workers give the same, one of them killed in the middle of its work, and the server gone and back, empty', async () => {
  const redis = await Redis.open(join(root, 'redis'));
  const folder = join(root, 'queue');
  const batch = begin('batch', source, '--out', folder, '--queue', redis.url);
  await batch.until(/no worker with this version of the kit is there/);
  const doomed = begin('worker', '--queue', redis.url, '--jobs', '1');
  await doomed.until(/waiting for work/);
  await batch.until(/\d+ of \d+ · /);
  // It has taken the next file by now: workers are never idle while there is work.
  await doomed.kill();
  const workers = [1, 2].map(() => begin('worker', '--queue', redis.url, '--jobs', '1'));
  await Promise.all(workers.map((worker) => worker.until(/waiting for work/)));
  await redis.kill();
  await batch.until(/the queue is away; waiting for it to come back/);
  await redis.restart();
  await batch.until(/the queue is back/);
  expect([await batch.ended, batch.said()]).toEqual([0, expect.stringContaining('graded,')]);
  expect(differing(results, await resultsIn(folder))).toEqual([]);
  for (const worker of workers) worker.process.kill('SIGTERM');
  expect(await Promise.all(workers.map(({ ended }) => ended))).toEqual([0, 0]);
  expect(workers.every((worker) => /[1-9]\d* files? graded in all/.test(worker.said()))).toBe(true);
  await redis.kill();
});

test('a worker that dies without a word leaves its work to another, and the results are the same', async () => {
  const redis = await Redis.open(join(root, 'redis'));
  const folder = join(root, 'silent');
  const doomed = begin('worker', '--queue', redis.url, '--jobs', '2');
  await doomed.until(/waiting for work/);
  const batch = begin('batch', source, '--out', folder, '--queue', redis.url);
  await batch.until(/\d+ of \d+ · /);
  await doomed.kill();
  const other = begin('worker', '--queue', redis.url);
  expect([await batch.ended, batch.said()]).toEqual([0, expect.stringContaining('graded,')]);
  expect(differing(results, await resultsIn(folder))).toEqual([]);
  other.process.kill('SIGINT');
  expect(await other.ended).toBe(0);
  await redis.kill();
});

test('a server that is not there, or an address that is none, ends the command at once', async () => {
  for (const [queue, why] of [
    [
      'redis://127.0.0.1:1',
      /^flow-grade: no queue answers at redis:\/\/127\.0\.0\.1:1 \(ECONNREFUSED\); is the server running\?$/m,
    ],
    ['http://127.0.0.1', /^flow-grade: --queue takes the address of a Redis or Valkey server/m],
  ] as const) {
    for (const args of [['batch', source, '--out', join(root, 'no')], ['worker']]) {
      const { code, stderr } = await run([...args, '--queue', queue]);
      expect(code).toBe(2);
      expect(stderr).toMatch(why);
    }
  }
});
