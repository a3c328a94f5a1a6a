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

/** What a program came to when it was begun. */
export interface Begun {
  readonly exports: object;
  /** Whether it began with code that was kept. */
  readonly isReady: boolean;
  /** Keeps what is compiled by now, if more of the program ran than ever before. */
  keepCode(ran: number): void;
}

/** Where code is kept, by a name. */
export function fileOfCode(place: string): string {
  return fileURLToPath(new URL(`../../node_modules/.cache/flow-grade/code-${place}`, import.meta.url));
}

/**
 * Begins a program of the bundle that is a script, with what V8 compiled of it in an earlier run.
 *
 * @param name  of its file, beside this one
 * @param place  the name under which compiled code is kept; nothing is kept without
 */
export function begin(name: string, place?: string): Begun {
  const url = new URL(name, import.meta.url);
  const path = fileURLToPath(url);
  const key = [DIGESTS[name], process.version, process.arch, process.platform].join(' ');
  const kept = place === undefined ? undefined : (readKept(fileOfCode(place)) as Kept | undefined);
  const script = new Script(readFileSync(path, 'latin1'), {
    filename: path,
    ...(kept?.key === key && { cachedData: kept.code }),
  });
  const isReady = script.cachedDataRejected === false;
  const before = isReady ? (kept?.ran ?? 0) : 0;
  const keepCode = (ran: number) => {
    if (place === undefined || ran <= before) return;
    keep(fileOfCode(place), { key, ran, code: script.createCachedData() } satisfies Kept);
  };
  const load = (other: string): Promise<object> => import(new URL(other, url).href);
  const module = { exports: {} };
  (script.runInThisContext() as Program)(module, require, url.href, load, keepCode);
  return { exports: module.exports, isReady, keepCode };
}
