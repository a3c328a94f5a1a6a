import { describe, expect, test } from 'vitest';
import { type Stopped, Thrown } from '#grader/model/subject.ts';
import { machineOf, thrownBy } from './support.ts';

/** Where the word `HERE` stands, in a source without it; lines and columns count from 1. */
function marked(source: string): { source: string; line: number; column: number } {
  const [before = '', after] = source.split('HERE');
  if (after === undefined) throw new Error('nothing is marked');
  const lines = before.split(/\r\n|\n/);
  return { source: before + after, line: lines.length, column: (lines.at(-1) ?? '').replace('\ufeff', '').length + 1 };
}

const ABOVE = [
  'enum Kind {',
  '  A = 1,',
  '  B = A + 2,',
  '}',
  'namespace N {',
  '  export const x: number = 1;',
  '}',
  'interface Unused { readonly a: string }',
  'import type { Vector } from "../types.ts";',
  '/* é😀 */ const θ = "é😀ü";',
  '',
].join('\n');

const PLACES: [string, string][] = [
  ['a throw', 'export function f() {\n  throw new HEREError("x");\n}'],
  ['a throw after what is not ASCII', 'export function f() {\n  const s = "é😀ü"; throw new HERETypeError("é😀ü");\n}'],
  ['a property of undefined', 'export function f() {\n  const a: any = {};\n  return a.bHERE.c;\n}'],
  ['a call of no function', 'export function f() {\n  const a: any = {};\n  return a.bHERE();\n}'],
  ['a name that does not exist', 'export function f() {\n  return HEREnowhere + 1;\n}'],
  ['a name in its dead zone', 'export function f() {\n  const y = HEREz;\n  const z = 1;\n  return y;\n}'],
  ['an arrow function', 'const g = (x: any): number => xHERE.y.z;\nexport const f = () => g({});'],
  ['a callback of map', 'export const f = () =>\n  [1, 2].map((v: any) => v.xHERE.y);'],
  ['a comparator', 'export const f = () => [1, 2].sort((a: any, b) =>\n  a.xHERE.y);'],
  ['a constructor', 'class A {\n  constructor(x: any) {\n    x.yHERE.z;\n  }\n}\nexport const f = () => new A({});'],
  ['a field', 'class A {\n  x = (null as any)HERE.y;\n}\nexport const f = () => new A();'],
  ['a static block run later', 'export const f = () => {\n  class A { static {\n    throw new HEREError("x"); } }\n};'],
  [
    'a getter',
    'const o = {\n  get x(): number {\n    throw new HEREError("x");\n  },\n};\nexport const f = () => o.x;',
  ],
  [
    'a getter of the result',
    'export const f = () => ({\n  get x(): number {\n    throw new HEREError("x");\n  },\n});',
  ],
  [
    'a generator',
    'function* g(): Generator<number> {\n  yield 1;\n  throw new HEREError("x");\n}\nexport const f = () => [...g()];',
  ],
  ['a default argument', 'export const f = (\n  x = HEREnowhere,\n) => x;'],
  ['destructuring', 'export const f = HERE(x: any) => {\n  const { a } = x;\n  return a;\n};'],
  ['an error of the built-ins', 'export const f = () => {\n  return new HEREArray(-1);\n};'],
  ['a RangeError', 'export const f = () => {\n  throw new HERERangeError("x");\n};'],
  [
    'an error that is thrown again',
    'export const f = () => {\n  try {\n    throw new HEREError("x");\n  } catch (e) {\n    throw e;\n  }\n};',
  ],
];

describe('an error is found where it was made, in the student’s own file', () => {
  for (const [name, place] of PLACES) {
    const texts = {
      plain: ABOVE + place,
      'with CRLF and a byte-order mark': `\ufeff${(ABOVE + place).replaceAll('\n', '\r\n')}`,
    };
    test.each(Object.entries(texts))(`${name}, %s`, async (_how, text) => {
      const { source, line, column } = marked(text);
      const machine = await machineOf(source);
      const error = thrownBy(() => machine.call('f', []));
      expect(error).toBeInstanceOf(Thrown);
      const { location } = error as Thrown;
      expect(location).toMatchObject({ file: '00-test/test.ts', line });
      // The engine points at the dot or at the name beside it.
      expect(Math.abs((location?.column ?? 0) - column), `${location?.column} for ${column}`).toBeLessThanOrEqual(3);
    });
  }

  test.each([
    [
      'a class',
      'class MyError extends RangeError {\n  constructor(m: string) {\n    HEREsuper(m);\n    this.name = "MyError";\n  }\n}\nexport const f = () => {\n  throw new MyError("x");\n};',
    ],
    [
      'captureStackTrace',
      'class MyError extends Error {\n  constructor() {\n    super("x");\n    Error.captureStackTrace(this, MyError);\n  }\n}\nexport const f = () => {\n  throw new HEREMyError();\n};',
    ],
  ])('an error of one’s own made by %s', async (_name, text) => {
    const { source, line } = marked(text);
    const machine = await machineOf(source);
    expect(thrownBy(() => machine.call('f', []))).toMatchObject({ location: { line } });
  });
});

