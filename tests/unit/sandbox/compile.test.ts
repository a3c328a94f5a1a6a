import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { compile } from '#grader/sandbox/compile.ts';
import { measureEnums } from '#grader/sandbox/enums.ts';
import { compileText } from '../../support/machine.ts';

import { machineOf } from './support.ts';

const f = 'export function f() { return 1; }';
const faultIn = async (source: string | Uint8Array) => {
  const result = await compileText(source);
  return 'message' in result ? result : { message: 'compiles' };
};

describe('legal TypeScript', () => {
  test.each([
    ['an enum', 'enum K { A = 1 } export function f() { return K.A; }'],
    ['an enum of texts', "enum K { A = 'a', B = 'b' } export function f() { return K.B.length; }"],
    [
      'a computed enum',
      "enum K { A = 1 << 2, B = A | 1, C = 'ab'.length, D = B / 5 } export function f() { return K.D; }",
    ],
    ['an enum read backwards', 'enum K { A, B } export function f() { return K[K.B].length; }'],
    ['a const enum', 'const enum K { A = 1 } export function f() { return K.A; }'],
    ['a namespace', 'namespace N { export const one = 1; } export function f() { return N.one; }'],
    ['nested namespaces', 'namespace N.M { export const one = 1; } export function f() { return N.M.one; }'],
    ['a namespace over a function', `${f} namespace f { export const one = 1; }`],
    ['a namespace that exports call and apply', `${f} namespace f { export const call = 1, apply = 2, bind = 3; }`],
    [
      'an import alias',
      'namespace N { export const one = 1; } import one = N.one; export function f() { return one; }',
    ],
    [
      'parameter properties',
      'class P { constructor(readonly one: number, private two = 2) {} } export function f() { return new P(1).one; }',
    ],
    ['an abstract class', 'abstract class A { abstract x: number } export function f() { return 1; }'],
    [
      'class fields, static blocks, private names and accessors',
      'class A { static #n = 0; #x = 1; static { A.#n = 1; } get x() { return this.#x * A.#n; } declare y: string } export function f() { return new A().x; }',
    ],
    ['auto-accessors', 'class A { accessor x = 1 } export function f() { return new A().x; }'],
    [
      'standard decorators',
      'const d = (value: any, context: any) => value; class A { @d x() { return 1; } } export function f() { return new A().x(); }',
    ],
    ['overloads', 'export function f(): number; export function f(x?: number): number { return 1; }'],
    ['generics', 'const id = <T,>(x: T): T => x; export function f() { return id<number>(1); }'],
    [
      'satisfies, as, ! and as const',
      'export function f() { return ([1 satisfies number] as const)[0]! as unknown as number; }',
    ],
    [
      'this and asserts',
      'function yes(this: void, x: unknown): asserts x is number {} export function f() { yes(1); return 1; }',
    ],
    [
      'declare',
      'declare const x: number; declare function g(): void; declare global { interface Q {} } export function f() { return 1; }',
    ],
    ['a type import', `import type { Vector } from '../types.ts'; ${f}`],
    ['an inline type import', `import { type Vector } from '../types.ts'; ${f}`],
    ['a value import that is never used', `import { Vector } from '../types.ts'; let x: Vector; ${f}`],
    ['a value import that is used as a type', `import V, { W as X } from '../types.ts'; let x: V | X; ${f}`],
    ['a namespace import that is used as a type', `import * as T from '../types.ts'; let x: T.Vector; ${f}`],
    ['an import of nothing', `import {} from '../types.ts'; ${f}`],
    ['a type export', `export type { Vector } from '../types.ts'; ${f}`],
    ['an inline type export', `export { type Vector, type Matrix as M } from '../types.ts'; ${f}`],
    ['an export of all types', `export type * from '../types.ts'; ${f}`],
    ['an import require that is never used', `import fs = require('fs'); ${f}`],
    ['an import type require', `import type fs = require('fs'); let x: fs.Stats; ${f}`],
    ['an import() type', `let x: import('../types.ts').Vector; ${f}`],
    ['a default export beside the named ones', `${f} export default f;`],
    ['an export list with other names', 'function g() { return 1; } export { g as f, g as default };'],
    ['an exported constant', 'export const f = () => 1;'],
    ['an exported class beside it', `export class A {} ${f}`],
    ['export =', 'export = { f() { return 1; } };'],
    ['using', 'export function f() { let n = 0; { using x = { [Symbol.dispose]() { n = 1; } }; } return n; }'],
    ['labels, commas and ASI', 'export function f() { a: for (;;) { break a } \n let x = 1, y = (0, x)\n return y\n}'],
    [
      'a function of one’s own named require',
      "export function f() { const require = (x: string) => x.length; return require('x'); }",
    ],
    ['a property named require', 'export function f() { return { require: () => 1, import: 2 }.require(); }'],
    [
      'texts that speak of imports',
      `export function f() { return "import('x') require('y') import.meta".length - 35; } // import './x.ts'`,
    ],
    ['identifiers that are not ASCII', 'export function f() { const θ = 1, 变量 = θ; return 变量; }'],
    ['a template with everything raw', 'export function f() { return String.raw`\\u{1}é\n`.length === 7 ? 1 : 0; }'],
    ['CRLF', `${f.replaceAll(/([{;])/g, '$1\r\n')}\r\n`],
    ['CR alone', f.replaceAll(/([{;])/g, '$1\r')],
    ['a byte-order mark', `\ufeff${f}`],
    ['a hash-bang', `#!/usr/bin/env node\n${f}`],
  ])('%s', async (_name, source) => {
    expect((await machineOf(source)).call('f', [])).toBe(1);
  });

  test('constants keep their dead zone', async () => {
    await expect(machineOf('export const f = () => x; const y = x; const x = 1;')).rejects.toThrow(
      /x is not initialized/,
    );
  });
});

describe('what is imported is refused, with its place', () => {
  const only = 'only type imports are allowed';
  test.each([
    ['an import', `import { x } from 'node:fs';\nexport const f = () => x;`, `imports "node:fs"; ${only}`, 1, 19],
    ['a default import', `${f}\n  import x from './x.ts'; export { x };`, `imports "./x.ts"; ${only}`, 2, 17],
    ['a namespace import', `import * as x from './x.ts'; ${f} x;`, `imports "./x.ts"; ${only}`, 1, 20],
    ['a mixed import', `import {\n  type A,\n  b,\n} from './x.ts';\n${f} b;`, `imports "./x.ts"; ${only}`, 4, 8],
    ['a side-effect import', `${f}\nimport './other.ts';`, `imports "./other.ts"; ${only}`, 2, 8],
    [
      'an import with attributes',
      `import x from './x.json' with { type: 'json' }; export { x };`,
      `imports "./x.json"; ${only}`,
      1,
      15,
    ],
    ['an import by URL', `import 'https://example.com/x.js';`, `imports "https://example.com/x.js"; ${only}`, 1, 8],
    ['an import require', `${f}\nimport fs = require('fs'); fs.readFileSync;`, `imports "fs"; ${only}`, 2, 16],
    ['a re-export', `${f}\nexport { x } from './x.ts';`, `imports "./x.ts"; ${only}`, 2, 19],
    ['an export of all', `export * from './x.ts'; ${f}`, `imports "./x.ts"; ${only}`, 1, 15],
    ['an export of all under a name', `export * as x from './x.ts'; ${f}`, `imports "./x.ts"; ${only}`, 1, 20],
    ['import()', `\nexport const f = () => import('fs');`, `imports "fs"; ${only}`, 2, 24],
    ['import() of a template', '\nexport const f = () => import(`fs`);', `imports "fs"; ${only}`, 2, 24],
    ['import() of a sum', `\nexport const f = () => import('f' + 's');`, `imports "fs"; ${only}`, 2, 24],
    ['import() of anything', `\nexport const f = (x) => import(x);`, `uses import(); ${only}`, 2, 25],
    ['import() of a pattern', `\nexport const f = (x) => import(\`./\${x}.ts\`);`, `uses import(); ${only}`, 2, 25],
    [
      'import() with attributes',
      `\nexport const f = (x) => import(x, { with: { type: 'json' } });`,
      `uses import(); ${only}`,
      2,
      25,
    ],
    ['require', `${f}\n\nconst fs = require('fs');`, `imports "fs"; ${only}`, 3, 12],
    ['require of a template', `${f}\n\nconst fs = require(\`fs\`);`, `imports "fs"; ${only}`, 3, 12],
    ['require of a pattern', `export const f = (x) =>\n  require(\`./\${x}.ts\`);`, `uses require; ${only}`, 2, 3],
    ['require in a try', `${f}\ntry { require('fs'); } catch {}`, `imports "fs"; ${only}`, 2, 7],
    ['require as a value', `${f}\nconst r = require; r('fs');`, `uses require; ${only}`, 2, 11],
    ['require.resolve', `${f}\nrequire.resolve('fs');`, `uses require; ${only}`, 2, 1],
    ['typeof require', `${f}\ntypeof require;`, `uses require; ${only}`, 2, 8],
    ['import.meta', 'export const f = () =>\n import.meta.url;', 'uses import.meta, which is not available here', 2, 2],
    ['await', `${f}\nawait 1;`, 'uses await at the top level, which is not available here', 2, 1],
    [
      'for await',
      `${f}\nfor await (const x of []) {}`,
      'uses await at the top level, which is not available here',
      2,
      5,
    ],
    ['await using', `${f}\nawait using x = null;`, 'uses await at the top level, which is not available here', 2, 1],
  ])('%s', async (_name, source, message, line, column) => {
    expect(await faultIn(source)).toEqual({
      file: '00-test/test.ts',
      message,
      location: { file: '00-test/test.ts', line, column },
    });
    const changed = `\ufeff${source.replaceAll('\n', '\r\n')}`;
    expect(await faultIn(changed)).toMatchObject({ message, location: { line, column } });
  });

  test('a long path is cut', async () => {
    const { message } = await faultIn(`import '${'x'.repeat(5_000)}';`);
    expect(message).toMatch(/^imports "x+ … \d+ characters cut … x+"; only type imports are allowed$/);
    expect(message.length).toBeLessThan(300);
  });

  test('no file of the machine is ever looked at, wherever the grader runs', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'beside-'));
    const before = process.cwd();
    onTestFinished(async () => {
      process.chdir(before);
      await rm(folder, { recursive: true });
    });
    await writeFile(join(folder, 'answer.ts'), 'export const answer = 42;');
    await writeFile(join(folder, 'tsconfig.json'), '{ "compilerOptions": { "target": "es5" } }');
    process.chdir(folder);
    for (const call of [
      `import(\`./\${x}.ts\`)`,
      `require(\`./\${x}.ts\`)`,
      "import('./' + x + '.ts')",
      "require('./answer.ts')",
    ]) {
      const { message } = await faultIn(`export const f = (x) => ${call};`);
      expect(message).toMatch(/only type imports are allowed$/);
      expect(message).not.toContain(folder);
    }
    expect((await machineOf('const answer = 1; export const f = () => answer;')).call('f', [])).toBe(1);
  });
});

