import { describe, expect, test } from 'vitest';
import { Missing, NotStarted, Stopped, Thrown } from '#grader/model/subject.ts';
import { Callback } from '#grader/model/value.ts';
import { failureOf, machineOf, resultOf, thrownBy, thrownIn } from './support.ts';

describe('a RangeError of the student’s own', () => {
  test.each([
    ['new', 'throw new RangeError("x")'],
    ['no new', 'throw RangeError("x")'],
    ['a cause', 'throw new RangeError("x", { cause: 1 })'],
    ['a subclass', 'class D extends RangeError {} throw new D("x")'],
    [
      'a subclass with a name',
      'class D extends RangeError { constructor(m: string) { super(m); this.name = "D"; this.message = m; } } throw new D("x")',
    ],
    ['a name in a static block', 'class D extends RangeError { static { D.prototype.name = "D"; } } throw new D("x")'],
    ['a subclass of a subclass', 'class D extends RangeError {} class E extends D {} throw new E("x")'],
    ['Reflect.construct', 'throw Reflect.construct(RangeError, ["x"])'],
    ['Reflect.construct for another', 'throw Reflect.construct(RangeError, ["x"], class extends RangeError {})'],
    [
      'a function',
      'const D: any = function (m: string) { const e = new RangeError(m); Object.setPrototypeOf(e, D.prototype); return e; }; D.prototype = Object.create(RangeError.prototype); throw new D("x")',
    ],
    [
      'a function that calls it',
      'const D: any = function (this: any, m: string) { RangeError.call(this, m); this.message = m; }; D.prototype = Object.create(RangeError.prototype); D.prototype.constructor = D; throw new D("x")',
    ],
    ['a class that is bound', 'const B: any = RangeError.bind(null, "x"); throw new B()'],
    ['throwing it again', 'try { throw new RangeError("x") } catch (e) { throw e }'],
    ['finally', 'try { throw new RangeError("x") } finally { Math.sqrt(1) }'],
    ['a callback of map', '[1].map(() => { throw new RangeError("x") })'],
    ['a generator', 'function* g() { throw new RangeError("x") } [...g()]'],
    ['another name', 'const e = new RangeError("x"); e.name = "Error"; throw e'],
  ])('by %s', async (_how, body) => {
    expect(await thrownIn(body)).toMatchObject({ kind: 'range', message: 'x' });
  });

  test('is one inside as well', async () => {
    const names = [
      'e instanceof RangeError',
      'e instanceof Error',
      'e.constructor === RangeError',
      'RangeError.prototype.isPrototypeOf(e)',
      'Object.prototype.toString.call(e) === "[object Error]"',
    ];
    expect(await resultOf(`(() => { const e: any = new RangeError("x"); return [${names}]; })()`)).toEqual(
      names.map(() => true),
    );
    expect(
      await resultOf(
        '[RangeError.name, RangeError.length, String(new RangeError("x")), Object.getPrototypeOf(RangeError) === Error]',
      ),
    ).toEqual(['RangeError', 1, 'RangeError: x', true]);
    expect(
      await resultOf(
        '(() => { try { new Array(-1); } catch (e) { return [e instanceof RangeError, (e as any).constructor === RangeError]; } })()',
      ),
    ).toEqual([true, true]);
  });
});

