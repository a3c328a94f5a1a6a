import { describe, expect, test } from 'vitest';
import { Missing, NotStarted, Stopped, Thrown } from '#grader/model/subject.ts';
import { Callback, Misuse, number, vector } from '#grader/model/value.ts';
import { machineWith, thrownBy } from '../../support/machine.ts';

/** Calls `f` of a module that has the body given. */
const value = async (body: string, args: never[] = []) =>
  (await machineWith(`export function f(x) { ${body} }`)).call('f', args);
const failure = async (body: string, args: never[] = []) => {
  const machine = await machineWith(`export function f(x) { ${body} }`);
  return thrownBy(() => machine.call('f', args));
};

describe('what comes out is plain data', () => {
  test.each([
    ['a number', 'return -0', -0],
    ['NaN', 'return NaN', Number.NaN],
    ['an infinity', 'return -Infinity', Number.NEGATIVE_INFINITY],
    ['a boolean', 'return true', true],
    ['a string', 'return "\\u{1F600}a"', '😀a'],
    ['arrays in arrays', 'return [[1, 2], []]', [[1, 2], []]],
    ['a record', 'return { a: 1, b: [2] }', { a: 1, b: [2] }],
    ['an instance with a getter', 'return new (class { #y = 2; a = 1; get b() { return this.#y } })()', { a: 1 }],
    ['an array subclass', 'return new (class V extends Array {})(1, 2)', [1, 2]],
    ['an own getter', 'let n = 0; return { get a() { n += 1; return n; } }', { a: 1 }],
  ])('%s', async (_name, body, expected) => {
    expect(await value(body)).toEqual(expected);
  });

  test.each([
    ['return', 'undefined'],
    ['return null', 'null'],
    ['return () => 1', 'a function'],
    ['return Symbol()', 'a symbol'],
    ['return 3n', 'a BigInt'],
    ['return new Float64Array(2)', 'a Float64Array (Array.from turns it into an array)'],
    ['return new Number(3)', 'a Number object'],
    ['return Promise.resolve(1)', 'a Promise object'],
    ['return new Map([[1, 2]])', 'a Map object'],
    ['return new Array(1e7)', /array of length 10000000/],
  ])('%s comes out as what it is: %s', async (body, what) => {
    expect(await value(body)).toHaveProperty('what', typeof what === 'string' ? what : expect.stringMatching(what));
  });

  test('what pretends to be a number is none', async () => {
    expect(await value('return { valueOf: () => 3, [Symbol.toPrimitive]: () => 3 }')).not.toBe(3);
    expect(await value('return { toJSON: () => 3, then: (go) => go(3) }')).not.toBe(3);
    expect(await value('return JSON.parse(\'{"__proto__": {"a": 1}}\')')).not.toHaveProperty('a');
  });

  test('cycles and depths end', async () => {
    expect(JSON.stringify(await value('const a = []; a.push(a); return a'))).toContain('nested');
    expect(JSON.stringify(await value('let a = []; for (let k = 0; k < 1e4; k++) a = [a]; return a'))).toContain(
      'nested',
    );
  });

  test('a getter that throws is the student’s error', async () => {
    expect(await failure('return { get a() { throw new TypeError("no") } }')).toMatchObject({
      errorName: 'TypeError',
      message: 'no',
    });
  });
});