describe('what slips through finds nothing when it runs', () => {
  test.each([
    ["typeof eval('typeof require')", '"string"'],
    ["eval('typeof require') + eval('typeof process') + eval('typeof module')", '"undefinedundefinedundefined"'],
    ["new Function('return typeof require')()", '"undefined"'],
    [
      "(() => { try { return String(eval(\"import('fs')\")); } catch (e) { return 'refused'; } })()",
      '"[object Promise]"',
    ],
    [
      "(() => { try { return String(new Function('return import(\"fs\")')()); } catch (e) { return 'refused'; } })()",
      '"[object Promise]"',
    ],
    ["(() => { try { return eval('import.meta'); } catch (e) { return e.name; } })()", '"SyntaxError"'],
    ["(() => { try { return module.require('fs'); } catch (e) { return e.name; } })()", '"ReferenceError"'],
    ["(() => { try { return (0, eval)('export const x = 1'); } catch (e) { return e.name; } })()", '"SyntaxError"'],
  ])('%s', async (expression, expected) => {
    const machine = await machineOf(`export const f = () => ${expression};`);
    expect(JSON.stringify(machine.call('f', []))).toBe(expected);
  });
});

describe('what a file may not be', () => {
  test('65,536 bytes, and not one more', async () => {
    const filled = (bytes: number) => `${f}//${'x'.repeat(bytes - f.length - 2)}`;
    expect(await compileText(filled(65_536))).toHaveProperty('code');
    expect(await faultIn(filled(65_537))).toEqual({
      file: '00-test/test.ts',
      message: "is 65537 bytes long; a submission's file may have 65536 (64 KiB)",
    });
    expect((await faultIn(`${f}//${'é'.repeat(32_768)}`)).message).toContain('is 65571 bytes long');
  });

  const bytes = (...all: number[]) => new Uint8Array(all);
  test.each([
    ['empty', bytes(), 'is empty'],
    ['a byte-order mark alone', bytes(0xef, 0xbb, 0xbf), 'is empty'],
    ['blank', new TextEncoder().encode(' \n\t\r\n\u00a0'), 'is empty'],
    ['UTF-16', bytes(0xff, 0xfe, 0x61, 0x00), 'is not UTF-8 text; save it as UTF-8 and hand it in again'],
    [
      'Latin-1',
      new Uint8Array(Buffer.from('const x = "é";', 'latin1')),
      'is not UTF-8 text; save it as UTF-8 and hand it in again',
    ],
    ['binary', bytes(0x7f, 0x45, 0x80, 0xff), 'is not UTF-8 text; save it as UTF-8 and hand it in again'],
    ['a surrogate', bytes(0xed, 0xa0, 0x80), 'is not UTF-8 text; save it as UTF-8 and hand it in again'],
    ['zeroes', bytes(0, 0, 0, 0), 'does not parse: Unexpected "\\x00"'],
  ])('%s', async (_name, content, message) => {
    expect(await faultIn(content)).toMatchObject({ message });
  });

  test.each([
    ['a hole', 'export const f = ;', 'does not parse: Unexpected ";"', 1, 18],
    ['a hole after what is not ASCII', '// é\nconst x = "éé😀" + ;', 'does not parse: Unexpected ";"', 2, 20],
    ['an end too early', 'export function f() {', 'does not parse: Unexpected end of file', 1, 22],
    ['a name twice', 'const a = 1;\nconst a = 2;', 'does not parse: The symbol "a" has already been declared', 2, 7],
    ['HTML', '<!doctype html>\n<p>x', expect.stringContaining('does not parse: ') as unknown as string, 1, 2],
    ['a merge left open', '<<<<<<< HEAD\nexport const x = 1;\n=======', 'does not parse: Unexpected "<<"', 1, 1],
    ['with', 'with ({}) {}\nexport {};', expect.stringContaining('With statements') as unknown as string, 1, 1],
  ])('%s', async (_name, source, message, line, column) => {
    expect(await faultIn(source)).toMatchObject({ message, location: { file: '00-test/test.ts', line, column } });
  });

  test('what is wrong is quoted no further than a line', async () => {
    const { message } = await faultIn(`const x = ${'y'.repeat(9_000)} z\u0007;`);
    expect(message.length).toBeLessThan(600);
    expect(message).not.toContain('\u0007');
  });
});

