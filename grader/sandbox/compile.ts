import { createRequire, SourceMap, type SourceMapPayload } from 'node:module';
import type { Message, TransformOptions, TransformResult } from 'esbuild';
import type { Location } from '../model/subject.ts';
import { clean } from '../model/text.ts';
import { measureEnums } from './enums.ts';

// An import would first read its whole text for names that it exports.
const { stop, transform } = createRequire(import.meta.url)('esbuild') as typeof import('esbuild');

/** A student file ready for the machine: a script that evaluates to the module's exports, and its source map. */
export interface Compiled {
  readonly file: string;
  readonly code: string;
  readonly map: string;
}

/** Why a student file does not compile. */
export interface CompileFault {
  readonly file: string;
  readonly message: string;
  readonly location?: Location;
}

/** Largest student file, in bytes. */
export const MAX_BYTES = 65_536;

/** Longest text that a file's enums may come to; the compiler writes it out wherever a member is used. */
const MAX_ENUM_TEXT = 1_024;

/** How long the compiler may take over one file, in milliseconds; it takes a few, but there are files made to hang it. */
const PATIENCE = 10_000;

/**
 * Strips the types of a student file; types are not checked.
 *
 * Nothing but the given bytes is read: no other file, whatever the student's file names.
 *
 * @param file  the file's label in messages and locations, e.g. `04-planar-log-det/planar.ts`
 * @param bytes  the file as read; UTF-8, a byte-order mark and any line ends are fine
 * @param patience  milliseconds that the compiler may take
 * @returns the compiled file, or why it is none: too large, empty, not UTF-8, not parseable, or importing something
 */
export async function compile(file: string, bytes: Uint8Array, patience = PATIENCE): Promise<Compiled | CompileFault> {
  const source = decode(bytes);
  if (typeof source !== 'string') return { file, message: source.fault };
  if (measureEnums(source) > MAX_ENUM_TEXT) {
    return { file, message: 'has an enum that joins or holds too much text to be compiled' };
  }
  try {
    // Without types every import, export from, import() and require that is not erased is a call of a `require` that
    // nobody declared.
    const stripped = await transformWithin(patience, source, { ...STRIP, sourcefile: file });
    if (!/\brequire\b/.test(stripped.code)) return { file, code: stripped.code, map: stripped.map };
    // A second pass gives those calls, if they are any, a name that occurs nowhere else.
    const marker = unusedName(stripped.code);
    const define = { require: marker };
    const { code, map } = await transformWithin(patience, withMap(stripped), { ...MARK, sourcefile: file, define });
    const at = code.indexOf(marker);
    if (at < 0) return { file, code, map };
    const place = originalPlace(file, code, map, at);
    return { file, ...describeImport(source, place, code.slice(at + marker.length)) };
  } catch (error) {
    if (error instanceof GaveUp) return { file, message: error.message };
    const [first] = (error as { errors?: Message[] }).errors ?? [];
    if (first === undefined) throw error;
    return describeMessage(file, first);
  }
}

const COMMON: TransformOptions = {
  sourcemap: 'external',
  target: 'es2023',
  // Columns are counted alike by everyone in text that is ASCII alone.
  charset: 'ascii',
  // Indentation of nested blocks would grow with the square of their depth. With every token that may stand on a line of
  // its own on one, the engine's line of a function is the function's own line, where it knows no better place.
  minifyWhitespace: true,
  lineLimit: 1,
  legalComments: 'none',
  treeShaking: false,
  tsconfigRaw: {},
  logLevel: 'silent',
  sourcesContent: false,
};
const STRIP: TransformOptions = {
  ...COMMON,
  loader: 'ts',
  format: 'iife',
  globalName: 'submission',
  supported: { 'dynamic-import': false },
  logOverride: { 'empty-import-meta': 'error' },
};
const MARK: TransformOptions = { ...COMMON, loader: 'js' };

/** The compiler was ended, or ended by itself, over this file. */
class GaveUp extends Error {}

