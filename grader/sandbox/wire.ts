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
  const numbers: number[] = [];
  const strings = new Map<string, number>();
  const indexOf = (text: string): number => {
    const index = strings.get(text) ?? strings.size;
    strings.set(text, index);
    return index;
  };
  const put = (item: Value): void => {
    if (typeof item === 'number') numbers.push(TAG.number, item);
    else if (typeof item === 'boolean') numbers.push(item ? TAG.true : TAG.false);
    else if (typeof item === 'string') numbers.push(TAG.string, indexOf(item));
    else if (item instanceof Callback) numbers.push(TAG.callback, idOf(item));
    else if (item instanceof Labelled) put(item.value);
    else if (item instanceof Oddity) numbers.push(TAG.oddity);
    else if (isArray(item)) {
      const isVector = item.every((entry) => typeof entry === 'number');
      numbers.push(isVector ? TAG.vector : TAG.array, item.length);
      for (const entry of item) {
        if (isVector) numbers.push(entry as number);
        else put(entry);
      }
    } else {
      const entries = Object.entries(item);
      numbers.push(TAG.record, entries.length);
      for (const [key, entry] of entries) {
        numbers.push(indexOf(key));
        put(entry);
      }
    }
  };
  put(value);
  return {
    numbers: new Float64Array(numbers).buffer,
    strings: strings.size === 0 ? '' : JSON.stringify([...strings.keys()]),
  };
}

/** Reads what the machine packed; whatever is inside is plain data by now. */
export function unpack(buffer: ArrayBuffer, strings: string): Value {
  const numbers = new Float64Array(buffer);
  const texts: string[] = strings === '' ? [] : JSON.parse(strings);
  let at = 0;
  const next = (): number => {
    const value = numbers[at];
    if (value === undefined) throw new RangeError('the machine packed a value that ends early');
    at += 1;
    return value;
  };
  const take = (): Value => {
    const tag = next();
    switch (tag) {
      case TAG.number:
        return next();
      case TAG.true:
        return true;
      case TAG.false:
        return false;
      case TAG.string:
        return texts[next()] ?? '';
      case TAG.oddity:
        return new Oddity(texts[next()] ?? 'nothing');
      case TAG.vector: {
        const length = next();
        const vector: number[] = [];
        for (let i = 0; i < length; i += 1) vector.push(next());
        return vector;
      }
      case TAG.array: {
        const length = next();
        const array: Value[] = [];
        for (let i = 0; i < length; i += 1) array.push(take());
        return array;
      }
      case TAG.record: {
        const length = next();
        const entries: [string, Value][] = [];
        for (let i = 0; i < length; i += 1) {
          const key = texts[next()] ?? '';
          entries.push([key, take()]);
        }
        return Object.fromEntries(entries);
      }
      default:
        throw new RangeError(`the machine packed an unknown tag ${tag}`);
    }
  };
  return take();
}
