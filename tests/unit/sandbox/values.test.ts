import { describe, expect, test } from 'vitest';
import { Callback, number, Oddity, type Value, type Vector, vector } from '#grader/model/value.ts';
import { Mailbox } from '#grader/sandbox/wire.ts';
import { failureOf, machineOf, resultOf, thrownBy } from './support.ts';

describe('plain data comes out as it is', () => {
  test.each<[string, Value]>([
    ['3', 3],
    ['-0', -0],
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['-Infinity', Number.NEGATIVE_INFINITY],
    ['5e-324', 5e-324],
    ['0.1 + 0.2', 0.1 + 0.2],
    ['2 ** 53', 2 ** 53],
    ['true', true],
    ['false', false],
    ['""', ''],
    ['"é\\u{1F600}"', 'é😀'],
    ['[]', []],
    ['[-0, NaN, 1]', [-0, Number.NaN, 1]],
    ['[1, true, "a", [2]]', [1, true, 'a', [2]]],
    ['[[1, 2], [], [3]]', [[1, 2], [], [3]]],
    ['({})', {}],
    ['({ a: 1, b: { c: [2] } })', { a: 1, b: { c: [2] } }],
    ['[{ x: 1 }, { x: 2 }]', [{ x: 1 }, { x: 2 }]],
    ['Object.create(null, { a: { value: 1, enumerable: true }, b: { value: 2 } })', { a: 1 }],
    ['Object.freeze([1, Object.freeze({ a: 2 })])', [1, { a: 2 }]],
    ['({ [Symbol("s")]: 1, a: 2 })', { a: 2 }],
    ['new (class V extends Array<number> { extra = 1; get sum() { return 3; } })(1, 2)', [1, 2]],
    ['new (class A { a = 1; #b = 2; static c = 3; d() {} get e() { return this.#b; } })()', { a: 1 }],
    ['new (class A { constructor(readonly a = 1) {} })()', { a: 1 }],
    ['({ get a() { return 1; }, b: 2 })', { a: 1, b: 2 }],
    ['new Proxy([1, 2], {})', [1, 2]],
    ['new Proxy({ a: 1 }, {})', { a: 1 }],
    ['(function () { return arguments; })(5)', { 0: 5 }],
    [
      'JSON.parse(\'{"a": 1, "constructor": 2, "toString": 3, "length": 4}\')',
      { a: 1, constructor: 2, toString: 3, length: 4 },
    ],
  ])('%s', async (expression, expected) => {
    expect(await resultOf(expression)).toEqual(expected);
  });

  test('a key named __proto__ is a key like others', async () => {
    const value = await resultOf('JSON.parse(\'{"__proto__": {"a": 1}}\')');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.entries(value)).toEqual([['__proto__', { a: 1 }]]);
    expect((value as { a?: Value }).a).toBeUndefined();
  });

  test.each(['a\u0000b', '\ud800', '\udc00\ud800', 'x\udfff', '\u2028', '"\\'])(
    'the text %j, there and back',
    async (text) => {
      expect(await resultOf('x[0]', [text])).toBe(text);
      expect(await resultOf('({ [x[0]]: x })', [text])).toEqual({ [text]: [text] });
      const keep = new Callback('keep', [], (...all: Value[]) => all);
      expect(await resultOf('x[0](x[1])', [keep, text])).toEqual([]);
    },
  );

  test('long arrays of numbers, and only so long', async () => {
    expect(await resultOf('new Array(200_000).fill(0.5).length')).toBe(200_000);
    const whole = await resultOf('Array.from({ length: 150_000 }, (_, i) => i)');
    expect(whole).toHaveLength(150_000);
    expect((whole as number[])[149_999]).toBe(149_999);
    expect(await resultOf('new Array(200_001).fill(1)')).toEqual(new Oddity('an array of length 200001'));
    expect(await resultOf('[new Array(150_000).fill(1), new Array(60_000).fill(1)]')).toEqual(
      new Oddity('a value of more than 200,000 items'),
    );
    expect(await resultOf('new Array(1e7)')).toEqual(new Oddity('an array of length 10000000'));
    expect(await resultOf('new Array(2 ** 32 - 1)')).toEqual(new Oddity('an array of length 4294967295'));
  });

  test('long texts are cut, and many are no value', async () => {
    const text = (await resultOf('"ab".repeat(5_000)')) as string;
    expect(text.length).toBeLessThanOrEqual(2_000);
    expect(text).toMatch(/^(ab)+ … 8040 characters cut … (ab)+$/);
    expect(await resultOf('Array.from({ length: 99 }, (_, i) => String(i).repeat(2_000))')).toEqual(
      new Oddity('a value with more than 20,000 characters of text'),
    );
    expect(await resultOf('Object.fromEntries(Array.from({ length: 101 }, (_, i) => [i, 1]))')).toEqual(
      new Oddity('a record of 101 properties'),
    );
  });
});

