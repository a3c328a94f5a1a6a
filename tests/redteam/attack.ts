import type { Change } from '../support/planted.ts';

/** What stands in a submission's folder beside or instead of an ordinary file. */
export type Entry = string | Uint8Array | { readonly linkTo: string } | { readonly is: 'folder' | 'pipe' };

/** A student's work: an exercise's solution, changed. */
export interface Work {
  /** Replaced in the solution's text. */
  readonly change?: Change;
  /** Code at the end of the file: runs while it loads. */
  readonly append?: string;
  /** The whole file instead; `null` when there is none. */
  readonly file?: Entry | null;
  /** Further files, by path. */
  readonly beside?: { readonly [path: string]: Entry };
}

/** A submission that tries something, and what must come of it. */
export interface Attack {
  /** What it tries. */
  readonly name: string;
  /** The exercise's number; 02 unless told. */
  readonly exercise?: string;
  readonly hostile: Work;
  /** The same work without the trick, which must not score less; absent where nothing is left without it. */
  readonly honest?: Work;
  /** The same means put to an honest use: must get full marks. */
  readonly twin: Work;
  /** The score that is due. */
  readonly score: number;
  /** What the report must say, anywhere in it. */
  readonly says?: string;
  /** What the report must not contain: something that the attack wants to bring out. */
  readonly hides?: string;
  /** A secret seed to grade with, which nothing must tell; the default one unless told. */
  readonly seed?: string;
  /** The exit code; 0 unless told. */
  readonly code?: number;
}

/** The families of attacks, each a file of `tests/fixtures/redteam/`. */
export const FAMILIES = [
  'intrinsics',
  'values',
  'time',
  'memory',
  'callbacks',
  'arguments',
  'imports',
  'compiler',
  'outputs',
  'forgery',
  'secrets',
];
