import { SourceMap, type SourceMapPayload } from 'node:module';
import type { Location } from '../model/subject.ts';
import type { Compiled } from './compile.ts';

/** The name under which a submission's compiled code runs in the machine; its frames are found by it. */
export const SCRIPT = 'submission.js';

/** Lines that the machine's wrapper puts before the compiled code. */
export const WRAPPER_LINES = 1;

/** Finds places in the student's own file from the machine's stack traces. */
export class Locator {
  readonly #compiled: Compiled;
  /** Read once something is looked for: most code throws nothing. */
  #map: SourceMap | undefined;

  constructor(compiled: Compiled) {
    this.#compiled = compiled;
  }

  /** The first frame of a stack that lies in the student's file; a stack is text that a student may have forged. */
  locate(stack: string): Location | undefined {
    for (const [, line, column] of stack.matchAll(/submission\.js:(\d{1,6}):(\d{1,6})/g)) {
      this.#map ??= new SourceMap(JSON.parse(this.#compiled.map) as SourceMapPayload);
      const entry = this.#map.findEntry(Number(line) - 1 - WRAPPER_LINES, Number(column) - 1);
      if ('originalLine' in entry && entry.originalSource !== undefined) {
        return { file: this.#compiled.file, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
      }
    }
    return undefined;
  }
}
