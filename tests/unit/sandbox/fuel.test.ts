import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { Stopped } from '#grader/model/subject.ts';
import { Callback, number } from '#grader/model/value.ts';
import { POLLS_PER_TICK } from '#grader/sandbox/machine.ts';
import { machineOf, thrownBy } from './support.ts';

const endless = await readFile(new URL('../../fixtures/attacks/endless.ts', import.meta.url), 'utf8');
const functions = [...endless.matchAll(/^export const (\w+)/gm)].map(([, name]) => name ?? '');

/** Fuel for one attack, in polls: little, so that all of them end soon. */
const FUEL = 300_000;

describe('what never ends by itself is ended by its fuel', () => {
  test.each(functions)('%s', async (name) => {
    const machine = await machineOf(endless, { functions, fuel: FUEL });
    const identity = new Callback('u', [number], (x: number) => x);
    const error = thrownBy(() => machine.call(name, [identity]));
    expect(error).toBeInstanceOf(Stopped);
    expect(error).toMatchObject({ status: 'out-of-fuel', message: 'used up its fuel' });
    expect(machine.spent).toBe(FUEL + POLLS_PER_TICK);
    expect(identity.calls).toEqual([]);
    expect(thrownBy(() => machine.call(name, [identity]))).toBe(error);
  });

  test('also when it is watched', async () => {
    const machine = await machineOf(
      'export const f = (x: any) => { x[0] = new Proxy([], { ownKeys() { for (;;); } }); };',
      { fuel: FUEL },
    );
    expect(thrownBy(() => machine.watch('f', [[[1]]]))).toMatchObject({ status: 'out-of-fuel' });
  });

  test('also when it is spread over many calls', async () => {
    const machine = await machineOf('export const f = () => { for (let i = 0; i < 1_000; i += 1); return 1; };', {
      fuel: FUEL,
    });
    let calls = 0;
    const error = thrownBy(() => {
      for (;;) calls += machine.call('f', []) as number;
    });
    expect(error).toMatchObject({ status: 'out-of-fuel' });
    expect(calls).toBeGreaterThan(100);
    expect(calls).toBeLessThan(200);
  });

  test('also one call at a time', async () => {
    const machine = await machineOf('export const f = () => 1;', { fuel: 5e4 });
    for (let i = 0; i < 5e4; i += 1) {
      const error = thrownBy(() => machine.call('f', []));
      if (error instanceof Stopped) return;
      expect(String(error)).toBe('Error: returned 1');
    }
    throw new Error('calls cost nothing');
  });

  test('every call costs the same wherever its fuel ends', async () => {
    // The last poll may fall on any step of a call, the machine's own included; it is out of fuel at each of them.
    for (let filler = 0; filler < 20; filler += 1) {
      const source = `export const f = (v: number[]) => { ${'Math.abs(1);'.repeat(filler)} return v; };`;
      const machine = await machineOf(source, { fuel: 1e4 });
      const error = thrownBy(() => {
        for (;;) machine.call('f', [[1, 2, 3]]);
      });
      expect(error).toBeInstanceOf(Stopped);
      expect(error).toMatchObject({ status: 'out-of-fuel' });
    }
  });
});

describe('fuel', () => {
  const work = `
    export const f = (n: number) => {
      const m = new Map<string, number>();
      let s = 0;
      for (let i = 0; i < n; i += 1) { s += Math.sin(i); m.set('k' + (i % 100), s); }
      return [...m.values()].sort((a, b) => a - b).map((x) => x.toFixed(3)).length + JSON.stringify([...m]).length * 0 + 'aaa'.replace(/a+$/, '').length;
    };`;

  test('is the same in every machine, and the value too', async () => {
    const run = async () => {
      const machine = await machineOf(work, { fuel: 1e8 });
      const values = [10_000, 20_000, 5_000].map((n) => machine.call('f', [n]));
      return { values, spent: machine.spent };
    };
    const [first, ...others] = [await run(), await run(), await run()];
    expect(first?.spent).toBeGreaterThan(100_000);
    for (const other of others) expect(other).toEqual(first);
  });

  test('is counted from each refuelling', async () => {
    const machine = await machineOf('export const f = () => { for (let i = 0; i < 20_000; i += 1); return 1; };', {
      fuel: 5e4,
    });
    for (let i = 0; i < 5; i += 1) {
      machine.refuel(5e4);
      expect(machine.call('f', [])).toBe(1);
    }
    expect(machine.spent).toBe(200_000);
  });

  test('grows with the work', async () => {
    const machine = await machineOf(
      'export const f = (n: number) => { let s = 0; for (let i = 0; i < n; i += 1) s += i; return s; };',
      { fuel: 1e9 },
    );
    const costOf = (n: number) => {
      const before = machine.spent;
      machine.call('f', [n]);
      return machine.spent - before;
    };
    expect(costOf(100_000)).toBe(200_000);
    expect(costOf(1_000_000)).toBe(2_000_000);
  });

  test('for loading has its own limit, and is known', async () => {
    const machine = await machineOf('for (let i = 0; i < 100_000; i += 1); export const f = () => 1;');
    expect(machine.call('f', [])).toBe(1);
    expect(machine.spent).toBe(0);
    await expect(machineOf('for (let i = 0; i < 1e7; i += 1); export const f = () => 1;')).rejects.toMatchObject({
      status: 'out-of-fuel',
    });
  });

  test('what the grader hands over costs the student nothing', async () => {
    const machine = await machineOf('export const f = (v: number[]) => v.length;', { fuel: 1e9 });
    const long = Array.from({ length: 100_000 }, (_, i) => i);
    for (let i = 0; i < 5; i += 1) machine.call('f', [long]);
    expect(machine.spent).toBe(0);
  });
});
