import { build, type Message, type Plugin } from 'esbuild';
import type { Location } from '../model/subject.ts';

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

/**
 * Strips the types of a student file; types are not checked.
 *
 * @param file  the file's label in messages and locations, e.g. `04-planar-log-det/planar.ts`
 * @param bytes  the file as read; UTF-8, a byte-order mark and any line ends are fine
 * @returns the compiled file, or why it is none: too large, empty, not UTF-8, not parseable, or importing something
 */
export async function compile(file: string, bytes: Uint8Array): Promise<Compiled | CompileFault> {
  const source = decode(bytes);
  if (typeof source !== 'string') return { file, message: source.fault };
  try {
    const result = await build({
      stdin: { contents: source, loader: 'ts', sourcefile: file },
      bundle: true,
      write: false,
      outfile: 'submission.js',
      format: 'iife',
      globalName: 'submission',
      platform: 'neutral',
      target: 'es2023',
      charset: 'utf8',
      treeShaking: false,
      sourcemap: 'external',
      sourcesContent: false,
      tsconfigRaw: {},
      logLevel: 'silent',
      plugins: [refuseImports],
    });
    const refused = result.warnings.find((warning) => warning.id === 'empty-import-meta');
    if (refused !== undefined) return faultOf(file, refused);
    const [map, code] = ['.map', '.js'].map((end) => result.outputFiles.find((output) => output.path.endsWith(end)));
    if (map === undefined || code === undefined) throw new Error(`esbuild wrote no output for ${file}`);
    return { file, code: code.text, map: map.text };
  } catch (error) {
    const first = (error as { errors?: Message[] }).errors?.[0];
    if (first === undefined) throw error;
    return faultOf(file, first);
  }
}

const refuseImports: Plugin = {
  name: 'refuse-imports',
  setup({ onResolve }) {
    onResolve({ filter: /.*/ }, ({ kind, path }) =>
      kind === 'entry-point'
        ? null
        : { errors: [{ text: `imports ${JSON.stringify(path)}; only type imports are allowed` }] },
    );
  },
};

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
  return text.trim() === '' ? { fault: 'is empty' } : text;
}

function faultOf(file: string, { id, text, location }: Message): CompileFault {
  const message =
    id === 'empty-import-meta'
      ? 'uses import.meta, which is not available here'
      : text.startsWith('Top-level await')
        ? 'uses await at the top level, which is not available here'
        : /Dynamic require|"require"/.test(text)
          ? 'uses require; only type imports are allowed'
          : text.includes('; only type imports are allowed')
            ? text
            : `does not parse: ${text}`;
  if (location === null) return { file, message };
  return { file, message, location: { file, line: location.line, column: location.column + 1 } };
}
