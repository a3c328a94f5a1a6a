/** Lines kept at each end of what a student printed. */
const KEPT = 20;

/** What a student printed: the first and the last lines, and how many there were. */
export class ConsoleLog {
  readonly #first: string[];
  readonly #last: string[];
  #count: number;

  /** Goes on where another log ended. */
  constructor(earlier: ConsoleState = { first: [], last: [], count: 0 }) {
    this.#first = [...earlier.first];
    this.#last = [...earlier.last];
    this.#count = earlier.count;
  }

  print(line: string): void {
    this.#count += 1;
    if (this.#first.length < KEPT) this.#first.push(line);
    else {
      this.#last.push(line);
      if (this.#last.length > KEPT) this.#last.shift();
    }
  }

  get state(): ConsoleState {
    return { first: [...this.#first], last: [...this.#last], count: this.#count };
  }
}

/** A log as plain data. */
export interface ConsoleState {
  readonly first: readonly string[];
  readonly last: readonly string[];
  readonly count: number;
}

/** The lines of a log, with a line that says how many were cut. */
export function linesOf({ first, last, count }: ConsoleState): string[] {
  const cut = count - first.length - last.length;
  return cut === 0 ? [...first, ...last] : [...first, `… ${cut.toLocaleString('en-US')} lines cut …`, ...last];
}
