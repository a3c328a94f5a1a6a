import { describe, expect, test } from 'vitest';
import { failureOf, machineOf, resultOf } from './support.ts';

/** Walks everything that a program can reach from the global object and from syntax alone. */
const WALK = `
const roots: [string, any][] = [
  ['globalThis', globalThis],
  ['%GeneratorFunction.prototype%', Object.getPrototypeOf(function* () {})],
  ['%AsyncFunction.prototype%', Object.getPrototypeOf(async () => {})],
  ['%AsyncGeneratorFunction.prototype%', Object.getPrototypeOf(async function* () {})],
  ['%ArrayIteratorPrototype%', Object.getPrototypeOf([][Symbol.iterator]())],
  ['%MapIteratorPrototype%', Object.getPrototypeOf(new Map()[Symbol.iterator]())],
  ['%SetIteratorPrototype%', Object.getPrototypeOf(new Set()[Symbol.iterator]())],
  ['%StringIteratorPrototype%', Object.getPrototypeOf(''[Symbol.iterator]())],
  ['%RegExpStringIteratorPrototype%', Object.getPrototypeOf(''.matchAll(/a/g))],
  ['%ThrowTypeError%', (Object as any).getOwnPropertyDescriptor((function () { return arguments; })(), 'callee').get],
];
export const walk = () => {
  const queue = [...roots];
  const seen = new Set<any>();
  const lines: string[] = [];
  const loose: string[] = [];
  for (const [path, thing] of queue) {
    if (seen.has(thing)) continue;
    seen.add(thing);
    const keys = Reflect.ownKeys(thing);
    if (!Object.isFrozen(thing)) loose.push(path);
    const named = keys.filter((key) => typeof thing !== 'function' || (key !== 'length' && key !== 'name'));
    if (named.length > 0) lines.push(path + ': ' + named.map(String).join(' '));
    const prototype = Object.getPrototypeOf(thing);
    if (prototype !== null) queue.push([path + '.__proto__', prototype]);
    for (const key of keys) {
      const own: any = Object.getOwnPropertyDescriptor(thing, key);
      for (const part of ['value', 'get', 'set']) {
        const value = own[part];
        if ((typeof value !== 'object' && typeof value !== 'function') || value === null) continue;
        queue.push([(path === 'globalThis' ? '' : path + '.') + (part === 'value' ? '' : part + ' ') + String(key), value]);
      }
    }
  }
  return [lines.slice(0, 80), lines.slice(80), loose];
};`;

