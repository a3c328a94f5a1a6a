import { Callback, isArray, Labelled, Oddity, type Value } from '../model/value.ts';

// The same numbers stand in prelude.js.
const TAG = { number: 0, array: 1, record: 2, true: 3, false: 4, string: 5, callback: 6, oddity: 7, vector: 8 };

/** The mailbox's first cells. */
const STATUS = 0;
const DOOR = 1;
const BASE = 2;
const LEARNT = 3;
/** Where messages begin. */
const START = 4;

/** What the host writes into `STATUS`, and what the machine writes over it once an answer stands at `START`. */
const ASKED = 0;
/** What the host writes into `DOOR` when a callback refused its arguments. */
const REFUSED = -1;

/** Where a mailbox lies in the memory of a machine, in bytes, and how many doubles it holds. */
export interface Place {
  readonly address: number;
  readonly capacity: number;
}

/**
 * The doubles through which values cross into a machine and out of it, where they lie in its memory.
 *
 * A message is a flat list, each item led by its tag. Strings are numbers too: those of the host are learnt by the machine, each
 * once; those of the machine go beside its message. A call's arguments stand at `START`, and so does its answer. What a callback
 * is called with stands at `BASE`, above whatever the machine is packing at that time, and so does its answer.
 */
export class Mailbox {
  readonly #memory: WebAssembly.Memory;
  #place: Place;
  #numbers: Float64Array;
  /** Texts of the host, in the order in which the machine learnt them, and the place of each. */
  readonly #texts: string[] = [];
  readonly #places = new Map<string, number>();
  #at = START;

  constructor(memory: WebAssembly.Memory, place: Place) {
    this.#memory = memory;
    this.#place = place;
    this.#numbers = this.#view();
  }

  get place(): Place {
    return this.#place;
  }

  /** The machine has moved it. */
  move(place: Place): void {
    this.#place = place;
    this.#numbers = this.#view();
  }

  /** Which callback is being called; 0 for a printed line. */
  get caller(): number {
    return this.#cells()[DOOR] as number;
  }

  /** Whether the machine has put the whole answer to a call into it. */
  get isAnswered(): boolean {
    return this.#cells()[STATUS] !== ASKED;
  }

  /**
   * Writes the name of a function and its arguments.
   *
   * @param reserve  has the machine make room for so many doubles
   * @returns what the machine has still to learn, as JSON; '' for nothing
   */
  ask(name: string, args: readonly Value[], idOf: (callback: Callback) => number, reserve: Reserve): string {
    this.#cells()[STATUS] = ASKED;
    return this.#write(START, reserve, () => {
      this.#push(this.#indexOf(name));
      this.#put(args, idOf);
    });
  }

  /** Reads the answer to a call, with the strings that came beside it. */
  answer(texts: readonly string[]): Value {
    this.#at = START;
    return this.#take(this.#cells(), texts);
  }

  /** Reads what a callback is called with. */
  read(texts: readonly string[]): Value {
    const numbers = this.#cells();
    this.#at = numbers[BASE] as number;
    return this.#take(numbers, texts);
  }

  /** Writes what a callback answers where its arguments stood. Returns what `ask` returns. */
  reply(value: Value, idOf: (callback: Callback) => number, reserve: Reserve): string {
    return this.#write(this.#cells()[BASE] as number, reserve, () => this.#put(value, idOf));
  }

  /** Says that a callback refused its arguments. */
  refuse(): void {
    this.#cells()[DOOR] = REFUSED;
  }

  /** The doubles, also after the memory has grown. */
  #cells(): Float64Array {
    if (this.#numbers.length === 0) this.#numbers = this.#view();
    return this.#numbers;
  }

  #view(): Float64Array {
    return new Float64Array(this.#memory.buffer, this.#place.address, this.#place.capacity);
  }

  #write(start: number, reserve: Reserve, put: () => void): string {
    const known = this.#cells()[LEARNT] as number;
    // What the machine was told but could not keep is told again.
    for (const text of this.#texts.splice(known)) this.#places.delete(text);
    this.#at = start;
    put();
    if (this.#at > this.#place.capacity) {
      // What had no room was written nowhere.
      reserve(this.#at);
      this.#at = start;
      put();
    }
    return this.#texts.length === known ? '' : JSON.stringify(this.#texts.slice(known));
  }

  #indexOf(text: string): number {
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    this.#places.set(text, this.#texts.length);
    return this.#texts.push(text) - 1;
  }

  #push(number: number): void {
    this.#numbers[this.#at] = number;
    this.#at += 1;
  }

  #put(item: Value, idOf: (callback: Callback) => number): void {
    if (typeof item === 'number') {
      this.#push(TAG.number);
      this.#push(item);
    } else if (isArray(item)) this.#putArray(item, idOf);
    else if (typeof item === 'boolean') this.#push(item ? TAG.true : TAG.false);
    else if (typeof item === 'string') {
      this.#push(TAG.string);
      this.#push(this.#indexOf(item));
    } else if (item instanceof Callback) {
      this.#push(TAG.callback);
      this.#push(idOf(item));
    } else if (item instanceof Labelled) this.#put(item.value, idOf);
    else if (item instanceof Oddity) this.#push(TAG.oddity);
    else {
      const keys = Object.keys(item);
      this.#push(TAG.record);
      this.#push(keys.length);
      for (const key of keys) {
        this.#push(this.#indexOf(key));
        this.#put(item[key] as Value, idOf);
      }
    }
  }

  #putArray(array: readonly Value[], idOf: (callback: Callback) => number): void {
    const isVector = array.every((entry) => typeof entry === 'number');
    this.#push(isVector ? TAG.vector : TAG.array);
    this.#push(array.length);
    for (const entry of array) {
      if (isVector) this.#push(entry as number);
      else this.#put(entry, idOf);
    }
  }

  /** Reads what the machine packed; whatever is inside is plain data by now. */
  #take(numbers: Float64Array, texts: readonly string[]): Value {
    const tag = this.#next(numbers);
    switch (tag) {
      case TAG.number:
        return this.#next(numbers);
      case TAG.true:
        return true;
      case TAG.false:
        return false;
      case TAG.string:
        return texts[this.#next(numbers)] ?? '';
      case TAG.oddity:
        return new Oddity(texts[this.#next(numbers)] ?? 'nothing');
      case TAG.vector: {
        const length = this.#next(numbers);
        const vector: number[] = [];
        for (let i = 0; i < length; i += 1) vector.push(this.#next(numbers));
        return vector;
      }
      case TAG.array: {
        const length = this.#next(numbers);
        const array: Value[] = [];
        for (let i = 0; i < length; i += 1) array.push(this.#take(numbers, texts));
        return array;
      }
      case TAG.record: {
        const length = this.#next(numbers);
        const entries: [string, Value][] = [];
        for (let i = 0; i < length; i += 1) {
          const key = texts[this.#next(numbers)] ?? '';
          entries.push([key, this.#take(numbers, texts)]);
        }
        return Object.fromEntries(entries);
      }
      default:
        throw new Error(`the machine packed an unknown tag ${tag}`);
    }
  }

  #next(numbers: Float64Array): number {
    const value = numbers[this.#at];
    if (value === undefined) throw new Error('the machine packed a value that ends early');
    this.#at += 1;
    return value;
  }
}

type Reserve = (capacity: number) => void;
