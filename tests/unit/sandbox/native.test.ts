import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Message } from '#grader/engine/protocol.ts';
import { WorkerHandle } from '#grader/engine/worker-handle.ts';
import type { CheckReport } from '#grader/model/report.ts';
import { Probe } from './probe/probe.ts';
import { compileText } from './support.ts';

const attacks = await readFile(new URL('../../fixtures/attacks/native.ts', import.meta.url), 'utf8');

/** What is said of a check at which the thread was ended. */
const VERDICT: CheckReport = {
  id: '',
  title: '',
  kind: 'example',
  function: '',
  status: 'out-of-time',
  score: 0,
  maxScore: 1,
};

let probe: Probe;
beforeAll(() => {
  probe = new Probe();
});
afterAll(() => probe.end());

/** Built-ins that work long without a poll, and that only the worker's end can stop. */
const ENDLESS = ['joinedHoles', 'copiedWithin', 'shifted'];
/** Such as these; trying all of them takes minutes. */
const LIKEWISE = ['reversedHoles', 'sortedHoles', 'slicedHoles', 'splicedHoles', 'deepStringify', 'normalizedMarks'];
const DEEP = [...attacks.matchAll(/^export const (\w+) = \(n: number/gm)]
  .map(([, name]) => name ?? '')
  .filter((name) => !LIKEWISE.includes(name));
const LONG = [...attacks.matchAll(/^export const (\w+) = \(\) =>/gm)]
  .map(([, name]) => name ?? '')
  .filter((name) => ![...ENDLESS, ...LIKEWISE].includes(name));

describe('what goes deep in the engine’s own code', () => {
  test.each([3_000, 30_000])('%i deep comes to an end, and hurts no other machine', async (depth) => {
    const calls = DEEP.map((name) => [name, [depth]] as const);
    const outcomes = await probe.ask({ source: attacks, calls });
    for (const [index, { kind, text }] of outcomes.entries()) {
      expect(kind, `${DEEP[index]}: ${text}`).toMatch(/^(returned|error|stack|out-of-memory|out-of-fuel)$/);
      expect(text, DEEP[index]).not.toMatch(/wasm|memory access|unreachable/);
    }
    expect(await probe.evaluate('1')).toMatchObject({ kind: 'returned', text: '1' });
  });
});

test('built-ins that work long come to an end, by themselves or by a limit', async () => {
  expect(LONG.length).toBeGreaterThan(15);
  const outcomes = await probe.ask({
    source: attacks,
    calls: LONG.map((name) => [name, []] as const),
    memory: 32 << 20,
  });
  for (const [index, { kind, text }] of outcomes.entries()) {
    expect(kind, `${LONG[index]}: ${text}`).toMatch(/^(returned|error|out-of-memory|out-of-fuel)$/);
  }
});

test('a built-in that stands still is ended with its thread, and the next thread goes on', async () => {
  const compiled = await compileText(`${attacks}\nexport const fine = () => 1;`);
  if ('message' in compiled) throw new Error(compiled.message);
  const worker = new WorkerHandle(new URL('./probe/attacked-start.mjs', import.meta.url));
  const names = [...ENDLESS, 'fine'];
  const stalled: CheckReport[] = [];
  let last: Message | undefined;
  try {
    for (;;) {
      const ending = await worker.perform(
        { task: 'grade', exercise: names.join(' '), compiled, seed: 'x', earlier: stalled },
        () => 500,
        (message) => {
          last = message;
        },
      );
      if (ending === 'done') break;
      expect(ending).toBe('stalled');
      const id = names[worker.position] ?? '';
      stalled.push({ ...VERDICT, id, function: id });
      await worker.end();
    }
  } finally {
    await worker.end();
  }
  expect(stalled.map(({ id }) => id)).toEqual(ENDLESS);
  expect(last).toMatchObject({ type: 'graded', verdicts: [{ id: 'fine', status: 'passed' }] });
});

test('what loads without end is ended with its thread as well', async () => {
  const compiled = await compileText('export const fine = () => 1; [].copyWithin.call({ length: 2 ** 40 }, 0, 1);');
  if ('message' in compiled) throw new Error(compiled.message);
  const worker = new WorkerHandle(new URL('./probe/attacked-start.mjs', import.meta.url));
  try {
    const ending = worker.perform(
      { task: 'grade', exercise: 'fine', compiled, seed: 'x', earlier: [] },
      () => 500,
      () => {},
    );
    expect(await ending).toBe('stalled');
  } finally {
    await worker.end();
  }
});