describe('the world inside', () => {
  test('is this one', async () => {
    const machine = await machineOf(WALK, { functions: ['walk'] });
    const [first, second, loose] = machine.call('walk', []) as string[][];
    await expect(`${[...(first ?? []), ...(second ?? [])].join('\n')}\n`).toMatchFileSnapshot('./world.txt');
    // The global object takes new names; those that it has cannot be changed.
    expect(loose).toEqual(['globalThis']);
  });

  test('cannot be changed by any name of its', async () => {
    const check = `Reflect.ownKeys(globalThis).filter((key) => { const own: any = Object.getOwnPropertyDescriptor(globalThis, key); return own.configurable || own.writable || own.set; }).map(String)`;
    expect(await resultOf(check)).toEqual([]);
  });

  const ABSENT = [
    'setTimeout setInterval setImmediate queueMicrotask fetch process module exports performance navigator crypto',
    'WeakRef FinalizationRegistry SharedArrayBuffer Atomics Intl WebAssembly Iterator Float16Array DisposableStack',
    'SuppressedError AsyncDisposableStack InternalError DOMException atob btoa print gc scriptArgs std os bjson URL',
    'TextEncoder TextDecoder Buffer global window self postMessage Worker host make load call watch unpack pack Deno Bun',
    'ShadowRealm Temporal Object.groupBy Map.groupBy Array.fromAsync Promise.withResolvers Promise.try Math.sumPrecise',
    'Math.f16round RegExp.escape Error.isError JSON.rawJSON Error.stackTraceLimit Error.prepareStackTrace',
    '"".isWellFormed "".toWellFormed new/**/Set().union new/**/Set().isSubsetOf [].values().map [].values().take',
    'new/**/ArrayBuffer(1).transfer new/**/ArrayBuffer(1).resize new/**/Map().getOrInsert Uint8Array.fromBase64',
    '[].group console.table console.trace Date.prototype.toTemporalInstant (()=>1).fileName (()=>1).lineNumber',
    'globalThis.submission globalThis.__defProp globalThis.TAG globalThis.made globalThis.functions',
  ].flatMap((line) => line.split(' '));
  test('has none of what is newer than ES2023, outside the language, or ours', async () => {
    const machine = await machineOf(`export const f = () => [${ABSENT.map((name) => `typeof ${name}`)}];`);
    const types = machine.call('f', []) as string[];
    expect(ABSENT.filter((_, index) => types[index] !== 'undefined')).toEqual([]);
  });

  test.each([
    ['[1, 2, 3].at(-1)', 3],
    ['[3, 1].toSorted()', [1, 3]],
    ['[1, 2].toReversed()', [2, 1]],
    ['[1, 2].with(0, 5)', [5, 2]],
    ['[1, 2].toSpliced(0, 1)', [2]],
    ['[1, 2, 3].findLast((x: number) => x < 3)', 2],
    ['Object.hasOwn({ a: 1 }, "a")', true],
    ['"aab".replaceAll("a", "c")', 'ccb'],
    ['[[1], [2]].flat()', [1, 2]],
    ['Object.fromEntries([["a", 1]])', { a: 1 }],
    ['structuredClone({ a: [1] })', { a: [1] }],
    ['[..."é😀"].length', 2],
    ['[1, 2, 3].reduce((a: number, b: number) => a + b)', 6],
    ['Math.hypot(3, 4) + Math.log1p(0) + Math.expm1(0)', 5],
    ['(2n ** 70n).toString()', '1180591620717411303424'],
    ['/(?<year>\\d+)/.exec("in 2024")!.groups!.year!', '2024'],
    ['/a/gimsuyd.flags', 'dgimsuy'],
    ['new Error("x", { cause: 5 }).cause as number', 5],
    ['(() => { let x: any = null; x ??= 5; return x?.y ?? x; })()', 5],
    ['(() => { class A { static #n = 1; static has(o: any) { return #n in o; } } return A.has(A); })()', true],
    ['new Intl_().x', 1],
  ])('has what ES2023 has: %s', async (expression, expected) => {
    const source = `class Intl_ { x = 1; } export const f = () => (${expression});`;
    expect((await machineOf(source)).call('f', [])).toEqual(expected);
  });

  test('has no clock', async () => {
    expect(await resultOf('[Date.now(), new Date().getTime(), new Date().getTimezoneOffset(), +new Date(0)]')).toEqual([
      0, 0, 0, 0,
    ]);
    expect(
      await resultOf(
        '(() => { let n = 0; const t = Date.now(); while (Date.now() === t && n < 1e4) n += 1; return n; })()',
      ),
    ).toBe(1e4);
    expect(
      await resultOf(
        '[new Date(2024, 0, 1).getTime(), new Date(Date.UTC(2024, 0, 1)).toISOString(), String(new Date(0))]',
      ),
    ).toEqual([1_704_067_200_000, '2024-01-01T00:00:00.000Z', 'Thu Jan 01 1970 00:00:00 GMT+0000']);
  });

  test('has the same Math.random in every machine', async () => {
    const draws = 'Array.from({ length: 1_000 }, Math.random)';
    const first = (await resultOf(draws)) as number[];
    expect(await resultOf(draws)).toEqual(first);
    expect(new Set(first).size).toBe(1_000);
    expect(Math.min(...first)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...first)).toBeLessThan(1);
    const mean = first.reduce((sum, x) => sum + x, 0) / 1_000;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.06);
  });

  test('runs no promise further than its first step', async () => {
    const machine = await machineOf(
      'let n = 0; export const f = () => { Promise.resolve().then(() => { n += 1; }); (async () => { await 1; n += 10; })(); return n; };',
    );
    for (let i = 0; i < 3; i += 1) expect(machine.call('f', [])).toBe(0);
  });

  test('runs in strict mode', async () => {
    expect(await resultOf('(function (this: any) { return this === undefined; })()')).toBe(true);
    expect(await failureOf('(() => { undeclared = 1; })()')).toMatchObject({ errorName: 'ReferenceError' });
    expect(await failureOf('(() => { Object.freeze(x)[0] = 1; })()', [1])).toMatchObject({ errorName: 'TypeError' });
    expect(await resultOf('typeof this')).toBe('undefined');
  });
});

