/** Things of which each serves one at a time; whoever finds none free waits, in the order of coming. */
export class Pool<Item> {
  readonly #free: Item[];
  readonly #waiting: ((item: Item) => void)[] = [];

  constructor(items: readonly Item[]) {
    this.#free = [...items];
  }

  /** Has something done with one that is free, or the next that is. */
  async use<Result>(perform: (item: Item) => Promise<Result>): Promise<Result> {
    const item = this.#free.shift() ?? (await new Promise<Item>((resolve) => this.#waiting.push(resolve)));
    try {
      return await perform(item);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(item);
      else next(item);
    }
  }
}
