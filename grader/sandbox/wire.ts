import { Callback, isArray, Labelled, Oddity, type Value } from '../model/value.ts';

/** How values cross into the machine and out of it: a flat list of doubles, each item led by its tag, and its strings. */
export interface Packed {
  readonly numbers: ArrayBuffer;
  /** JSON of a list of strings, or '' for none. */
  readonly strings: string;
}

// The same numbers stand in prelude.js.
const TAG = { number: 0, array: 1, record: 2, true: 3, false: 4, string: 5, callback: 6, oddity: 7, vector: 8 };

/** Packs a value for the machine; callbacks become numbers given out by `idOf`. */
export function pack(value: Value, idOf: (callback: Callback) => number): Packed {
  const parcel = { numbers: [], strings: new Map(), idOf };
  put(parcel, value);
  const { numbers, strings }: Parcel = parcel;
  return {
    numbers: new Float64Array(numbers).buffer,
    strings: strings.size === 0 ? '' : JSON.stringify([...strings.keys()]),
  };
}

interface Parcel {
  readonly numbers: number[];
  /** Each string and its place among them. */
  readonly strings: Map<string, number>;
  readonly idOf: (callback: Callback) => number;
}

function put(parcel: Parcel, item: Value): void {
  const { numbers } = parcel;
  if (typeof item === 'number') numbers.push(TAG.number, item);
  else if (typeof item === 'boolean') numbers.push(item ? TAG.true : TAG.false);
  else if (typeof item === 'string') numbers.push(TAG.string, indexOf(parcel, item));
  else if (item instanceof Callback) numbers.push(TAG.callback, parcel.idOf(item));
  else if (item instanceof Labelled) put(parcel, item.value);
  else if (item instanceof Oddity) numbers.push(TAG.oddity);
  else if (isArray(item)) {
    const isVector = item.every((entry) => typeof entry === 'number');
    numbers.push(isVector ? TAG.vector : TAG.array, item.length);
    for (const entry of item) {
      if (isVector) numbers.push(entry as number);
      else put(parcel, entry);
    }
  } else {
    const entries = Object.entries(item);
    numbers.push(TAG.record, entries.length);
    for (const [key, entry] of entries) {
      numbers.push(indexOf(parcel, key));
      put(parcel, entry);
    }
  }
}

function indexOf({ strings }: Parcel, text: string): number {
  const index = strings.get(text) ?? strings.size;
  strings.set(text, index);
  return index;
}

/** Reads what the machine packed; whatever is inside is plain data by now. */
export function unpack(buffer: ArrayBuffer, strings: string): Value {
  return take({ numbers: new Float64Array(buffer), texts: strings === '' ? [] : JSON.parse(strings), at: 0 });
}

interface Reader {
  readonly numbers: Float64Array;
  readonly texts: readonly string[];
  at: number;
}

function next(reader: Reader): number {
  const value = reader.numbers[reader.at];
  if (value === undefined) throw new Error('the machine packed a value that ends early');
  reader.at += 1;
  return value;
}

function take(reader: Reader): Value {
  const tag = next(reader);
  switch (tag) {
    case TAG.number:
      return next(reader);
    case TAG.true:
      return true;
    case TAG.false:
      return false;
    case TAG.string:
      return reader.texts[next(reader)] ?? '';
    case TAG.oddity:
      return new Oddity(reader.texts[next(reader)] ?? 'nothing');
    case TAG.vector: {
      const length = next(reader);
      reader.at += length;
      return Array.from(reader.numbers.subarray(reader.at - length, reader.at));
    }
    case TAG.array: {
      const length = next(reader);
      const array: Value[] = [];
      for (let i = 0; i < length; i += 1) array.push(take(reader));
      return array;
    }
    case TAG.record: {
      const length = next(reader);
      const entries: [string, Value][] = [];
      for (let i = 0; i < length; i += 1) {
        const key = reader.texts[next(reader)] ?? '';
        entries.push([key, take(reader)]);
      }
      return Object.fromEntries(entries);
    }
    default:
      throw new Error(`the machine packed an unknown tag ${tag}`);
  }
}