describe('does not let itself be changed', () => {
  test.each([
    'Math.exp = () => 1',
    'Math.PI = 3 as never',
    '(Math as any).mine = 1',
    'Array.prototype.push = () => 1',
    'Array.prototype.map = 1 as never',
    '(Array.prototype as any).sum = () => 1',
    'Array.prototype[Symbol.iterator] = 1 as never',
    'Array.prototype.length = 5',
    'delete (Array.prototype as any).push',
    'Object.prototype.toString = () => "x"',
    'Object.prototype.hasOwnProperty = () => true',
    '(Object.prototype as any).polluted = 1',
    '(Object.prototype as any).__proto__ = {}',
    'Object.setPrototypeOf(Object.prototype, {})',
    'Object.setPrototypeOf(Array.prototype, null)',
    'Object.setPrototypeOf(Math, null)',
    'Object.defineProperty(Object.prototype, "x", { value: 1 })',
    'Object.defineProperty(Array.prototype, "0", { set() {} })',
    'Object.defineProperty(Number, "isFinite", { value: () => true })',
    'Object.defineProperty(globalThis, "Array", { value: 1 })',
    'Function.prototype.call = () => 1 as never',
    'Function.prototype.toString = () => "x"',
    '(Function.prototype as any).mine = 1',
    'Number.prototype.toFixed = () => "1"',
    'String.prototype.at = 1 as never',
    'Error.prototype.name = "x"',
    'Error.prototype.message = "x"',
    'RangeError.prototype.name = "x"',
    'RangeError.prototype.constructor = Error',
    'RangeError = Error as never',
    'globalThis.Array = 1 as never',
    'globalThis.undefined = 1',
    'globalThis.globalThis = 1 as never',
    'delete (globalThis as any).Math',
    'Object.freeze = 1 as never',
    'Reflect.apply = 1 as never',
    'JSON.stringify = () => "x"',
    'Promise.prototype.then = 1 as never',
    'Map.prototype.get = 1 as never',
    'Symbol.prototype.valueOf = 1 as never',
    'console.log = () => {}',
    'structuredClone = 1 as never',
    'Object.getPrototypeOf(function* () {}).prototype.next = 1',
    'Object.getPrototypeOf([].values()).next = () => ({ done: true })',
    'Object.getPrototypeOf(Object.getPrototypeOf([].values()))[Symbol.iterator] = 1',
    'Object.getPrototypeOf(async function () {}).mine = 1',
    'Object.getOwnPropertyDescriptor(Object.prototype, "toString")!.get!.call = 1 as never',
    'Object.getPrototypeOf(Int8Array).from = 1',
    'Date.now = () => 1',
    'Math.random = () => 0.5',
    '(RangeError as any).prototype = {}',
  ])('%s', async (statement) => {
    expect(await failureOf(`(() => { ${statement}; })()`)).toMatchObject({
      errorName: expect.stringMatching(/^(TypeError|ReferenceError)$/),
    });
  });

  test.each([
    'let Map = 1',
    'const Object = 1',
    'class Error {}',
    'var Array = 1',
    'function Float64Array() {}',
    'let undefined = 1',
  ])('%s in a script of its own', async (script) => {
    const machine = await machineOf(
      `export const f = () => { try { (0, eval)(${JSON.stringify(script)}); } catch (e: any) { return e.name; } return 'done'; }; export const g = (m: any) => [new Map([[1, 2]]).size, m, Object.keys({ a: 1 })];`,
      { functions: ['f', 'g'] },
    );
    machine.call('f', []);
    expect(machine.call('g', [{ a: [1, true, 'x'] }])).toEqual([1, { a: [1, true, 'x'] }, ['a']]);
    expect(machine.watch('g', [[1]]).shares).toBe(true);
  });

  test('getters and setters of built-ins cannot be turned against it', async () => {
    const body = `const { get, set } = Object.getOwnPropertyDescriptor(Object.prototype, 'toString') as any;
      const o = {}; set.call(o, () => 'mine'); let frozen = 0;
      for (const thing of [Object.prototype, Math, Array.prototype, 5, null, undefined, Object.freeze({})]) try { set.call(thing, 1); } catch { frozen += 1; }
      return [typeof get.call(5), String(o), frozen]`;
    expect(await resultOf(`(() => { ${body} })()`)).toEqual(['function', 'mine', 7]);
  });

  test('a function of one’s own is called with nothing of ours in reach', async () => {
    const machine = await machineOf(
      `export const f: any = function (this: any) { try { return [this === undefined, arguments.length, (f as any).caller]; } catch (e: any) { return [this === undefined, arguments.length, e.name]; } };`,
    );
    expect(machine.call('f', [1, 2])).toEqual([true, 2, 'TypeError']);
    expect(machine.watch('f', [1, 2]).value).toEqual([true, 2, 'TypeError']);
  });
});