describe('errors', () => {
  test.each([
    ['a RangeError', 'throw new RangeError("x")', 'range'],
    ['one made without new', 'throw RangeError("x")', 'range'],
    [
      'a subclass',
      'class D extends RangeError { constructor(m) { super(m); this.name = "D"; } } throw new D("x")',
      'range',
    ],
    ['the engine’s own', 'return new Array(-1)', 'error'],
    ['toFixed’s', 'return (1).toFixed(1000)', 'error'],
    ['a forged name', 'const e = new Error("x"); e.name = "RangeError"; throw e', 'error'],
    ['undefined', 'throw undefined', 'value'],
    ['a text', 'throw "x"', 'value'],
  ])('tells %s', async (_name, body, kind) => {
    expect(await failure(body)).toMatchObject({ kind });
  });

  test('a prototype alone makes no RangeError', async () => {
    const thrown = await failure('throw Object.create(RangeError.prototype)');
    expect(thrown).toBeInstanceOf(Thrown);
    expect((thrown as Thrown).kind).not.toBe('range');
  });

  test('are found in the student’s own file, at the line and column there', async () => {
    const source =
      'enum K { A }\nnamespace N { export const x = 1; }\nexport function f(x) {\n  const y = K.A + N.x;\n  return x.map((v) => v.z.w);\n}';
    const machine = await machineWith(source);
    expect(thrownBy(() => machine.call('f', [[y(1)]]))).toMatchObject({
      location: { file: '00-test/test.ts', line: 5 },
    });
    function y(n: number) {
      return n;
    }
  });

  test('a forged stack points nowhere else', async () => {
    const thrown = (await failure(
      'const e = new Error("x"); Object.defineProperty(e, "stack", { get: () => "at f (/etc/passwd:1:1)" }); throw e',
    )) as Thrown;
    expect(thrown.location).toBeUndefined();
  });

  test('a stub is not started, a missing function is missing', async () => {
    expect(await failure("throw new Error('TODO: f')")).toBeInstanceOf(NotStarted);
    expect(await failure("throw new Error('TODO: f!')")).toBeInstanceOf(Thrown);
    const machine = await machineWith('export const g = 1;');
    expect(thrownBy(() => machine.call('g', []))).toBeInstanceOf(Missing);
  });
});

describe('the world inside', () => {
  test.each([
    ...[
      'setTimeout',
      'fetch',
      'process',
      'performance',
      'WeakRef',
      'SharedArrayBuffer',
      'queueMicrotask',
      'host',
      'Iterator',
    ],
  ])('has no %s', async (name) => {
    expect(await value(`return typeof ${name}`)).toBe('undefined');
  });

  test('has no clock and the same Math.random every time', async () => {
    expect(await value('return Date.now()')).toBe(0);
    expect(await value('return Math.random()')).toBe(await value('return Math.random()'));
  });

  test.each([
    'Math.exp = () => 1',
    'Array.prototype.push = () => 1',
    'Object.prototype.toString = () => "x"',
    'globalThis.Array = 1',
    'Array.prototype.sum = () => 1',
    'Number.prototype.toFixed = () => 1',
    'Math.PI = 3',
    'RangeError.prototype.name = "x"',
  ])('does not let itself be changed: %s', async (statement) => {
    expect(await failure(statement)).toMatchObject({ errorName: 'TypeError' });
  });

  test('lets programs assign what they own', async () => {
    const body = `class E extends Error { constructor() { super('m'); this.name = 'E'; } }
      const o = {}; o.toString = () => 'o'; function g() {} g.prototype.toString = () => 'g'; g.toString = () => 'h';
      return [new E().name, String(o), String(new g()), String(g)]`;
    expect(await value(body)).toEqual(['E', 'o', 'g', 'h']);
  });

  test('clones plain data', async () => {
    expect(await value('const a = { b: [1] }; const c = structuredClone(a); c.b.push(2); return [a, c]')).toEqual([
      { b: [1] },
      { b: [1, 2] },
    ]);
  });

  test('prints to the grader alone, cut and on the student’s fuel', async () => {
    const lines: string[] = [];
    const machine = await machineWith(
      'export function f() { console.log("a", [1, { b: 2 }], new Map([[1, 2]])); console.error("x".repeat(1e5)); }',
      (line) => lines.push(line),
    );
    machine.call('f', []);
    expect(lines[0]).toMatch(/^a \[1, \{ b: 2 \}\]/);
    expect(lines[1]?.length).toBeLessThanOrEqual(2_000);
  });
});

