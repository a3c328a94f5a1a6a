import type { Drawn } from '../model/figure.ts';
import type { CheckReport } from '../model/report.ts';
import type { Location } from '../model/subject.ts';
import type { Compiled } from '../sandbox/compile.ts';
import type { ConsoleState } from './console-log.ts';

/** What the main thread asks of a worker: the checks of one exercise, or its figures. */
export interface Job {
  readonly task: 'grade' | 'draw';
  readonly exercise: string;
  readonly compiled: Compiled;
  readonly seed: string;
  /** Verdicts that stand already, when an earlier worker was ended in the middle. */
  readonly earlier: readonly CheckReport[];
  readonly console: ConsoleState;
}

/** What a worker tells the main thread; every verdict is posted before the next check runs. */
export type Message =
  | { readonly type: 'ready' }
  | { readonly type: 'verdict'; readonly verdict: CheckReport; readonly fuel: number; readonly console: ConsoleState }
  | { readonly type: 'broken'; readonly message: string; readonly location?: Location; readonly console: ConsoleState }
  | { readonly type: 'loaded'; readonly fuel: number; readonly console: ConsoleState }
  | { readonly type: 'drawn'; readonly figure: Drawn }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly message: string };

/** What a worker is started with. */
export interface WorkerData {
  /** Shared with the worker's machines: ticks so far, whether student code is running, and which check it is for. */
  readonly cells: Int32Array;
  /** Settings of V8, to be set once everything is loaded. */
  readonly settings: readonly string[];
}

/** The cell that says which check is running: its place among the exercise's, from 1; 0 between checks. */
export const CHECK = 2;
