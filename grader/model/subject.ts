import type { Value } from './value.ts';

/** A place in a student's own file; line and column count from 1. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What a call did besides returning. */
export interface Watched {
  readonly value: Value;
  /** Positions of the arguments that were changed. */
  readonly altered: readonly number[];
  /** Whether an array of the result is an array of an argument. */
  readonly shares: boolean;
  /** Whether `Math.random` was called. */
  readonly random: boolean;
}

/** A student's module as a check sees it: in the sandbox when grading, in this process when practising. */
export interface Subject {
  /** Calls one function; throws a `Thrown`, `NotStarted`, `Missing`, `Stopped` or `Misuse`. */
  call(name: string, args: readonly Value[]): Value;
  /** Calls one function and watches what it does to its arguments. */
  watch(name: string, args: readonly Value[]): Watched;
  /** Fuel spent so far; `undefined` where fuel is not counted. */
  readonly spent: number | undefined;
}

/** How a student's error came about: made by student code, raised by the engine, or no error object at all. */
export type ThrownKind = 'error' | 'range' | 'stack' | 'object' | 'value';

/** A student's function threw. */
export class Thrown extends Error {
  readonly kind: ThrownKind;
  readonly errorName: string;
  readonly location: Location | undefined;
  constructor(kind: ThrownKind, errorName: string, message: string, location: Location | undefined) {
    super(message);
    this.kind = kind;
    this.errorName = errorName;
    this.location = location;
  }
}

/** The function is still the stub. */
export class NotStarted extends Error {}

/** The module exports no function of that name. */
export class Missing extends Error {}

/** A cost that only the sandbox can measure was asked of another subject. */
export class Unmeasurable extends Error {}

/** The machine ended the call; it cannot be used again. */
export class Stopped extends Error {
  readonly status: 'out-of-fuel' | 'out-of-memory' | 'out-of-time';
  readonly location: Location | undefined;
  constructor(status: Stopped['status'], message: string, location?: Location) {
    super(message);
    this.status = status;
    this.location = location;
  }
}

/** Which function an error's message says is not started yet, when it is exactly a stub's message. */
export function unstartedFunction(message: string): string | undefined {
  return /^TODO: ([A-Za-z]\w*)$/.exec(message)?.[1];
}

/** What is said of a file without one of its functions. */
export function describeMissing(file: string, name: string): string {
  return `${file} exports no function ${name}; its name must stay as it was`;
}

/** What is said of a check that calls another function, which is still the stub. */
export function describeAwaited(name: string): string {
  return `waits on ${name}, which is not started yet`;
}