describe('what is no RangeError of the student’s own', () => {
  test.each([
    ['new Array(-1)', 'new Array(-1)', 'error'],
    ['toFixed', '(1).toFixed(1000)', 'error'],
    ['toString', '(1).toString(1)', 'error'],
    ['repeat', '"x".repeat(-1)', 'error'],
    ['length', '[].length = -1', 'error'],
    ['normalize', '"x".normalize("x")', 'error'],
    ['BigInt', 'BigInt(0.5)', 'error'],
    ['a date', 'new Date(NaN).toISOString()', 'error'],
    ['a typed array', 'new Float64Array(-1)', 'error'],
    ['the engine’s own, thrown again', 'try { new Array(-1) } catch (e) { throw e }', 'error'],
    [
      'the engine’s own, renamed',
      'try { new Array(-1) } catch (e: any) { e.message = "x"; e.name = "D"; throw e }',
      'error',
    ],
    ['a forged name', 'const e = new Error("x"); e.name = "RangeError"; throw e', 'error'],
    ['a forged prototype of an error', 'throw Object.setPrototypeOf(new Error("x"), RangeError.prototype)', 'error'],
    ['a forged prototype', 'throw Object.create(RangeError.prototype, { message: { value: "x" } })', 'error'],
    ['a proxy of one', 'throw new Proxy(new RangeError("x"), {})', 'error'],
    ['a TypeError', 'throw new TypeError("x")', 'error'],
    ['an AggregateError', 'throw new AggregateError([new RangeError("x")], "x")', 'error'],
    ['a record', 'throw { name: "RangeError", message: "x" }', 'object'],
    ['a function', 'throw () => 1', 'value'],
    ['a class', 'throw RangeError', 'value'],
    ['undefined', 'throw undefined', 'value'],
    ['null', 'throw null', 'value'],
    ['a number', 'throw 3', 'value'],
    ['a text', 'throw "RangeError"', 'value'],
    ['a symbol', 'throw Symbol("x")', 'value'],
    ['a BigInt', 'throw 3n', 'value'],
    ['an array', 'throw [1]', 'object'],
    ['an empty record', 'throw {}', 'object'],
  ])('%s', async (_what, body, kind) => {
    expect((await thrownIn(body)).kind).toBe(kind);
  });

  test('values are shown', async () => {
    const shown = async (body: string) => (await thrownIn(body)).message;
    expect(await shown('throw "text"')).toBe('"text"');
    expect(await shown('throw undefined')).toBe('undefined');
    expect(await shown('throw -0')).toBe('-0');
    expect(await shown('throw "x".repeat(1e6)')).toMatch(/^"x+ … \d+ characters cut … x+"?$/);
    expect((await shown('throw "x".repeat(1e6)')).length).toBeLessThanOrEqual(2_000);
  });

  test('an object that cannot be read is an object all the same', async () => {
    const trap = '() => { throw new Error("trap") }';
    for (const handler of [`get: ${trap}`, `getPrototypeOf: ${trap}`, `get: ${trap}, getPrototypeOf: ${trap}`]) {
      expect((await thrownIn(`throw new Proxy(new Error("x"), { ${handler} })`)).kind).toMatch(/^(error|object)$/);
    }
    expect(await thrownIn('throw { get message() { throw 1 }, get name() { throw 2 }, stack: {} }')).toMatchObject({
      kind: 'object',
      message: '',
      errorName: '',
    });
    expect(await thrownIn('throw { message: { toString: () => "x" }, name: 5 }')).toMatchObject({
      message: '',
      errorName: '',
    });
    expect(await thrownIn('const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy')).toMatchObject({
      kind: 'object',
    });
  });

  test('forging the engine’s own errors ends nothing but the call', async () => {
    const internal = 'let I: any, s = "x"; try { for (;;) s += s; } catch (e: any) { I = e.constructor; }';
    expect(await thrownIn(`${internal} throw Object.assign(new Error("x"), { message: I.name })`)).toMatchObject({
      message: 'InternalError',
    });
    expect(
      await thrownIn(`${internal} throw Object.assign(new Error("out of memory"), { name: "InternalError" })`),
    ).toMatchObject({ kind: 'error' });
    expect(await thrownIn('throw new RangeError("Maximum call stack size exceeded")')).toMatchObject({ kind: 'range' });
    expect(await thrownIn('throw new Error("interrupted")')).toMatchObject({ kind: 'error' });
  });
});

describe('what a message says', () => {
  test('is cut and made visible', async () => {
    const { message, errorName } = await thrownIn(
      'const e = new Error("a\\u0000b\\u202e\\ud800" + "x".repeat(1e6)); e.name = "n".repeat(1e4); throw e',
    );
    expect(message).toMatch(/^a\\u0000b\\u202e\\ud800x+ … \d+ characters cut … x+$/);
    expect(message.length).toBeLessThanOrEqual(2_000);
    expect(errorName.length).toBeLessThanOrEqual(100);
  });
});