describe('callbacks', () => {
  const double = () =>
    new Callback('double', [vector, number], (x: number[], t: number) => x.map((entry) => 2 * entry + t));

  test('take and give plain data', async () => {
    const callback = double();
    expect(await value('return x([1, 2], 0.5)', [callback as never])).toEqual([2.5, 4.5]);
    expect(callback.calls).toEqual([[[1, 2], 0.5]]);
  });

  test.each(['x()', 'x([1], "0")', 'x([undefined], 0)', 'x(new Float64Array(2), 0)', 'x([1])'])(
    'called as %s are misused, also when that is caught',
    async (call) => {
      expect(await failure(`try { ${call} } catch {} return 1`, [double() as never])).toBeInstanceOf(Misuse);
    },
  );

  test('end with the call that they were given to', async () => {
    const machine = await machineWith('let kept; export function f(x) { kept ??= x; return kept([1], 0); }');
    expect(machine.call('f', [double()])).toEqual([2]);
    expect(thrownBy(() => machine.call('f', [double()]))).toMatchObject({
      message: expect.stringContaining('earlier call'),
    });
  });

  test('cannot use the machine that calls them', async () => {
    const machine = await machineWith('export function f(x) { return x(); }');
    const again: Callback = new Callback('again', [], () => machine.call('f', [again]));
    expect(thrownBy(() => machine.call('f', [again]))).toBeInstanceOf(Error);
  });
});

describe('limits', () => {
  test.each([
    ['a loop', 'for (let k = 0; ; k++) x = k'],
    ['a loop that catches', 'for (;;) { try { for (;;) {} } catch {} finally { x = 1 } }'],
    ['a generator', 'function* g() { for (;;) yield 1 } for (const y of g()) x = y'],
    ['a comparator', 'return Array.from({ length: 1e5 }, (_, k) => -k).sort((a, b) => { for (;;) {} })'],
    ['a getter', 'return { get a() { for (;;) {} } }'],
    ['a proxy', 'return new Proxy([], { get() { for (;;) {} } })'],
    ['a regular expression', 'return /^(a+)+$/.test("a".repeat(40) + "b")'],
    ['a callback’s callback', 'return [1].map(() => { for (;;) {} })'],
    ['something printed', 'console.log({ get a() { for (;;) {} }, toString() { for (;;) {} } }); for (;;) {}'],
  ])('%s without end uses up its fuel', async (_name, body) => {
    expect(await failure(body)).toMatchObject({ status: 'out-of-fuel' });
  });

  test('fuel is the same each time', async () => {
    const spend = async () => {
      const machine = await machineWith(
        'export function f() { let s = 0; for (let k = 0; k < 12345; k++) s += Math.sqrt(k); return s; }',
      );
      for (let k = 0; k < 9; k += 1) machine.call('f', []);
      return machine.spent;
    };
    const first = await spend();
    expect(first).toBeGreaterThan(2e5);
    expect(await spend()).toBe(first);
  });

  test.each([
    ['arrays', 'const a = []; for (;;) a.push(new Array(1000).fill(0))'],
    ['a doubling string', 'let s = "x"; for (;;) s += s'],
    ['typed arrays', 'const a = []; for (;;) a.push(new Float64Array(1e5))'],
  ])('memory filled with %s is out of memory', async (_name, body) => {
    const thrown = await failure(body);
    expect(thrown).toSatisfy(
      (error: unknown) =>
        (error instanceof Stopped && error.status === 'out-of-memory') ||
        (error instanceof Thrown && /string/i.test(error.message)),
    );
  });

  test('a machine that was stopped stays stopped', async () => {
    const machine = await machineWith(
      'export function f() { for (;;) {} } export function g() { return 1; }',
      undefined,
      1e5,
    );
    expect(thrownBy(() => machine.call('f', []))).toBeInstanceOf(Stopped);
    expect(thrownBy(() => machine.call('g', []))).toBeInstanceOf(Stopped);
  });
});
