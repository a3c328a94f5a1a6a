import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { keep, readKept } from '../sandbox/kept.ts';

/** Digests of the programs that are scripts, by the names of their files. */
declare const DIGESTS: { readonly [name: string]: string };

interface Kept {
  readonly key: string;
  /** How much of it ran, in checks: what they use is compiled. */
  readonly ran: number;
  readonly code: Buffer;
}

/** A program as a function of what it is given when it begins. */
type Program = (
  module: { exports: object },
  require: NodeJS.Require,
  address: string,
  load: (name: string) => Promise<object>,
  keepCode: (ran: number) => void,
) => void;

/**
 * Begins a program of the bundle that is a script, with what V8 compiled of it in an earlier run.
 *
 * @param name  of its file, beside this one
 * @param place  the name under which compiled code is kept; nothing is kept without
 * @returns what the program exports, and what keeps the code that is compiled by now, if more of the program ran than ever before
 */
export function begin(name: string, place?: string): { exports: object; keepCode: (ran: number) => void } {
  const url = new URL(name, import.meta.url);
  const path = fileURLToPath(url);
  const key = [DIGESTS[name], process.version, process.arch, process.platform].join(' ');
  const file = fileURLToPath(new URL(`../../node_modules/.cache/flow-grade/code-${place}`, import.meta.url));
  const kept = place === undefined ? undefined : (readKept(file) as Kept | undefined);
  const script = new Script(readFileSync(path, 'latin1'), {
    filename: path,
    ...(kept?.key === key && { cachedData: kept.code }),
  });
  const before = script.cachedDataRejected === false ? (kept?.ran ?? 0) : 0;
  const keepCode = (ran: number) => {
    if (place !== undefined && ran > before) keep(file, { key, ran, code: script.createCachedData() } satisfies Kept);
  };
  const load = (other: string): Promise<object> => import(new URL(other, url).href);
  const module = { exports: {} };
  (script.runInThisContext() as Program)(module, require, url.href, load, keepCode);
  return { exports: module.exports, keepCode };
}
