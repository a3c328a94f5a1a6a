import { describe, expect, test } from 'vitest';
import { Stopped } from '#grader/model/subject.ts';
import { machineOf, thrownBy } from './support.ts';

/** What a body prints, and what came of it. */
async function printed(body: string, fuel = 4e6): Promise<{ lines: string[]; outcome: unknown; spent: number }> {
  const lines: string[] = [];
  const machine = await machineOf(`export function f() { ${body} }`, { fuel, print: (line) => lines.push(line) });
  let outcome: unknown;
  try {
    outcome = machine.call('f', []);
  } catch (error) {
    outcome = error;
  }
  return { lines, outcome, spent: machine.spent };
}
const lineOf = async (expression: string) => (await printed(`console.log(${expression}); return 1;`)).lines[0];

describe('what is printed', () => {
  test.each([
    ['1, -0, NaN, 1e300', '1 -0 NaN 1e+300'],
    ['"a", "b c"', 'a b c'],
    ['', ''],
    ['["a", \'"\']', '["a", "\\""]'],
    ['undefined, null, true, 3n, Symbol("s")', 'undefined null true 3n Symbol(s)'],
    ['() => 1, class A {}', 'a function a function'],
    ['[1, [2, [3, [4, [5]]]]]', '[1, [2, [3, [4, […]]]]]'],
    ['{ a: { b: { c: { d: {} } } } }', '{ a: { b: { c: { d: {…} } } } }'],
    ['{}, []', '{} []'],
    ['[, 1]', '[undefined, 1]'],
    ['new Float64Array([1, 2])', '[1, 2]'],
    ['new Map([[1, { a: 2 }]]), new Set([1])', 'Map [[1, { a: 2 }]] Set [1]'],
    ['new RangeError("x")', 'RangeError: x'],
    [
      'Promise.resolve(1), new Date(0), /x/, new Number(3)',
      'a Promise object a Date object a RegExp object a Number object',
    ],
    ['(function* () {})()', 'an iterator (Array.from turns it into an array)'],
    ['new DataView(new ArrayBuffer(1))', 'a DataView object'],
    ['{ get a() { throw 1; }, b: 2 }', '{ a: (getter), b: 2 }'],
    ['new (class P { x = 1; #y = 2; get z() { return 3; } })()', '{ x: 1 }'],
    ['"a\\u0000\\u202e\\ud800\\n\\tb"', 'a\\u0000\\u202e\\ud800\n\tb'],
    ['(() => { const a: any[] = [1]; a.push(a); return a; })()', '[1, [1, [1, [1, […]]]]]'],
  ])('%s', async (expression, line) => {
    expect(await lineOf(expression)).toBe(line);
  });

  test.each(['log', 'info', 'warn', 'error', 'debug'])('by console.%s', async (method) => {
    expect((await printed(`console.${method}('x', 1); return 1;`)).lines).toEqual(['x 1']);
    expect((await printed(`const { ${method} } = console; [1].forEach(${method}); return 1;`)).lines).toEqual([
      '1 0 [1]',
    ]);
  });

  test('and nothing else is there', async () => {
    expect(await lineOf('Object.keys(console).sort().join()')).toBe('debug,error,info,log,warn');
    expect((await printed('(console as any).log = 1;')).outcome).toMatchObject({ errorName: 'TypeError' });
  });

  test('while the module loads, too', async () => {
    const lines: string[] = [];
    const machine = await machineOf(
      'console.log("loading"); export const f = () => { console.log("running"); return 1; };',
      {
        print: (line) => lines.push(line),
      },
    );
    expect(lines).toEqual(['loading']);
    machine.call('f', []);
    expect(lines).toEqual(['loading', 'running']);
  });
});

