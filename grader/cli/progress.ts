import { clearLine, cursorTo } from 'node:readline';
import type { WriteStream } from 'node:tty';
import { fitLine } from '../reporters/columns.ts';

/** One line that says what is being done, and that is gone when it is done; nothing where nobody watches. */
export interface Progress {
  show(done: number, total: number, title: string): void;
  clear(): void;
}

/** A line that can be taken back; nothing where nobody watches, or on a terminal that cannot take a line back. */
export interface LiveLine {
  readonly isLive: boolean;
  show(text: string): void;
  clear(): void;
}

export function liveLineOn(stream: WriteStream, env: NodeJS.ProcessEnv): LiveLine {
  const isLive = stream.isTTY === true && env.TERM !== 'dumb';
  const clear = () => {
    if (!isLive) return;
    clearLine(stream, 0);
    cursorTo(stream, 0);
  };
  return {
    isLive,
    show(text) {
      if (!isLive) return;
      clear();
      stream.write(fitLine(text, (stream.columns || 80) - 1));
    },
    clear,
  };
}

/** A progress line on a terminal. */
export function startProgress(stream: WriteStream, env: NodeJS.ProcessEnv = process.env): Progress {
  const line = liveLineOn(stream, env);
  return {
    show(done, total, title) {
      if (title !== '') line.show(`  grading ${done + 1} of ${total}: ${title}`);
    },
    clear: line.clear,
  };
}
