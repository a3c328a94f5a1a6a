import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Probe } from './probe/probe.ts';
import { machineOf } from './support.ts';

let probe: Probe;
beforeAll(() => {
  probe = new Probe();
});
afterAll(() => probe.end());

/** Recursions n deep, each through something else. */
const RECURSIONS = `
const plain = (n) => n === 0 ? 0 : plain(n - 1) + 1;
const five = (n, a, b, c, d) => n === 0 ? a + b + c + d : five(n - 1, a + 1, b, c, d);
const map = (n) => n === 0 ? 0 : [1].map(() => map(n - 1))[0] + 1;
const reduce = (n) => n === 0 ? 0 : [1].reduce((s) => s + reduce(n - 1), 1);
const filter = (n) => n === 0 ? 0 : [1].filter(() => filter(n - 1) + 1).length + n - 1;
const apply = (n) => n === 0 ? 0 : Reflect.apply(apply, undefined, [n - 1]) + 1;
const call = (n) => n === 0 ? 0 : call.call(null, n - 1) + 1;
const spread = (n) => n === 0 ? 0 : spread(...[n - 1]) + 1;
const rest = (...a) => a[0] === 0 ? 0 : rest(...a.map((x) => x - 1)) + 1;
const generator = (n) => { function* g(k) { if (k > 0) yield* g(k - 1); else yield n; } return g(n).next().value; };
const generators = (n) => { const g = function* (k) { if (k > 0) for (const x of g(k - 1)) yield x + 1; else yield 0; }; return g(n).next().value; };
const getter = (n) => { const o = { n, get x() { if (this.n === 0) return 0; this.n -= 1; return this.x + 1; } }; return o.x; };
const proxy = (n) => { const p = new Proxy({}, { get: (_, k) => +k === 0 ? 0 : p[+k - 1] + 1 }); return p[n]; };
const destructuring = (n) => { const f = ({ k, ...r }) => { if (k === 0) return 0; const [x] = [f({ k: k - 1, ...r })]; return x + 1; }; return f({ k: n, a: 1 }); };
const construct = (n) => { class A { constructor(k) { this.n = k === 0 ? 0 : new A(k - 1).n + 1; } } return new A(n).n; };
const valueOf = (n) => { const o = (k) => ({ valueOf: () => k === 0 ? 0 : +o(k - 1) + 1 }); return +o(n); };
const json = (n) => { const o = (k) => ({ toJSON: () => k === 0 ? 0 : +JSON.stringify(o(k - 1)) + 1 }); return +JSON.stringify(o(n)); };
const replace = (n) => n === 0 ? 0 : +'x'.replace('x', () => replace(n - 1) + 1);
const forOf = (n) => { if (n === 0) return 0; for (const k of [n - 1]) return forOf(k) + 1; };
const tryCatch = (n) => { try { if (n === 0) return 0; return tryCatch(n - 1) + 1; } finally { Math.abs(1); } };
const mutual = (n) => { const odd = (k) => k === 0 ? 0 : even(k - 1) + 1; const even = (k) => k === 0 ? 0 : odd(k - 1) + 1; return even(n); };
`;
const NAMES = [...RECURSIONS.matchAll(/^const (\w+) =/gm)].map(([, name]) => name ?? '');
const SOURCE = RECURSIONS.replaceAll(/^const /gm, 'export const ');

describe('recursion', () => {
  test.each(NAMES)('1,500 deep through %s works', async (name) => {
    const [outcome] = await probe.ask({ source: SOURCE, calls: [[name, [1_500, 0, 0, 0, 0]]] });
    expect(outcome).toMatchObject({ kind: 'returned', text: '1500' });
  });

  test('1,500 deep works while a module loads', async () => {
    const outcome = await probe.evaluate('deep', {
      source: `${RECURSIONS}\nconst deep = [${NAMES.map((name) => `${name}(1_500, 0, 0, 0, 0)`)}];\nexport const f = () => deep.every((n) => n === 1_500);`,
    });
    expect(outcome).toMatchObject({ kind: 'returned', text: 'true' });
  });

  test('1,500 deep works with a callback at the bottom and something printed', async () => {
    const source =
      'export const f = (n: number): number => n === 0 ? (console.log("bottom", [1]), Math.random() * 0) : [1].map(() => f(n - 1))[0]! + 1;';
    const [outcome] = await probe.ask({ source, calls: [['f', [1_500]]] });
    expect(outcome).toMatchObject({ kind: 'returned', text: '1500', lines: ['bottom [1]'] });
  });

  test('has twice that room', async () => {
    const { text } = await probe.evaluate('0', {
      source: `${RECURSIONS}\nconst depthOf = (run) => { let [low, high] = [0, 20_000]; while (high - low > 1) { const n = (low + high) >> 1; try { run(n, 0, 0, 0, 0); low = n; } catch { high = n; } } return low; };\nexport const f = () => [plain, five, map, reduce, apply, generator, spread].map(depthOf);`,
      fuel: 1e8,
    });
    const [plain, five, map, reduce, apply, generator, spread] = JSON.parse(text) as number[];
    expect(plain).toBeGreaterThan(8_000);
    expect(five).toBeGreaterThan(6_000);
    expect(map).toBeGreaterThan(2_300);
    expect(reduce).toBeGreaterThan(2_200);
    expect(apply).toBeGreaterThan(3_000);
    expect(generator).toBeGreaterThan(3_000);
    expect(spread).toBeGreaterThan(3_000);
  });

  test('would not be 1,500 deep with the engine’s public setting', async () => {
    const depths = await probe.depthsInBareEngine(RECURSIONS, ['plain', 'map', 'reduce', 'apply', 'generator']);
    const { plain, ...others } = depths;
    expect(plain).toBeGreaterThan(1_500);
    for (const [name, depth] of Object.entries(others)) expect(depth, name).toBeLessThan(1_500);
  });
});