/** Those that wait for the compiler, to be told when it is ended; it would leave them waiting. */
const waiting = new Set<() => void>();

/** Runs the compiler, which is a process that all files share, and ends it when it takes too long over one. */
async function transformWithin(patience: number, code: string, options: TransformOptions): Promise<TransformResult> {
  for (let attempt = 1; ; attempt += 1) {
    let tell = () => {};
    const ended = new Promise<undefined>((resolve) => {
      tell = () => resolve(undefined);
    });
    waiting.add(tell);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      void stop();
      for (const each of waiting) each();
    }, patience);
    try {
      const result = await Promise.race([transform(code, options), ended]);
      if (result !== undefined) return result;
      if (late) throw new GaveUp('takes too long to be compiled');
    } catch (error) {
      if (!/The service (was stopped|is no longer running)/.test(String(error))) throw error;
    } finally {
      clearTimeout(timer);
      waiting.delete(tell);
    }
    // Another file, compiled at the same time, may have been the cause.
    if (attempt === 3) throw new GaveUp('is too much for the compiler');
  }
}

function decode(bytes: Uint8Array): string | { fault: string } {
  if (bytes.length > MAX_BYTES) {
    return { fault: `is ${bytes.length} bytes long; a submission's file may have ${MAX_BYTES} (64 KiB)` };
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { fault: 'is not UTF-8 text; save it as UTF-8 and hand it in again' };
  }
  if (text.trim() === '') return { fault: 'is empty' };
  return (
    text
      .replace(/^#!/, '//')
      // A source map of the student's own would move every location.
      .replaceAll('sourceMappingURL=', 'sourceMappingUrl=')
      // TypeScript erases `import x = require('…')` where x is only a type, the compiler does not; as this it does.
      .replaceAll(/^([ \t]*import\s+[^\s=]+)\s*=\s*require\s*\(\s*('[^'\n]*'|"[^"\n]*")\s*\)/gm, '$1 from $2')
  );
}

/** Code with its map in it, so that the next map leads back to the source. */
function withMap({ code, map }: TransformResult): string {
  return `${code}//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString('base64')}\n`;
}

function unusedName(text: string): string {
  let name = 'imported';
  while (text.includes(name)) name += '_';
  return name;
}

function originalPlace(file: string, code: string, map: string, at: number): Location | undefined {
  const before = code.slice(0, at);
  const [line, column] = [before.split('\n').length - 1, at - before.lastIndexOf('\n') - 1];
  const entry = new SourceMap(JSON.parse(map) as SourceMapPayload).findEntry(line, column);
  if (!('originalLine' in entry)) return undefined;
  return { file, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}

/** Says what is imported at a place of the source; the compiled code goes on with the arguments of the call. */
function describeImport(
  source: string,
  location: Location | undefined,
  rest: string,
): Pick<CompileFault, 'message' | 'location'> {
  const path = /^\(\s*"((?:[^"\\]|\\[\s\S])*)"/.exec(rest)?.[1];
  const line = source.split(/\r\n|[\n\r\u2028\u2029]/)[(location?.line ?? 0) - 1] ?? '';
  const keyword = line.startsWith('require', (location?.column ?? 0) - 1) ? 'require' : 'import()';
  const what = path === undefined ? `uses ${keyword}` : `imports "${clean(path.replaceAll('\\\n', ''), 200)}"`;
  return { message: `${what}; only type imports are allowed`, ...(location && { location }) };
}

function describeMessage(file: string, { id, text, location }: Message): CompileFault {
  const message =
    id === 'empty-import-meta'
      ? 'uses import.meta, which is not available here'
      : text.startsWith('Top-level await')
        ? 'uses await at the top level, which is not available here'
        : `does not parse: ${clean(text, 500)}`;
  if (location === null) return { file, message };
  // The compiler counts a column in bytes.
  const column = Buffer.from(location.lineText).subarray(0, location.column).toString().length + 1;
  return { file, message, location: { file, line: location.line, column } };
}
