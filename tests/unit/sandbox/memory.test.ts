import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LOADING_MEMORY, MEMORY } from '#grader/sandbox/machine.ts';
import { type Outcome, Probe } from './probe/probe.ts';

const FILE = fileURLToPath(new URL('../../fixtures/attacks/memory.ts', import.meta.url));
const attacks = await readFile(FILE, 'utf8');
const [bombs = '', others = ''] = attacks.split('// What is caught');
const namesIn = (text: string) => [...text.matchAll(/^export const (\w+)/gm)].map(([, name]) => name ?? '');

/** Where the engine has other words: a text longer than it makes any, a pattern or a function that it cannot compile. */
const OTHER_WORDS: Record<string, RegExp> = {
  ...Object.fromEntries(
    ['text', 'joined', 'printed', 'repeated', 'padded', 'ropes'].map((name) => [name, /string (too long|length)/]),
  ),
  patterns: /out of memory/,
  functions: /Error: /,
};

let probe: Probe;
beforeAll(() => {
  probe = new Probe();
});
afterAll(() => probe.end());

test('whatever fills a machine’s memory is out of memory', async () => {
  const names = namesIn(bombs);
  expect(names.length).toBeGreaterThan(30);
  const outcomes = await probe.ask({
    source: attacks,
    calls: names.map((name) => [name, []] as const),
    memory: 2 << 20,
    fuel: 1e8,
  });
  const byName = Object.fromEntries(names.map((name, index) => [name, outcomes[index]]));
  for (const [name, outcome] of Object.entries(byName)) {
    if (outcome?.kind === 'error') expect(outcome.text, name).toMatch(OTHER_WORDS[name] ?? /^nothing else$/);
    else expect(outcome, name).toMatchObject({ kind: 'out-of-memory', text: 'used up its memory (2 MiB)' });
    // There is no place without room for an error.
    if (name !== 'errors') expect(outcome?.line, name).toBeGreaterThan(3);
  }
});

describe('the full 256 MiB', () => {
  test('are kept to by a process that fills one machine after another', async () => {
    const names = ['doubling', 'filled', 'typedArrays'];
    const fill = fileURLToPath(new URL('./probe/fill.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', fill, FILE, ...names], {
      env: { ...process.env, NODE_OPTIONS: '' },
      maxBuffer: 1 << 24,
    });
    const { outcomes, peak } = JSON.parse(stdout) as { outcomes: Outcome[]; peak: number };
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ kind: 'out-of-memory', text: 'used up its memory (256 MiB)' });
    expect(outcomes).toHaveLength(names.length);
    // A machine that was ended gives its memory back as soon as V8 looks; until then there may be two or three.
    expect(peak).toBeLessThan(1_400e6);
  });

  test('are there to be used', async () => {
    const source =
      'export const f = () => { const all: Float64Array[] = []; for (let i = 0; i < 240; i += 1) all.push(new Float64Array(131_072).fill(i)); return all.length; };';
    const [outcome] = await probe.ask({ source, calls: [['f', []]] });
    expect(outcome).toMatchObject({ kind: 'returned', text: '240' });
    expect(MEMORY).toBe(256 << 20);
  });
});

describe('running out of memory may be caught', () => {
  test.each(namesIn(others))('%s', async (name) => {
    const calls = [name, 'fine', 'fine', name, 'fine'].map((each) => [each, []] as const);
    const outcomes = await probe.ask({ source: attacks, calls, shared: true, memory: 8 << 20, fuel: 1e8 });
    for (const outcome of outcomes) expect(outcome.kind).toBe('returned');
    expect(outcomes[1]?.text).toBe('[1, 4, 9]');
    expect(outcomes.at(-1)?.text).toBe('[1, 4, 9]');
  });

  test('and then again and again, with every call just as near the end', async () => {
    // Fills memory to the last bytes, so that packing, printing, calling back and throwing find none.
    const source = `
      const kept: unknown[] = [];
      const fill = (size: number) => { try { for (;;) kept.push(new Array(size).fill(0.5)); } catch { kept.pop(); } };
      export const full = () => { fill(10_000); fill(100); fill(1); return kept.length; };
      export const number = () => 1;
      export const array = () => [1, 2, 3];
      export const record = () => ({ a: [1], b: 'text' });
      export const throwing = () => { throw new RangeError('x'.repeat(1_000)); };
      export const printing = () => { console.log([1, 2, 3], 'x'.repeat(100)); return 1; };
      export const empty = () => { kept.length = 0; return 1; };`;
    const names = ['full', 'number', 'array', 'record', 'throwing', 'printing', 'full', 'array'];
    for (let skip = 0; skip < names.length; skip += 1) {
      const calls = [...names.slice(0, 1), ...names.slice(skip), 'empty', 'array'].map((each) => [each, []] as const);
      const outcomes = await probe.ask({
        source,
        calls,
        functions: [...names, 'empty'],
        shared: true,
        memory: 4 << 20,
        fuel: 1e8,
      });
      for (const { kind } of outcomes) expect(kind).toMatch(/^(returned|range|error|out-of-memory)$/);
      const last = outcomes.at(-1);
      if (last?.kind !== 'out-of-memory') expect(last).toMatchObject({ kind: 'returned', text: '[1, 2, 3]' });
    }
  });
});

describe('while a module loads', () => {
  test('memory is less, since what is loaded is copied for every machine', async () => {
    const outcome = await probe.evaluate('1', {
      source: 'const all: number[][] = []; for (;;) all.push([1, 2]); export const f = 1;',
      loadingFuel: 1e8,
    });
    expect(outcome).toMatchObject({ kind: 'out-of-memory', text: 'used up its memory (64 MiB)', line: 1 });
    expect(LOADING_MEMORY).toBe(64 << 20);
  });

  test('a table of 50 MB is carried over, and machines share nothing of it', async () => {
    const source =
      'const table = new Float64Array(6_250_000).fill(2); export const f = (i: number) => { const x = table[i]!; table[i] = 5; return x; };';
    const calls = [
      ['f', [6_249_999]],
      ['f', [6_249_999]],
    ] as const;
    for (const outcome of await probe.ask({ source, calls }))
      expect(outcome).toMatchObject({ kind: 'returned', text: '2' });
    const [first, second] = await probe.ask({ source, calls, shared: true });
    expect([first?.text, second?.text]).toEqual(['2', '5']);
  });
});