// The engine tells the place that it knows before the step at which the fuel ended: in the loop, or the function that the
// loop is in. Which step that is depends on all that was run before, so the loop's head will do where there is a place.
describe('a limit is found where it was met', () => {
  test.each<[string, string, below?: number]>([
    ['an endless loop', 'export const f = () =>HERE {\n  let i = 0;\n  while (i >= 0) {\n    i += 1;\n  }\n};', 3],
    ['an empty loop', 'export const g = 1;\nexport const f =HERE () => {\n  for (;;);\n};'],
    [
      'a loop in a function of one’s own',
      'const g = 1;\nfunction hHERE() {\n  while (true) {}\n}\nexport const f = () => h();',
    ],
    [
      'a filled memory',
      'export const f = () => {\n  const all: Float64Array[] = [];\n  for (;;) all.push(new HEREFloat64Array(1e6));\n};',
    ],
  ])('%s', async (_name, text, below = 0) => {
    const { source, line } = marked(text);
    const machine = await machineOf(source, { fuel: 1e5 });
    const found = (thrownBy(() => machine.call('f', [])) as Stopped).location?.line ?? 0;
    expect(found).toBeGreaterThanOrEqual(line);
    expect(found).toBeLessThanOrEqual(line + below);
  });
});

describe('while the module loads', () => {
  test('an error is found', async () => {
    const { source, line } = marked('const x: any = {};\nexport const f = x.yHERE.z;');
    await expect(machineOf(source)).rejects.toMatchObject({ kind: 'error', location: { line } });
  });

  test('an endless loop is found after the last call before it', async () => {
    const { source, line } = marked('export const f = 1;\nHEREMath.sqrt(f);\nfor (;;);');
    await expect(machineOf(source)).rejects.toMatchObject({ status: 'out-of-fuel', location: { line } });
  });

  test('what is no error stands nowhere', async () => {
    const error = await machineOf('throw "x";\nexport const f = 1;').catch((caught: unknown) => caught);
    expect(error).toMatchObject({ kind: 'value', location: undefined });
  });
});

describe('what a student can forge', () => {
  test.each([
    ['names another file', 'get: () => "at f (/etc/passwd:1:1)"'],
    ['names the prelude', 'get: () => "at f (prelude.js:1:1)"'],
    ['is no text', 'get: () => 5'],
    ['throws', 'get() { throw 1 }'],
    ['is far too long', 'value: "submission.js".repeat(1e5)'],
    ['points before the beginning', 'value: "submission.js:0:0 submission.js:1:1"'],
  ])('a stack that %s points nowhere', async (_name, descriptor) => {
    const machine = await machineOf(
      `export const f = () => { const e = new Error('x'); Object.defineProperty(e, 'stack', { ${descriptor} }); throw e; };`,
    );
    expect((thrownBy(() => machine.call('f', [])) as Thrown).location).toBeUndefined();
  });

  test('any line and column that a stack names lies in the file, or nowhere', async () => {
    const source =
      'export const f = (n: string) => {\n  throw Object.defineProperty(new Error("x"), "stack", { value: n });\n};\n';
    const machine = await machineOf(source);
    for (const place of ['1:1', '2:1', '2:999999', '9999:9999', '999999:999999', '1:999999', '5:1']) {
      const { location } = thrownBy(() => machine.call('f', [`at f (submission.js:${place})`])) as Thrown;
      if (location === undefined) continue;
      expect(location.file).toBe('00-test/test.ts');
      expect(location.line).toBeGreaterThanOrEqual(1);
      expect(location.line).toBeLessThanOrEqual(3);
      expect(location.column).toBeLessThanOrEqual(80);
    }
  });

  test('a source map of the student’s own is none', async () => {
    const map = { version: 3, sources: ['/etc/passwd'], names: [], mappings: 'AAAA;AAg+/BA;AAAA;AAAA' };
    const data = Buffer.from(JSON.stringify(map)).toString('base64');
    for (const comment of ['//#', '//@', '/*#']) {
      const source = `export const f = () => {\n  throw new Error('x');\n};\n${comment} sourceMappingURL=data:application/json;base64,${data}${comment === '/*#' ? ' */' : ''}`;
      const machine = await machineOf(source);
      expect(thrownBy(() => machine.call('f', []))).toMatchObject({
        location: { file: '00-test/test.ts', line: 2, column: 13 },
      });
    }
  });

  test('Error.prepareStackTrace and stackTraceLimit do nothing', async () => {
    const body = ['Error.stackTraceLimit = 0', 'Error.prepareStackTrace = () => "forged"'];
    for (const statement of body) {
      const machine = await machineOf(
        `export const f = () => {\n  try { ${statement} } catch {}\n  throw new Error('x');\n};`,
      );
      expect(thrownBy(() => machine.call('f', []))).toMatchObject({ location: { line: 3 } });
    }
  });
});
