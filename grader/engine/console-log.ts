/** Lines kept at each end of what a student printed. */
const KEPT = 20;

/** What a student printed: the first and the last lines, and how many there were. */
export class ConsoleLog {
  readonly #first: string[] = [];
  readonly #last: string[] = [];
  #count = 0;

  print(line: string): void {
    this.#count += 1;
    if (this.#first.length < KEPT) this.#first.push(line);
    else {
      this.#last.push(line);
      if (this.#last.length > KEPT) this.#last.shift();
    }
  }

  /** The lines, with one that says how many were cut. */
  get lines(): string[] {
    const cut = this.#count - this.#first.length - this.#last.length;
    const note = cut === 0 ? [] : [`… ${cut.toLocaleString('en-US')} lines cut …`];
    return [...this.#first, ...note, ...this.#last];
  }
}