describe('a function that is not there', () => {
  test('has not been started when it throws the stub’s own error', async () => {
    expect(await failureOf("(() => { throw new Error('TODO: f'); })()")).toBeInstanceOf(NotStarted);
    for (const body of [
      "new Error('TODO: f!')",
      "new Error('TODO: f ')",
      "new Error('TODO: g')",
      "new RangeError('TODO: f')",
      "'TODO: f'",
      "{ message: 'TODO: f' }",
    ]) {
      expect(await failureOf(`(() => { throw ${body}; })()`), body).toBeInstanceOf(Thrown);
    }
  });

  test('is missing, whatever else the module exports', async () => {
    for (const source of [
      'export const g = 1;',
      'export const f = 3;',
      'export const f = { call() {} };',
      'export {};',
      'export default function f() {}',
      'export type f = number; const x = 1;',
      'function f() {}',
      '// nothing at all',
    ]) {
      const machine = await machineOf(source);
      expect(
        thrownBy(() => machine.call('f', [])),
        source,
      ).toBeInstanceOf(Missing);
      expect(
        thrownBy(() => machine.watch('f', [])),
        source,
      ).toBeInstanceOf(Missing);
    }
    const machine = await machineOf('export const f = () => 1;', {
      functions: ['f', 'constructor', 'toString', '__proto__'],
    });
    for (const name of ['constructor', 'toString', '__proto__', 'g'])
      expect(
        thrownBy(() => machine.call(name, [])),
        name,
      ).toBeInstanceOf(Missing);
    expect(machine.call('f', [])).toBe(1);
  });

  test('a class is no function to call', async () => {
    const machine = await machineOf('export class f {}');
    expect(thrownBy(() => machine.call('f', []))).toMatchObject({ kind: 'error', errorName: 'TypeError' });
  });
});

describe('a module that does not load', () => {
  test.each([
    ['throw new TypeError("x")', { kind: 'error', errorName: 'TypeError', message: 'x' }],
    ['throw new RangeError("x")', { kind: 'range' }],
    ['throw undefined', { kind: 'value', message: 'undefined' }],
    ['throw { get message() { throw 1; } }', { kind: 'object' }],
    ['throw new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 2; } })', { kind: 'object' }],
    ['const g = (): number => g() + 1; g()', { kind: 'stack' }],
    ['/(?<a>x)(?<a>y)/', { kind: 'error', errorName: 'SyntaxError' }],
  ])('%s', async (body, expected) => {
    const error = await machineOf(`${body}; export const f = () => 1;`).catch((caught: unknown) => caught);
    // On this thread V8's own stack may be the first to run over.
    if (expected.kind === 'stack' && error instanceof Stopped) return;
    expect(error).toBeInstanceOf(Thrown);
    expect(error).toMatchObject(expected);
  });

  test.each([
    ['for (;;);', 'out-of-fuel'],
    ['const all: unknown[] = []; for (;;) all.push(new Array(1e4).fill(1));', 'out-of-memory'],
  ])('%s', async (body, status) => {
    const error = await machineOf(`${body} export const f = () => 1;`).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Stopped);
    expect(error).toMatchObject({ status });
  });
});

describe('a machine that was ended', () => {
  test('says so ever after, and a fresh one does not', async () => {
    const source = 'export const f = () => { for (;;); }; export const g = () => 1;';
    const machine = await machineOf(source, { functions: ['f', 'g'], fuel: 1e5 });
    const first = thrownBy(() => machine.call('f', []));
    expect(first).toBeInstanceOf(Stopped);
    machine.refuel(1e6);
    expect(thrownBy(() => machine.call('g', []))).toBe(first);
    expect(thrownBy(() => machine.watch('g', []))).toBe(first);
    expect((await machineOf(source, { functions: ['g'] })).call('g', [])).toBe(1);
  });

  test('an error of the grader’s own comes through as it is, also when student code catches it', async () => {
    const fault = new TypeError('a bug of the grader');
    const broken = new Callback('broken', [], () => {
      throw fault;
    });
    for (const expression of ['x[0]()', '(() => { try { return x[0](); } catch { return 1; } })()']) {
      expect(await failureOf(expression, [broken])).toBe(fault);
    }
    expect(
      await resultOf(
        '(() => { try { x[0](); } catch (e: any) { return [e.name, e.message, e.stack.includes("prelude.js:")] } })()',
        [new Callback('u', [], () => 1)],
      ),
    ).toEqual(expect.anything());
  });
});
