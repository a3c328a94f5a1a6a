import {
  Missing,
  NotStarted,
  type Subject,
  Thrown,
  type ThrownKind,
  unstartedFunction,
  type Watched,
} from '../model/subject.ts';
import { Callback, isArray, isRecord, Labelled, Misuse, Oddity, type Value } from '../model/value.ts';

/** A module in this process, for practising and for recording: nothing limits it and its fuel is not counted. */
export class ModuleSubject implements Subject {
  readonly spent = undefined;
  readonly #module: Readonly<Record<string, unknown>>;

  constructor(module: Readonly<Record<string, unknown>>) {
    this.#module = module;
  }

  call(name: string, args: readonly Value[]): Value {
    return this.#run(name, args.map(toHost)).value;
  }

  watch(name: string, args: readonly Value[]): Watched {
    const given = args.map(toHost);
    const before = given.map(copyPlain);
    const original = Math.random;
    let random = false;
    Math.random = () => {
      random = true;
      return original();
    };
    try {
      const { value, raw } = this.#run(name, given);
      const altered = given.flatMap((argument, index) => (differs(before[index], argument) ? [index] : []));
      const arrays = arraysIn(given);
      arrays.delete(given);
      return { value, altered, random, shares: [...arraysIn(raw)].some((array) => arrays.has(array)) };
    } finally {
      Math.random = original;
    }
  }

  #run(name: string, args: readonly unknown[]): { value: Value; raw: unknown } {
    const run = this.#module[name];
    if (typeof run !== 'function') throw new Missing(name);
    try {
      const raw: unknown = run(...args);
      return { raw, value: toValue(raw) };
    } catch (error) {
      throw explain(name, error);
    }
  }
}

function explain(name: string, error: unknown): Error {
  if (error instanceof Misuse) return error;
  if (!(error instanceof Error)) return new Thrown('value', '', String(error), undefined);
  if (unstartedFunction(error.message) === name) return new NotStarted(name);
  const kind: ThrownKind = !(error instanceof RangeError)
    ? 'error'
    : /call stack/.test(error.message)
      ? 'stack'
      : 'range';
  const thrown = new Thrown(kind, error.name, error.message, undefined);
  // A debugger and a test report show the student's own stack.
  thrown.cause = error;
  return thrown;
}

/** A value as a function in this process gets it: a copy, with callbacks as functions. */
function toHost(value: Value): unknown {
  if (value instanceof Callback) {
    return (...args: unknown[]) => toHost(value.answer(args.map((argument) => toValue(argument))));
  }
  if (value instanceof Labelled) return toHost(value.value);
  if (value instanceof Oddity) return undefined;
  if (isArray(value)) return value.map(toHost);
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toHost(item)]));
  return value;
}

function toValue(raw: unknown, depth = 0): Value {
  if (typeof raw === 'number' || typeof raw === 'boolean' || typeof raw === 'string') return raw;
  if (typeof raw !== 'object' || raw === null)
    return new Oddity(typeof raw === 'function' ? 'a function' : String(raw));
  if (depth > 16) return new Oddity('something nested more than 16 deep');
  if (Array.isArray(raw)) return Array.from(raw, (item) => toValue(item, depth + 1));
  if (ArrayBuffer.isView(raw)) return new Oddity(`a ${raw.constructor.name} (Array.from turns it into an array)`);
  if (
    raw instanceof Map ||
    raw instanceof Set ||
    raw instanceof Promise ||
    raw instanceof Date ||
    raw instanceof Number
  ) {
    return new Oddity(`a ${raw.constructor.name} object`);
  }
  return Object.fromEntries(Object.entries(raw).map(([key, item]) => [key, toValue(item, depth + 1)]));
}

function copyPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyPlain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyPlain(item)]));
}

function differs(before: unknown, after: unknown): boolean {
  if (typeof before !== 'object' || before === null) return !Object.is(before, after);
  if (typeof after !== 'object' || after === null) return true;
  const [left, right] = [Object.entries(before), Object.entries(after)];
  return (
    left.length !== right.length || left.some(([key, item]) => differs(item, (after as Record<string, unknown>)[key]))
  );
}

function arraysIn(value: unknown, found = new Set<unknown>()): Set<unknown> {
  if (typeof value !== 'object' || value === null || found.has(value)) return found;
  if (Array.isArray(value)) found.add(value);
  for (const item of Object.values(value)) arraysIn(item, found);
  return found;
}