describe('what is no value comes out as what it is', () => {
  test.each([
    ['undefined', 'undefined'],
    ['null', 'null'],
    ['() => 1', 'a function'],
    ['class {}', 'a function'],
    ['Symbol("x")', 'a symbol'],
    ['3n', 'a BigInt'],
    ['new Number(3)', 'a Number object'],
    ['new String("x")', 'a String object'],
    ['new Boolean(false)', 'a Boolean object'],
    ['Object(3n)', 'a BigInt object'],
    ['Object(Symbol())', 'a Symbol object'],
    ['new Float64Array(2)', 'a Float64Array (Array.from turns it into an array)'],
    ['new Int8Array(2)', 'an Int8Array (Array.from turns it into an array)'],
    ['new BigInt64Array(2)', 'a BigInt64Array (Array.from turns it into an array)'],
    ['new (class Points extends Float64Array {})(2)', 'a Points (Array.from turns it into an array)'],
    ['new ArrayBuffer(8)', 'an ArrayBuffer object'],
    ['new DataView(new ArrayBuffer(8))', 'a DataView object'],
    ['new Map([[1, 2]])', 'a Map object'],
    ['new Set([1])', 'a Set object'],
    ['new WeakMap()', 'a WeakMap object'],
    ['new Date(0)', 'a Date object'],
    ['/x/', 'a RegExp object'],
    ['new RangeError("x")', 'an Error object'],
    ['Promise.resolve(1)', 'a Promise object'],
    ['(async () => 1)()', 'a Promise object'],
    ['(function* () { yield 1; })()', 'an iterator (Array.from turns it into an array)'],
    ['[1].values()', 'an iterator (Array.from turns it into an array)'],
    ['new Map().entries()', 'an iterator (Array.from turns it into an array)'],
    ['"x".matchAll(/x/g)', 'an iterator (Array.from turns it into an array)'],
    ['(async function* () { yield 1; })()', 'an asynchronous iterator'],
    ['new (class Table extends Map {})()', 'a Map object'],
    ['new Proxy(new Map(), {})', 'a Map object'],
    ['new Proxy(() => 1, {})', 'a function'],
    ['new Proxy([], { get: (o, k) => k === "length" ? 2.5 : 1 })', 'an array of length 2.5'],
    ['new Proxy([], { get: (o, k) => k === "length" ? -1 : 1 })', 'an array of length -1'],
    ['new Proxy([], { get: (o, k) => k === "length" ? NaN : 1 })', 'an array of length NaN'],
    ['new Proxy([], { get: (o, k) => k === "length" ? 2n : 1 })', 'an array whose length is no number'],
    [
      'new Proxy([], { get: (o, k) => k === "length" ? { valueOf: () => 2 } : 1 })',
      'an array whose length is no number',
    ],
  ])('%s is %s', async (expression, what) => {
    expect(await resultOf(expression)).toEqual(new Oddity(what));
    expect(await resultOf(`[1, ${expression}]`)).toEqual([1, new Oddity(what)]);
    expect(await resultOf(`({ a: ${expression} })`)).toEqual({ a: new Oddity(what) });
  });

  test('holes are undefined', async () => {
    expect(await resultOf('[1, , 3]')).toEqual([1, new Oddity('undefined'), 3]);
    expect(await resultOf('new Array(3)')).toEqual(Array(3).fill(new Oddity('undefined')));
    expect(await resultOf('Object.assign([1, 2], { 4: 5 })')).toHaveLength(5);
  });

  test('what is deep or turns in a circle ends', async () => {
    const nested = new Oddity('something nested more than 16 deep');
    expect(JSON.stringify(await resultOf('(() => { const a: any[] = []; a.push(a); return a; })()'))).toContain(
      nested.what,
    );
    expect(JSON.stringify(await resultOf('(() => { const a: any = {}; a.a = a; return a; })()'))).toContain(
      nested.what,
    );
    const deep = 'let a: any = 1; for (let k = 0; k < N; k += 1) a = [a]; return a;';
    expect(await resultOf(`(() => { ${deep.replace('N', '16')} })()`)).toEqual([[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]);
    expect(JSON.stringify(await resultOf(`(() => { ${deep.replace('N', '17')} })()`))).toContain(nested.what);
    expect(JSON.stringify(await resultOf(`(() => { ${deep.replace('N', '1e5')} })()`))).toContain(nested.what);
    const bushy = 'let a: any = 1; for (let k = 0; k < 30; k += 1) a = [a, a, a]; return a;';
    const machine = await machineOf(`export const f = () => { ${bushy} };`, { fuel: 1e8 });
    expect(machine.call('f', [])).toEqual(new Oddity('a value of more than 200,000 items'));
  });
});

describe('what pretends to be a value', () => {
  test.each([
    ['({ valueOf: () => 3 })', { valueOf: new Oddity('a function') }],
    ['({ [Symbol.toPrimitive]: () => 3 })', {}],
    ['({ toJSON: () => 3 })', { toJSON: new Oddity('a function') }],
    ['({ then: (go: any) => go(3), a: 1 })', expect.objectContaining({ a: 1 }) as unknown as Value],
    ['({ [Symbol.toStringTag]: "Number" })', {}],
    ['({ __proto__: Number.prototype })', new Oddity('a Number object')],
    ['({ __proto__: Array.prototype, length: 2, 0: 1, 1: 2 })', { 0: 1, 1: 2, length: 2 }],
    ['({ length: 2, 0: 1, 1: 2 })', { 0: 1, 1: 2, length: 2 }],
    ['Object.setPrototypeOf([1], Map.prototype)', [1]],
    ['Object.setPrototypeOf(new Map(), Object.prototype)', {}],
    ['"3"', '3'],
  ])('%s', async (expression, expected) => {
    expect(await resultOf(expression)).toEqual(expected);
  });

  test('every property is read once, in the machine', async () => {
    const source = `
      let reads: string[] = [];
      const log = { get: (o: any, key: any) => { reads.push(String(key)); return Reflect.get(o, key); } };
      const count = () => ({ get a() { reads.push('a'); return reads.length; }, b: [1] });
      export const own = count;
      export const proxied = () => new Proxy([[1], 2], log);
      export const changing = () => { let n = 0; return { get a() { n += 1; return n === 1 ? [7] : 'other'; } }; };
      export const seen = () => { const all = reads; reads = []; return all; };`;
    const machine = await machineOf(source, { functions: ['own', 'proxied', 'changing', 'seen'] });
    expect(machine.call('own', [])).toEqual({ a: 1, b: [1] });
    expect(machine.call('seen', [])).toEqual(['a']);
    expect(machine.call('proxied', [])).toEqual([[1], 2]);
    expect((machine.call('seen', []) as string[]).filter((key) => /^\d$|length/.test(key))).toEqual([
      'length',
      '0',
      '1',
    ]);
    expect(machine.watch('own', []).value).toEqual({ a: 1, b: [1] });
    expect(machine.call('seen', [])).toEqual(['a']);
    expect(machine.watch('changing', []).value).toEqual({ a: [7] });
  });

  test.each([
    ['a getter', '({ get a() { throw new TypeError("no"); } })'],
    ['an element', 'Object.defineProperty([1], 0, { get() { throw new TypeError("no"); } })'],
    ['a trap of get', 'new Proxy([1], { get() { throw new TypeError("no"); } })'],
    ['a trap of ownKeys', 'new Proxy({}, { ownKeys() { throw new TypeError("no"); } })'],
    ['a trap of getPrototypeOf', 'new Proxy({}, { getPrototypeOf() { throw new TypeError("no"); } })'],
    ['a revoked proxy', '(() => { const { proxy, revoke } = Proxy.revocable([], {}); revoke(); return proxy; })()'],
  ])('%s that throws is the student’s error', async (_name, expression) => {
    expect(await failureOf(expression)).toMatchObject({ kind: 'error', errorName: 'TypeError' });
  });

  test('nothing of the guest runs outside', async () => {
    const before = Object.getOwnPropertyNames(globalThis).sort();
    await resultOf(
      '(Object as any).defineProperty({}, "x", { get: () => (globalThis as any).escaped = 1, enumerable: true })',
    );
    expect(Object.getOwnPropertyNames(globalThis).sort()).toEqual(before);
    expect(Object.hasOwn(Object.prototype, 'escaped')).toBe(false);
  });
});

describe('what a call does besides returning', () => {
  const watch = async (body: string, args: readonly Value[]) =>
    (await machineOf(`export function f(...x: any[]) { ${body} }`)).watch('f', args);
  const record = { a: [1], b: { c: 2 } };

  test.each<[string, readonly number[]]>([
    ['return 1', []],
    ['x[0] = [9]; x.length = 0; arguments[1] = 3; return 1', []],
    ['const y = [...x[0]]; y[0] = 5; return y', []],
    ['x[0][0] = 5; x[0][0] = 1; return 1', []],
    ['x[0][0] = 5; return 1', [0]],
    ['x[0][0] = -0; return 1', [0]],
    ['x[0].push(3); return 1', [0]],
    ['x[0].length = 1; return 1', [0]],
    ['x[0].sort((a: number, b: number) => b - a); return 1', [0]],
    ['x[0].extra = 1; return 1', [0]],
    ["x[0][Symbol('s')] = 1; return 1", [0]],
    ['delete x[1].a; return 1', [1]],
    ['x[1].a[0] = 2; x[0][1] = 7; return 1', [0, 1]],
    ['x[1].b = { c: 2 }; return 1', []],
    ['x[1].b = x[0]; return 1', [1]],
    ['x[1].toString = 1; return 1', [1]],
    ['Object.defineProperty(x[0], 0, { get: () => 3 }); return 1', [0]],
  ])('%s changes %j', async (body, altered) => {
    expect((await watch(body, [[1, 2], record])).altered).toEqual(altered);
  });

  test.each([
    ['return x[0]', true],
    ['return [1, { a: x[1].a }]', true],
    ['return [...x[0]]', false],
    ['return { ...x[1] }', true],
    ['return x[1].b', false],
    ['return structuredClone(x)', false],
    ['return x[0].slice()', false],
    ['return 3', false],
  ])('%s shares an array: %j', async (body, shares) => {
    expect((await watch(body, [[1, 2], record])).shares).toBe(shares);
  });

  test.each([
    ['return Math.random()', true],
    ['return 1', false],
    ['const { random } = Math; random(); return 1', true],
    ['(x[0] as any).map(Math.random); return 1', true],
  ])('%s draws: %j', async (body, random) => {
    expect((await watch(body, [[1, 2]])).random).toBe(random);
  });

  test('an argument that is made into something else is changed, or the student’s error', async () => {
    const body = 'x[0][0] = new Proxy([], { ownKeys() { throw new TypeError("no"); } }); return 1';
    const machine = await machineOf(`export function f(...x: any[]) { ${body} }`);
    expect(thrownBy(() => machine.watch('f', [[[1], 2]]))).toMatchObject({ errorName: 'TypeError' });
    expect((await watch('x[0][0] = x[0]; return 1', [[1, 2]])).altered).toEqual([0]);
    expect((await watch('x[0].push(x[0], x[0]); return 1', [[1, 2]])).altered).toEqual([0]);
  });
});

describe('what goes in', () => {
  test('arrives as ordinary objects that may be kept and changed', async () => {
    const source = 'let kept: any; export function f(x: any) { kept ??= x; kept.a.push(kept.a.length); return kept; }';
    const machine = await machineOf(source);
    const given = { a: [[1], 2, 'x', true, false, { b: -0 }] };
    expect(machine.call('f', [given])).toEqual({ a: [...given.a, 6] });
    expect(machine.call('f', [given])).toEqual({ a: [...given.a, 6, 7] });
    expect(given.a).toHaveLength(6);
    expect(
      await resultOf('[Array.isArray(x[0]), Object.getPrototypeOf(x[1]) === Object.prototype, x.length]', [[1], {}]),
    ).toEqual([true, true, 2]);
  });

  test('undefined stands for what is no value', async () => {
    expect(await resultOf('typeof x[0]', [new Oddity('anything')])).toBe('undefined');
  });

  test('long and short values take turns', async () => {
    const machine = await machineOf('export const f = (x: any, u: any) => u === undefined ? x : u(x);', { fuel: 1e8 });
    const double = () => new Callback('u', [vector], (x: Vector) => x.map((value) => 2 * value));
    for (const length of [3, 100_000, 0, 5_000, 4_088, 4_095, 4_096, 3]) {
      const long = Array.from({ length }, (_, i) => i / 7);
      expect(machine.call('f', [long])).toEqual(long);
      expect(machine.call('f', [long.map((value) => [value])])).toEqual(long.map((value) => [value]));
      expect(machine.call('f', [long, double()])).toEqual(long.map((value) => 2 * value));
      expect(machine.call('f', [1])).toBe(1);
    }
  });

  test('texts arrive whole, the first time and later', async () => {
    const machine = await machineOf('export const f = (...x: any[]) => x;');
    const texts = ['', 'a', '\ud800', 'é\u0000"\\', ...Array.from({ length: 300 }, (_, i) => `key ${i}`)];
    for (const count of [2, 5, 304, 3]) {
      const some = texts.slice(0, count);
      const args: Value[] = [some, Object.fromEntries(some.slice(-100).map((text) => [text, text]))];
      expect(machine.call('f', args)).toEqual(args);
    }
  });

  test('any value packs and unpacks to itself', () => {
    const values: Value[] = [
      0,
      -0,
      Number.NaN,
      [1, 2],
      [[], [1]],
      ['a', true],
      { a: 1, b: { a: 'a' } },
      [{ a: [1] }, { a: [2] }],
    ];
    const memory = new WebAssembly.Memory({ initial: 1 });
    const mailbox = new Mailbox(memory, { address: 64, capacity: 40 });
    const cells = new Float64Array(memory.buffer, 64);
    const full = () => {
      throw new Error('full');
    };
    cells[2] = 10;
    for (const value of values) {
      const texts = mailbox.reply(value, () => 0, full);
      expect(mailbox.read(texts === '' ? [] : JSON.parse(texts))).toEqual(value);
    }
    expect(mailbox.reply([new Callback('u', [number], () => 1)], () => 7, full)).toBe('');
    cells[10] = 99;
    expect(() => mailbox.read([])).toThrow(/unknown tag/);
    cells.set([8, 40], 10);
    expect(() => mailbox.read([])).toThrow(/ends early/);
    cells[40] = 5;
    expect(() => mailbox.reply(Array(29).fill(1), () => 0, full)).toThrow('full');
    expect(cells[40]).toBe(5);
  });
});

// Student code runs while its values are read: what is under way must not be disturbed by what it calls then.
describe('a value that calls a function while it is read', () => {
  const getter = (index: number | string, value: string) =>
    `Object.defineProperty(a, ${JSON.stringify(index)}, { get() { return ${value}; }, enumerable: true })`;
  const proxied = 'new Proxy([1, 2, 3], { get: (t: any, k) => (k === "1" ? u([7, 8, 9])[0] : t[k]) })';
  test.each<[string, Value]>([
    [`const a: any = [1, 2, 3]; ${getter(1, 'u([7, 8, 9])[2]')}; return a;`, [1, 9, 3]],
    [`const a: any = [1, 2, 3]; ${getter(1, 'u([7, 8, 9])')}; return a;`, [1, [7, 8, 9], 3]],
    [`const a: any = [1, 2, 3]; ${getter(2, 'u(new Array(9000).fill(5)).length')}; return [a, 4];`, [[1, 2, 9000], 4]],
    [`const a: any = { b: 1 }; ${getter('c', 'u([u([4])[0]])')}; return a;`, { b: 1, c: [4] }],
    [`return ${proxied};`, [1, 7, 3]],
    [`return u(${proxied});`, [1, 7, 3]],
    [`const a: any = [1, 2]; ${getter(0, '(() => { throw 1; })()')}; try { u(a); } catch {} return u([3]);`, [3]],
    [`const a: any = [1, 2]; ${getter(0, 'u([4]).none.none')}; try { u(a); } catch {} return [1];`, [1]],
    [`const a: any = [1, 2]; ${getter(0, '(console.log("x"), 3)')}; return u([a[0], a[1]]);`, [3, 2]],
  ])('%s', async (statements, value) => {
    const machine = await machineOf(`export const f = (u: any) => { ${statements} };`);
    const same = new Callback('u', [vector], (x: Vector) => x);
    expect(machine.call('f', [same])).toEqual(value);
    expect(machine.watch('f', [same]).value).toEqual(value);
  });
});
