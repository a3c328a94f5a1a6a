import { clean } from '../model/text.ts';
import { forLog } from '../reporters/escape.ts';

/** Says one line on standard error. */
export function sayError(message: string): void {
  process.stderr.write(forLog(`flow-grade: ${oneLine(message)}\n`));
}

/** Writes text to a standard stream and waits until it is out; a reader that has gone away is no error. */
export function writeOut(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = () => {};
    stream.once('error', onError);
    stream.write(text, (error) => {
      // An error is told once more, as an event, after this.
      if (!error) stream.off('error', onError);
      if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE') reject(error);
      else resolve();
    });
  });
}

// All of an absolute path but its last part; what stands between two words, as in 1/2 or a/b, is none.
const ABSOLUTE_FOLDERS = /(?<![\w.)\]])(?:file:\/\/)?(?:[A-Za-z]:)?[\\/](?:[^\s\\/'"`]+[\\/])*(?=\S)/g;

/** An unexpected error in one line without a stack, and without the paths of this machine. */
export function describeFault(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return oneLine(text.replace(ABSOLUTE_FOLDERS, ''));
}

function oneLine(text: string): string {
  return clean(text.trim().replaceAll(/\s*[\r\n]+\s*/g, ' '), 1_000);
}
