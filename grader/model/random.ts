import { createHash } from 'node:crypto';

/** The default seed, which everybody knows. */
export const PRACTICE_SEED = 'practice';

/** 32 random bits at a time, as an integer with a sign; the same on every machine. */
interface Generator {
  next(): number;
  clone(): Generator;
}

/**
 * Random inputs that are the same on every machine.
 *
 * Only integer arithmetic, + − × ÷ and √ are used, and what involves a logarithm or a cosine is rounded to four decimals,
 * so that no last bit differs between engines.
 */
export class Random {
  readonly #bits: Generator;

  /** @param seed  a text, from which mulberry32 draws, or what to draw from */
  constructor(seed: string | Generator) {
    this.#bits = typeof seed === 'string' ? new Mulberry32(hash(seed)) : seed;
  }

  /** A generator that will draw what this one would. */
  copy(): Random {
    return new Random(this.#bits.clone());
  }

  /** Uniform on [0, 1). */
  uniform(): number {
    return (this.#bits.next() >>> 0) / 4294967296;
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

class Mulberry32 implements Generator {
  #state: number;

  constructor(state: number) {
    this.#state = state;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let z = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z;
    return z ^ (z >>> 14);
  }

  clone(): Mulberry32 {
    return new Mulberry32(this.#state);
  }
}

/**
 * Bits of which some do not give the others away: SHA-256 of a text and a count.
 *
 * Mulberry32 has 2³² states. Who is shown one input can try them all, and knows every other input drawn from that state;
 * and as its hash can be run backwards, those of the same seed's other checks.
 */
export class UnguessableBits implements Generator {
  readonly #seed: string;
  /** Each leap begins a sequence of its own. */
  #leaps: number;
  #drawn: number;
  #block = Buffer.alloc(0);

  constructor(seed: string, leaps = 0, drawn = 0) {
    this.#seed = seed;
    this.#leaps = leaps;
    this.#drawn = drawn;
  }

  next(): number {
    const place = (this.#drawn % 8) * 4;
    if (place === 0 || this.#block.length === 0) {
      const count = Math.floor(this.#drawn / 8);
      this.#block = createHash('sha256').update(`${this.#leaps} ${count} ${this.#seed}`).digest();
    }
    this.#drawn += 1;
    return this.#block.readInt32LE(place);
  }

  clone(): UnguessableBits {
    return new UnguessableBits(this.#seed, this.#leaps, this.#drawn);
  }

  /** Goes far ahead, as fast-check does before each input. */
  jump(): void {
    this.#leaps += 1;
    this.#drawn = 0;
  }

  getState(): readonly number[] {
    return [this.#leaps, this.#drawn];
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
