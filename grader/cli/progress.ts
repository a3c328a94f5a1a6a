import { clearLine, cursorTo } from 'node:readline';
import type { WriteStream } from 'node:tty';
import { fitLine } from '../reporters/columns.ts';

/** One line that says what is being done, and that is gone when it is done; nothing where nobody watches. */
export interface Progress {
  show(done: number, total: number, title: string): void;
  clear(): void;
}

/** A progress line on a terminal; silent on anything else, and on terminals that cannot take a line back. */
export function startProgress(stream: WriteStream, env: NodeJS.ProcessEnv = process.env): Progress {
  const isLive = stream.isTTY === true && env.TERM !== 'dumb';
  const clear = () => {
    if (!isLive) return;
    clearLine(stream, 0);
    cursorTo(stream, 0);
  };
  return {
    show(done, total, title) {
      if (!isLive || title === '') return;
      clear();
      stream.write(fitLine(`  grading ${done + 1} of ${total}: ${title}`, (stream.columns || 80) - 1));
    },
    clear,
  };
}