describe('lets programs assign what they own', () => {
  test.each([
    [
      'this.name in an Error',
      'class E extends Error { constructor() { super("m"); this.name = "E"; } } const e = new E(); return [e.name, String(e), Object.keys(e), new Error("x").name]',
      ['E', 'E: m', ['name'], 'Error'],
    ],
    [
      'this.message',
      'class E extends Error { constructor() { super(); this.message = "m"; } } return [new E().message, new Error().message]',
      ['m', ''],
    ],
    ['this.stack', 'const e = new Error("x"); e.stack = "mine"; return e.stack', 'mine'],
    [
      'a name in a static block',
      'class E extends Error { static { E.prototype.name = "E"; } } return [new E("m").name, String(new E("m"))]',
      ['E', 'E: m'],
    ],
    ['toString of an object', 'const o: any = {}; o.toString = () => "o"; return String(o)', 'o'],
    ['toString of a function', 'function g() {} g.toString = () => "g"; return String(g)', 'g'],
    ['toString of a class', 'class A {} A.prototype.toString = () => "a"; return String(new A())', 'a'],
    ['toString of an array', 'const a = [1]; a.toString = () => "a"; return [String(a), String([1])]', ['a', '1']],
    [
      'valueOf and toJSON',
      'const o: any = {}; o.valueOf = () => 3; o.toJSON = () => 4; return [+o, JSON.stringify(o)]',
      [3, '4'],
    ],
    [
      'constructor of a prototype',
      'const P: any = function () {}; P.prototype = {}; P.prototype.constructor = P; return new P().constructor === P',
      true,
    ],
    [
      'call, apply and bind of a function',
      'const g: any = () => 1; g.call = 2; g.apply = 3; g.bind = 4; return [g.call, g.apply, g.bind]',
      [2, 3, 4],
    ],
    [
      'any name of Object.prototype',
      'const o: any = {}; o.hasOwnProperty = 1; o.isPrototypeOf = 2; return [Object.keys(o), o.hasOwnProperty]',
      [['hasOwnProperty', 'isPrototypeOf'], 1],
    ],
    [
      'names of built-ins on plain objects',
      'const o: any = {}; o.push = 1; o.length = 2; o.name = 3; o.map = 4; return Object.keys(o)',
      ['push', 'length', 'name', 'map'],
    ],
    [
      'names in a class that extends Array',
      'class V extends Array<number> { name = "v"; constructor() { super(); this.toString = () => "v"; } } return [new V().name, String(new V())]',
      ['v', 'v'],
    ],
    [
      'a record made in a loop',
      'const o: any = {}; for (const k of ["constructor", "toString", "valueOf"]) o[k] = k; return Object.entries(o)',
      [
        ['constructor', 'constructor'],
        ['toString', 'toString'],
        ['valueOf', 'valueOf'],
      ],
    ],
    [
      'a copy of such a record',
      'const o: any = {}; Object.assign(o, { toString: 1, valueOf: 2 }); return { ...o }',
      { toString: 1, valueOf: 2 },
    ],
    [
      'super.name',
      'class A { n = 1; } class B extends A { constructor() { super(); (this as any).name = "b"; } } return { ...new B() }',
      { n: 1, name: 'b' },
    ],
    ['new globals', '(globalThis as any).mine = 1; return (globalThis as any).mine', 1],
  ])('%s', async (_what, body, expected) => {
    expect(await resultOf(`(() => { ${body} })()`)).toEqual(expected);
  });

  test('but not what they have frozen', async () => {
    expect(await failureOf('(() => { const o: any = Object.freeze({}); o.toString = 1; })()')).toMatchObject({
      errorName: 'TypeError',
    });
    expect(await failureOf('(() => { ("x" as any).toString = 1; })()')).toMatchObject({ errorName: 'TypeError' });
    expect(await resultOf('Reflect.set(Object.freeze({}), "a", 1)')).toBe(false);
  });
});

describe('structuredClone', () => {
  test.each([
    ['[1, [2], { a: 3 }]', [1, [2], { a: 3 }]],
    ['new Map([[1, { a: 2 }]]).get(1)!', { a: 2 }],
    ['new (class A { x = [1]; get y() { return 2; } })()', { x: [1] }],
    ['[, 1]', expect.anything()],
    ['JSON.parse(\'{"__proto__": 1, "toString": 2}\')', expect.anything()],
  ])('of %s', async (expression, expected) => {
    expect(await resultOf(`structuredClone(${expression})`)).toEqual(expected);
  });

  test('shares nothing, keeps what is the same, and ends', async () => {
    const body = `const inner = [1]; const a: any = { inner, again: inner, map: new Map([[inner, 1]]), set: new Set([inner]), date: new Date(5), typed: new Float64Array([1, 2]) };
      a.self = a; const b = structuredClone(a); b.inner.push(2); b.typed[0] = 9;
      return [a.inner, b.again, b.self === b, b.map.has(b.inner), b.set.has(b.inner), b.date.getTime(), a.typed[0], b.typed[0], Object.keys(structuredClone(JSON.parse('{"__proto__": 1}')))]`;
    expect(await resultOf(`(() => { ${body} })()`)).toEqual([[1], [1, 2], true, true, true, 5, 1, 9, ['__proto__']]);
  });

  test.each(['() => 1', 'Symbol()', '[() => 1]', '/x/', 'new Error("x")', 'Promise.resolve(1)', 'new WeakMap()'])(
    'refuses %s',
    async (expression) => {
      expect(await failureOf(`structuredClone(${expression})`)).toMatchObject({
        errorName: 'TypeError',
        message: expect.stringMatching(/could not be cloned$/),
      });
    },
  );
});