describe('files made to break the compiler', () => {
  test('enums that double a text are refused before they are computed', async () => {
    const members = Array.from({ length: 60 }, (_, i) => `A${i + 1} = A${i} + A${i}`);
    const message = 'has an enum that joins or holds too much text to be compiled';
    expect(await faultIn(`enum E { A0 = 'x', ${members.join(', ')} }`)).toMatchObject({ message });
    expect(await faultIn(`enum E { A0 = 'x' } enum E { ${members.join(', ')} }`)).toMatchObject({ message });
    expect(await faultIn(`enum /* { */ E // {\n{ A0 = 'x', /* } */ ${members.join(', ')} }`)).toMatchObject({
      message,
    });
    expect(await faultIn(`enum E { A0 = '}', ${members.join(', ')} }`)).toMatchObject({ message });
    expect(await faultIn(`enum E { A0 = 'x', A1 = \`\${A0}\${A0}\` }`)).toMatchObject({ message });
    expect(await faultIn(`const enum E { A = '${'x'.repeat(2_000)}' } ${'E.A;'.repeat(9_000)}`)).toMatchObject({
      message,
    });
  });

  test('enums are measured, and nothing else', () => {
    expect(measureEnums('enum E { A = \'ab\', B = "c", C = `d` }')).toBe(10);
    expect(measureEnums("enum E { A = 'ab', B = A + 'cd' }")).toBe(16);
    expect(measureEnums('enum E { A = 1 + 2, B = A / 3, C = B + 4 + 5 }')).toBe(0);
    expect(measureEnums("enum E { A = 1 /* it's */, B // don't\n }")).toBe(0);
    expect(measureEnums(`const enumeration = { a: '${'x'.repeat(9_999)}' }; // an enum of things {`)).toBe(0);
    expect(measureEnums("enum E { A = 'x', B = /[']/.source }")).toBe(Number.POSITIVE_INFINITY);
  });

  test.each([
    ['blocks', '{', '}', 8_000],
    ['conditions', 'if(1)', ';', 12_000],
    ['lists', '[', ']', 30_000],
    ['calls', 'f(', ')', 20_000],
    ['templates', '`${', '}`', 12_000],
    ['negations', '!', '', 60_000],
    ['types', `type T = ${'('.repeat(2_000)}number${')'.repeat(2_000)};`, '', 15],
  ])('%s in %s', async (_name, open, close, times) => {
    // The compiler, the engine or the student’s own limit may say no; nothing of ours may break.
    const source = `${f} ${open.repeat(times)}1${close.repeat(times)}`;
    const outcome = await machineOf(source).then(
      (machine) => machine.call('f', []),
      (error: Error) => error,
    );
    if (outcome !== 1) expect(outcome).toBeInstanceOf(Error);
  });

  test('a file that is too much for the compiler is refused, and the next one is not', async () => {
    const classes = `${`class A { x = `.repeat(4_000)}1${'}'.repeat(4_000)}`;
    const bytesOfClasses = new TextEncoder().encode(classes);
    const [slow, other] = await Promise.all([compile('00-test/test.ts', bytesOfClasses, 1_000), compileText(f)]);
    expect(slow).toEqual({ file: '00-test/test.ts', message: 'takes too long to be compiled' });
    expect(other).toHaveProperty('code');
    expect(await compileText(f)).toHaveProperty('code');
  });
});
