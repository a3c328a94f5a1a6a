/**
 * Random inputs that are the same on every machine.
 *
 * The generator is mulberry32 over a hash of the seed's text; only integer arithmetic, + − × ÷ and √ are used, and what
 * involves a logarithm or a cosine is rounded to four decimals, so that no last bit differs between engines.
 */
export class Random {
  #state: number;

  constructor(seed: string) {
    this.#state = hash(seed);
  }

  /** A generator that will draw what this one would. */
  copy(): Random {
    const copy = new Random('');
    copy.#state = this.#state;
    return copy;
  }

  /** Uniform on [0, 1). */
  uniform(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let z = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z;
    return ((z ^ (z >>> 14)) >>> 0) / 4294967296;
  }

  /** An integer from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low + 1));
  }

  /** A number from `low` to `high` with so many decimals: short to print, and the same when read back. */
  decimal(low: number, high: number, decimals = 2): number {
    const scale = 10 ** decimals;
    return this.integer(Math.ceil(low * scale), Math.floor(high * scale)) / scale;
  }

  /** So many decimals at once. */
  vector(length: number, low: number, high: number, decimals = 2): number[] {
    return Array.from({ length }, () => this.decimal(low, high, decimals));
  }

  /** Standard normal, rounded to four decimals. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return Math.round(radius * Math.cos(2 * Math.PI * this.uniform()) * 1e4) / 1e4;
  }

  /** One of the items. */
  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.integer(0, items.length - 1)];
    if (item === undefined) throw new RangeError('pick: no items');
    return item;
  }
}

/** A 32-bit hash of a text (FNV-1a with a final mix). */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
