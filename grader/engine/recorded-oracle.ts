import { createHash } from 'node:crypto';
import type { Oracle } from '../model/exercise.ts';
import type { Value } from '../model/value.ts';

/** Expected values computed beforehand: for each quantity, the value for each digest of its arguments. */
export interface Recording {
  readonly seed: string;
  readonly values: { readonly [quantity: string]: { readonly [digest: string]: unknown } };
}

/** Answers from a recording; an argument list that was not recorded is an error of the kit. */
export function replay(recording: Recording): Oracle {
  return {
    ask(quantity, args) {
      const value = recording.values[quantity]?.[digestOf(args)];
      if (value === undefined) throw new Error(`no expected value of ${quantity} is recorded for this input`);
      return revive(value) as Value;
    },
  };
}

/** Keeps everything that an oracle is asked. */
export function recordFrom(oracle: Oracle, seed: string): { oracle: Oracle; recording(): Recording } {
  const values: Record<string, Record<string, unknown>> = {};
  return {
    oracle: {
      ask(quantity, args) {
        const value = oracle.ask(quantity, args);
        values[quantity] = { ...values[quantity], [digestOf(args)]: plain(value) };
        return value;
      },
    },
    recording: () => ({ seed, values: sorted(values, (digests) => sorted(digests, (value) => value)) }),
  };
}

/** The same oracle, which computes nothing twice. */
export function remember(oracle: Oracle): Oracle {
  const values = new Map<string, Value>();
  return {
    ask(quantity, args) {
      const key = `${quantity} ${digestOf(args)}`;
      const value = values.get(key) ?? oracle.ask(quantity, args);
      values.set(key, value);
      return value;
    },
  };
}

function digestOf(args: readonly Value[]): string {
  return createHash('sha256')
    .update(JSON.stringify(plain(args)))
    .digest('hex')
    .slice(0, 16);
}

/** A value as JSON can hold it: numbers that JSON has no word for become strings. */
function plain(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

function revive(value: unknown): unknown {
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, revive(item)]));
}

function sorted<Item, Result>(record: Record<string, Item>, map: (item: Item) => Result): Record<string, Result> {
  const keys = Object.keys(record).sort();
  return Object.fromEntries(keys.map((key) => [key, map(record[key] as Item)]));
}
