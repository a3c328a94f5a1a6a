import type { Drawn } from '../model/figure.ts';
import type { CheckReport } from '../model/report.ts';
import type { Location } from '../model/subject.ts';
import type { Compiled } from '../sandbox/compile.ts';

/** What the main thread asks of a worker: the checks of one exercise, or its figures. */
export interface Job {
  readonly task: 'grade' | 'draw';
  readonly exercise: string;
  readonly compiled: Compiled;
  readonly seed: string;
  /** Verdicts on checks that are not to run again: their worker had to be ended. */
  readonly earlier: readonly CheckReport[];
}

/** What a worker tells the main thread. */
export type Message =
  | { readonly type: 'ready' }
  | {
      readonly type: 'graded';
      readonly verdicts: readonly CheckReport[];
      readonly fuel: number;
      readonly console: string[];
    }
  | { readonly type: 'broken'; readonly message: string; readonly location?: Location; readonly console: string[] }
  | { readonly type: 'drawn'; readonly figure: Drawn }
  | { readonly type: 'all-drawn' }
  | { readonly type: 'failed'; readonly message: string };

/** What a worker is started with. */
export interface WorkerData {
  /** Shared with the worker's machines: ticks so far, whether student code is running, and for which check. */
  readonly cells: Int32Array;
  /** Settings of V8, to be set once Node's own modules are loaded. */
  readonly settings: readonly string[];
  /** The number of the exercise that is the only one to be graded: what V8 compiles for it is kept for the next run. */
  readonly only?: string | undefined;
}

/** The cell that says which check is running: its place among the exercise's, from 1; 0 between checks. */
export const CHECK = 2;

/** The cell that says how many checks of the job have begun. */
export const BEGUN = 3;

/** How many cells there are. */
export const CELLS = 4;