describe('recursion without end', () => {
  test.each([
    ['plain', 'const g = (n: number): number => g(n + 1) + 1; export const f = () => g(0);'],
    ['through map', 'const g = (): any => [1].map(g); export const f = () => g();'],
    ['through a getter', 'export const f = () => { const o = { get x(): any { return this.x; } }; return o.x; };'],
    [
      'through a proxy',
      'export const f = () => { const p: any = new Proxy({}, { get: (_, k) => p[k] }); return p.x; };',
    ],
    ['through toString', 'export const f = () => { const o: any = { toString: () => `${o}` }; return `${o}`; };'],
    ['through a constructor', 'class A { a = new A(); } export const f = () => new A();'],
    [
      'of something printed',
      'export const f = () => { const g = (): any => { console.log([1, { a: 2 }]); return g() + 1; }; return g(); };',
    ],
    ['of the result', 'export const f = (): any => ({ get a() { return f(); } });'],
  ])('%s is a stack overflow of the student’s, or nested too deep', async (_how, source) => {
    const [outcome] = await probe.ask({ source, calls: [['f', []]], fuel: 1e8 });
    if (outcome?.kind === 'returned') expect(outcome.text).toContain('something nested more than 16 deep');
    else expect(outcome).toMatchObject({ kind: 'stack', line: 1 });
  });

  test('may be caught, and leaves the machine as it was', async () => {
    const source =
      'const g = (n: number): number => g(n + 1) + 1; export const f = () => { try { return g(0); } catch (e: any) { return [e instanceof RangeError, e.name]; } };';
    const outcomes = await probe.ask({
      source,
      calls: Array.from({ length: 20 }, () => ['f', []] as const),
      shared: true,
    });
    for (const outcome of outcomes) expect(outcome).toMatchObject({ kind: 'returned', text: '[true, "RangeError"]' });
  });

  test('never gets as far as the grader’s own stack', async () => {
    // Down to the last frame that the machine allows, every depth prints, calls back and packs.
    const source =
      'const g = (n: number): number => { try { return g(n + 1); } catch { console.log(n, [n]); return structuredClone([n])[0]!; } }; export const f = () => g(0) > 1_500;';
    const [outcome] = await probe.ask({ source, calls: [['f', []]], fuel: 1e8 });
    expect(outcome).toMatchObject({ kind: 'returned', text: 'true' });
  });

  test('on a thread with a small stack ends the machine, not the thread', async () => {
    const small = new Probe(1);
    try {
      const source = `export const deep = () => JSON.parse('['.repeat(1e5) + ']'.repeat(1e5)); export const fine = () => 1;`;
      const outcomes = await small.ask({
        source,
        calls: [
          ['deep', []],
          ['fine', []],
        ],
      });
      expect(outcomes[0]).toMatchObject({
        kind: 'out-of-memory',
        text: 'used up the stack of the machine (recursion that is too deep)',
      });
      expect(outcomes[1]).toMatchObject({ kind: 'returned', text: '1' });
    } finally {
      await small.end();
    }
  });
});

test('the engine keeps its promises where the grader runs, and a thread with too small a stack is told', async () => {
  expect(await probe.selfTest()).toMatchObject({ kind: 'returned', text: '"kept"' });
  const small = new Probe(1);
  try {
    const outcome = await small.selfTest();
    expect(outcome.kind).not.toBe('returned');
  } finally {
    await small.end();
  }
});

test('fuel is the same on this thread and on others, whatever their stacks', async () => {
  const source =
    'export const f = (n: number) => { let s = 0; for (let i = 0; i < n; i += 1) s += Math.exp(-i) * [1, 2].map((x) => x * i).length; return s; };';
  const here = await machineOf(source, { fuel: 1e9 });
  const value = here.call('f', [12_345]);
  const large = new Probe(64);
  try {
    for (const other of [probe, large]) {
      const [outcome] = await other.ask({ source, calls: [['f', [12_345]]], fuel: 1e9 });
      expect(outcome).toMatchObject({ kind: 'returned', text: String(value), spent: here.spent });
    }
  } finally {
    await large.end();
  }
});
