import { describe, expect, test } from 'vitest';
import { compileText, machineWith } from '../../support/machine.ts';

const f = 'export function f() { return 1; }';

describe('what a file may be', () => {
  test.each([
    ['an enum', 'enum K { A = 1 } export function f() { return K.A; }'],
    ['a const enum', 'const enum K { A = 1 } export function f() { return K.A; }'],
    ['a namespace', 'namespace N { export const one = 1; } export function f() { return N.one; }'],
    [
      'parameter properties',
      'class P { constructor(readonly one: number) {} } export function f() { return new P(1).one; }',
    ],
    ['an abstract class', 'abstract class A { abstract x: number } export function f() { return 1; }'],
    ['overloads', 'export function f(): number; export function f(x?: number): number { return 1; }'],
    ['satisfies and as', 'export function f() { return (1 satisfies number) as unknown as number; }'],
    ['a type import', `import type { Vector } from '../types.ts'; ${f}`],
    ['an inline type import', `import { type Vector } from '../types.ts'; ${f}`],
    ['a value import that is never used', `import { Vector } from '../types.ts'; let x: Vector; ${f}`],
    ['a type export', `export type { Vector } from '../types.ts'; ${f}`],
    ['an import require that is never used', `import fs = require('fs'); ${f}`],
    ['a default export beside the named ones', `${f} export default f;`],
    ['CRLF and a byte-order mark', `\ufeff${f.replace('{', '{\r\n')}\r\n`],
  ])('%s', async (_name, source) => {
    expect((await machineWith(source)).call('f', [])).toBe(1);
  });

  test('65,536 bytes, and not one more', async () => {
    const filled = (bytes: number) => `${f}//${'x'.repeat(bytes - f.length - 2)}`;
    expect(await compileText(filled(65_536))).toHaveProperty('code');
    expect(await compileText(filled(65_537))).toHaveProperty(
      'message',
      "is 65537 bytes long; a submission's file may have 65536 (64 KiB)",
    );
  });
});

describe('what a file may not be', () => {
  test.each([
    [
      'an import',
      `import { readFileSync } from 'node:fs'; export const f = () => readFileSync;`,
      'imports "node:fs"; only type imports are allowed',
      1,
    ],
    ['a side-effect import', `\nimport './other.ts'; ${f}`, 'imports "./other.ts"; only type imports are allowed', 2],
    ['a re-export', `export { x } from './x.ts';`, 'imports "./x.ts"; only type imports are allowed', 1],
    ['an export of all', `export * from './x.ts';`, 'imports "./x.ts"; only type imports are allowed', 1],
    ['a dynamic import', `export const f = () => import('fs');`, 'imports "fs"; only type imports are allowed', 1],
    [
      'a require',
      `\n\nconst fs = require('fs'); export const f = () => fs;`,
      'imports "fs"; only type imports are allowed',
      3,
    ],
    ['import.meta', 'export const f = () => import.meta.url;', 'uses import.meta, which is not available here', 1],
    [
      'a top-level await',
      'await 1; export const f = 1;',
      'uses await at the top level, which is not available here',
      1,
    ],
    ['a syntax error', 'export const f = ;', 'does not parse: Unexpected ";"', 1],
  ])('%s', async (_name, source, message, line) => {
    expect(await compileText(source)).toMatchObject({ message, location: { file: '00-test/test.ts', line } });
  });

  test.each([
    ['empty', new Uint8Array(), 'is empty'],
    ['blank', new TextEncoder().encode(' \n\t'), 'is empty'],
    ['UTF-16', new Uint8Array([0xff, 0xfe, 0x61, 0x00]), 'is not UTF-8 text; save it as UTF-8 and hand it in again'],
    ['binary', new Uint8Array([0x7f, 0x45, 0x80, 0xff]), 'is not UTF-8 text; save it as UTF-8 and hand it in again'],
  ])('%s', async (_name, bytes, message) => {
    expect(await compileText(bytes)).toMatchObject({ message });
  });
});

test.each([
  [
    'an indirect require',
    'export function f() { const r = eval("typeof require"); return r === "undefined" ? 1 : 0; }',
  ],
  ['an import in eval', `export function f() { try { eval("import('fs')"); } catch {} return 1; }`],
  ['a Function', 'export function f() { return new Function("return typeof process")() === "undefined" ? 1 : 0; }'],
])('%s finds nothing', async (_name, source) => {
  expect((await machineWith(source)).call('f', [])).toBe(1);
});