describe('what is long is cut in the machine already, and said', () => {
  test.each([
    ['a text', '"x".repeat(1e6)', /^x+ … 998040 characters cut … x+$/],
    ['many texts', '..."abc".repeat(5_000)', /^a b c /],
    ['a long array', 'new Array(1e6).fill(1)', /^\[1, 1, .*… \d+ more\]$/],
    ['a matrix', 'Array.from({ length: 500 }, () => new Array(500).fill(7))', /^\[\[7, 7, .*… \d+ more\]$/],
    [
      'a record',
      "Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => ['k' + i, i]))",
      /^\{ k0: 0, k1: 1, .*… \d+ more \}$/,
    ],
    ['a long key', '{ ["k".repeat(9_999)]: 1 }', /^\{ k+ … \d+ characters cut … k*.*$/],
    [
      'a long name of an error',
      'Object.assign(new Error("x"), { name: "n".repeat(1e5) })',
      /^n+ … \d+ characters cut … n*: x$/,
    ],
    ['control characters', '"\\u0000".repeat(1e6)', /^(\\u0000)+.*characters cut/],
  ])('%s', async (_what, expression, pattern) => {
    const line = await lineOf(expression);
    expect(line).toMatch(pattern);
    expect(line?.length).toBeLessThanOrEqual(2_000);
  });

  test('a thing that branches without end costs no more than a line', async () => {
    const { lines, spent } = await printed(
      'let a: any = 1; for (let i = 0; i < 50; i += 1) a = [a, a, a, a, a, a, a, a]; console.log(a); return 1;',
    );
    expect(lines[0]?.length).toBeLessThanOrEqual(2_000);
    expect(spent).toBeLessThan(2e5);
  });
});

describe('what is odd does no harm', () => {
  test.each([
    ['a proxy that throws', 'new Proxy({ a: 1 }, { ownKeys() { throw 1; } })'],
    ['a proxy of an array that lies', 'new Proxy([1], { get: (o, k) => k === "length" ? 1e9 : 1 })'],
    ['a proxy of an array whose length is a symbol', 'new Proxy([1], { get: () => Symbol() })'],
    ['an error whose name throws', 'Object.defineProperty(new Error("x"), "name", { get() { throw 1; } })'],
    ['an error whose message is a symbol', 'Object.assign(new Error("x"), { message: Symbol("m") })'],
    ['a revoked proxy', '(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy; })()'],
    ['a prototype that throws', 'new Proxy({}, { getPrototypeOf() { throw 1; } })'],
    ['no prototype', 'Object.create(null, { a: { value: 1, enumerable: true } })'],
    ['a map that lies', 'new (class extends Map { *[Symbol.iterator](): any { yield 1; } })()'],
  ])('%s', async (_what, expression) => {
    const { lines, outcome } = await printed(`console.log('before', ${expression}); return 1;`);
    expect(outcome).toBe(1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^before /);
    expect(lines[0]?.length).toBeLessThanOrEqual(2_000);
  });

  test.each([
    ['a trap', 'console.log(new Proxy([1], { get() { for (;;); } }))'],
    ['a name', 'console.log(Object.defineProperty(new Error("x"), "name", { get() { for (;;); } }))'],
    ['an iterator', 'console.log(new (class extends Map { *[Symbol.iterator](): any { for (;;) yield 1; } })())'],
    ['a flood', 'for (;;) console.log("x".repeat(3_000))'],
    ['a flood of nothing', 'for (;;) console.log()'],
  ])('%s without end is on the student’s fuel', async (_what, body) => {
    const { outcome } = await printed(body, 1e6);
    expect(outcome).toBeInstanceOf(Stopped);
    expect((outcome as Stopped).status).toMatch(/^out-of-(fuel|memory)$/);
  });

  test('a flood is bounded by its fuel', async () => {
    const { lines } = await printed('for (;;) console.log(1);', 1e6);
    expect(lines.length).toBeGreaterThan(1_000);
    expect(lines.length).toBeLessThan(100_000);
    const long = (await printed('for (;;) console.log("x".repeat(3_000));', 1e6)).lines;
    expect(long.length).toBeGreaterThan(100);
    expect(long.length).toBeLessThan(2_000);
  });

  test('a printer of the grader’s that fails is the grader’s fault', async () => {
    const fault = new Error('no room');
    const machine = await machineOf('export const f = () => { try { console.log(1); } catch {} return 1; };', {
      print: () => {
        throw fault;
      },
    });
    expect(thrownBy(() => machine.call('f', []))).toBe(fault);
  });
});
