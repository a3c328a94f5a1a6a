import { describe, expect, test } from 'vitest';
import { Thrown } from '#grader/model/subject.ts';
import { array, boolean, Callback, Misuse, number, Oddity, record, type Value, vector } from '#grader/model/value.ts';
import { failureOf, machineOf, resultOf, thrownBy } from './support.ts';

const double = () =>
  new Callback('double', [vector, number], (v: number[], t: number) => v.map((entry) => 2 * entry + t));

describe('a callback', () => {
  test('takes and gives plain data, and keeps what it was called with', async () => {
    const callback = double();
    expect(await resultOf('x[0]([1, 2], 0.5)', [callback])).toEqual([2.5, 4.5]);
    expect(await resultOf('x[0](x[0]([1], 1), 0)', [callback])).toEqual([6]);
    expect(callback.calls).toEqual([
      [[1, 2], 0.5],
      [[1], 1],
      [[3], 0],
    ]);
  });

  test.each<[string, Value]>([
    ['a number', 1.5],
    ['-0', -0],
    ['NaN', Number.NaN],
    ['a boolean', true],
    ['a text', 'a\u0000\ud800é'],
    ['a vector', [1, -0, Number.NaN]],
    ['nothing', []],
    [
      'a matrix',
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ['a record', { a: 1, b: [2], c: { d: 'x' } }],
    ['records', [{ a: 1 }, { a: 2 }]],
    ['a long vector', Array.from({ length: 5_000 }, (_, i) => i / 7)],
  ])('may give %s', async (_what, value) => {
    expect(await resultOf('x[0]()', [new Callback('give', [], () => value)])).toEqual(value);
  });

  test('gives fresh arrays', async () => {
    const kept = [1, 2];
    const give = new Callback('give', [], () => kept);
    expect(
      await resultOf('(() => { const a = x[0](); a[0] = 9; return [a, x[0](), a === x[0]()]; })()', [give]),
    ).toEqual([[9, 2], [1, 2], false]);
    expect(kept).toEqual([1, 2]);
  });

  test('may give another callback', async () => {
    const add = new Callback(
      'add',
      [number],
      (a: number): Value => new Callback('inner', [number], (b: number) => a + b),
    );
    expect(await resultOf('x[0](2)(3)', [add])).toBe(5);
  });

  test('stands in records and arrays', async () => {
    const flow = { forward: double(), inverses: [double()] };
    expect(await resultOf('[x[0].forward([1], 0)[0], x[0].inverses[0]([2], 0)[0]]', [flow])).toEqual([2, 4]);
  });

  test('is an ordinary function, frozen in nothing', async () => {
    expect(
      await resultOf(
        '[typeof x[0], x[0] instanceof Function, x[0].call(null, [1], 0), x[0].apply(null, [[1], 0]), x[0].bind(null, [1])(0)]',
        [double()],
      ),
    ).toEqual(['function', true, [2], [2], [2]]);
    expect(await resultOf('(() => { x[0].mine = 1; return x[0].mine; })()', [double()])).toBe(1);
    expect(await failureOf('new x[0]([1], 0)', [double()])).toMatchObject({ errorName: 'TypeError' });
  });

  test('ignores arguments that are too many', async () => {
    const callback = double();
    expect(await resultOf('x[0]([1], 0, () => 1, {})', [callback])).toEqual([2]);
    expect(callback.calls).toEqual([[[1], 0]]);
  });

  test('takes what is not asked for as it is', async () => {
    const any = new Callback('any', [], (): Value => 1);
    expect(await resultOf('x[0](undefined, Symbol(), 3n)', [any])).toBe(1);
    expect(any.calls).toEqual([[]]);
  });
});

describe('a callback called with something else than it takes', () => {
  test.each([
    ['x[0]()', 'double was called with (): argument 1 is undefined, not an array of numbers'],
    ['x[0]([1])', 'double was called with ([1]): argument 2 is undefined, not a number'],
    ['x[0]([1], "0")', 'double was called with ([1], "0"): argument 2 is "0", not a number'],
    ['x[0](1, 0)', 'double was called with (1, 0): argument 1 is 1, not an array of numbers'],
    ['x[0]([undefined], 0)', 'double was called with ([undefined], 0): argument 1 has [0] = undefined, not a number'],
    ['x[0]([1, , 3], 0)', 'argument 1 has [1] = undefined, not a number'],
    [
      'x[0](new Float64Array(2), 0)',
      'argument 1 is a Float64Array (Array.from turns it into an array), not an array of numbers',
    ],
    ['x[0]([new Number(1)], 0)', 'argument 1 has [0] = a Number object, not a number'],
    ['x[0]([1], { valueOf: () => 0 })', 'not a number'],
    ['x[0]({ length: 1, 0: 1 }, 0)', 'not an array of numbers'],
    ['x[0](new Array(1e6), 0)', 'argument 1 is an array of length 1000000, not an array of numbers'],
    [
      'x[0](...new Array(60_000).fill(new Array(9).fill(1)))',
      'double was called with a value of more than 200,000 items',
    ],
    ['x[0]("x".repeat(1e6), 0)', 'not an array of numbers'],
    ['[[1]].map(x[0])', undefined],
  ])('%s', async (call, message) => {
    const callback = double();
    if (message === undefined) {
      // map passes an index and the array besides: fine here, since an index is a number.
      expect(await resultOf(call, [callback])).toEqual([[2]]);
      return;
    }
    for (const expression of [
      call,
      `(() => { try { ${call} } catch {} return 1; })()`,
      `[1].map(() => { try { return ${call}; } finally { return 0; } })`,
    ]) {
      const error = await failureOf(expression, [callback]);
      expect(error).toBeInstanceOf(Misuse);
      expect((error as Misuse).message).toContain(message);
      expect((error as Misuse).message.length).toBeLessThan(6_000);
    }
    expect(callback.calls).toEqual([]);
  });

  test('is told about the first time', async () => {
    const error = await failureOf(
      '(() => { try { x[0](1) } catch {} try { x[0]("a") } catch {} throw new Error("other") })()',
      [double()],
    );
    expect((error as Misuse).message).toContain('(1)');
  });

  test('throws a TypeError inside that says the same, without anything of the grader', async () => {
    const machine = await machineOf(
      'let e: any; export const f = (u: any) => { try { u(); } catch (caught) { e = caught; } }; export const g = () => [e.name, e.message, e instanceof TypeError, e.stack];',
      { functions: ['f', 'g'] },
    );
    expect(thrownBy(() => machine.call('f', [double()]))).toBeInstanceOf(Misuse);
    const [name, message, isTypeError, stack] = machine.call('g', []) as [string, string, boolean, string];
    expect([name, isTypeError]).toEqual(['TypeError', true]);
    expect(message).toContain('double was called with ()');
    expect(stack).not.toMatch(/node|\/|file:|machine\.ts/);
  });

  test('knows records and booleans', async () => {
    const shape = new Callback('shape', [record({ a: number, b: array(boolean) })], () => 1);
    expect(await resultOf('x[0]({ a: 1, b: [true], c: 0 })', [shape])).toBe(1);
    expect(await failureOf('x[0]({ a: 1, b: [1] })', [shape])).toBeInstanceOf(Misuse);
    expect(await failureOf('x[0](Object.create({ a: 1, b: [] }))', [shape])).toBeInstanceOf(Misuse);
  });

  test('a getter or a trap among the arguments is the student’s own affair', async () => {
    expect(await failureOf('x[0]({ get a() { throw new TypeError("no"); } }, 0)', [double()])).toMatchObject({
      errorName: 'TypeError',
      message: 'no',
    });
    expect(await resultOf('x[0](new Proxy([1, 2], {}), 0)', [double()])).toEqual([2, 4]);
    const nested =
      '(() => { let depth = 0; const inner = new Proxy([1, 2], { get: (o: any, k) => { if (k === "0" && depth++ < 3) x[0]([5], 0); return o[k]; } }); return x[0](inner, 0); })()';
    const callback = double();
    expect(await resultOf(nested, [callback])).toEqual([2, 4]);
    expect(callback.calls).toEqual([
      [[5], 0],
      [[1, 2], 0],
    ]);
  });
});

describe('a callback that is kept', () => {
  const source =
    'let kept: any; export const f = (u: any) => { kept ??= u; return kept([1], 0); }; export const g = () => kept([1], 0); export const h = () => { try { return kept([1], 0); } catch (e: any) { return e.message; } };';

  test('has ended with the call that it was given to', async () => {
    const machine = await machineOf(source, { functions: ['f', 'g', 'h'] });
    expect(machine.call('f', [double()])).toEqual([2]);
    for (const [name, args] of [
      ['f', [double()]],
      ['g', []],
      ['g', [double()]],
    ] as const) {
      const error = thrownBy(() => machine.call(name, args));
      expect(error).toBeInstanceOf(Thrown);
      expect(error).toMatchObject({
        kind: 'error',
        errorName: 'TypeError',
        message: 'this function was given to an earlier call and has ended with it',
      });
    }
    expect(machine.call('h', [])).toContain('earlier call');
  });

  test('is not taken for another one’s, in any machine', async () => {
    const machine = await machineOf(source, { functions: ['f', 'g', 'h'] });
    machine.call('f', [double()]);
    const spy = new Callback('spy', [], (): Value => 0);
    for (let i = 0; i < 5; i += 1) thrownBy(() => machine.call('g', [spy]));
    expect(spy.calls).toEqual([]);
  });
});

describe('a callback and the machine that calls it', () => {
  test('cannot be used within each other', async () => {
    const machine = await machineOf('export const f = (u: any) => u(); export const g = () => 1;', {
      functions: ['f', 'g'],
    });
    for (const name of ['f', 'g']) {
      const again = new Callback('again', [], () => machine.call(name, []));
      expect(thrownBy(() => machine.call('f', [again]))).toEqual(
        new Error('a callback used the machine that was calling it'),
      );
    }
    const watches = new Callback('watches', [], () => machine.watch('g', []).value);
    expect(thrownBy(() => machine.call('f', [watches]))).toEqual(
      new Error('a callback used the machine that was calling it'),
    );
    expect(machine.call('g', [])).toBe(1);
  });

  test('another machine may be used', async () => {
    const [machine, other] = [
      await machineOf('export const f = (u: any) => u() + 1;'),
      await machineOf('export const f = () => 1;'),
    ];
    expect(machine.call('f', [new Callback('other', [], () => other.call('f', []))])).toBe(2);
  });

  test('what a callback passes on of the student’s is plain by then', async () => {
    let seen: Value | undefined;
    const keep = new Callback('keep', [array(number)], (v: number[]) => {
      seen = v;
      return v;
    });
    expect(
      await resultOf('(() => { const v = [1, 2]; const back = x[0](v); v[0] = 9; return [back, v]; })()', [keep]),
    ).toEqual([
      [1, 2],
      [9, 2],
    ]);
    expect(seen).toEqual([1, 2]);
    expect(await resultOf('x[0]', [new Oddity('x')])).toEqual(new Oddity('undefined'));
  });
});
