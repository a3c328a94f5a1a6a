import { PassThrough } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { expect, it } from 'vitest';
import { startProgress } from '#grader/cli/progress.ts';

/** A stream that says it is a terminal, and what was written to it. */
function terminal(isTTY: boolean, columns = 80): { stream: WriteStream; written: () => string } {
  const stream = Object.assign(new PassThrough(), { isTTY, columns }) as unknown as WriteStream;
  return { stream, written: () => (stream as unknown as PassThrough).read()?.toString() ?? '' };
}

it('shows one line and takes it back', () => {
  const { stream, written } = terminal(true);
  const progress = startProgress(stream, {});
  progress.show(0, 6, 'Coin MLE');
  expect(written()).toBe('\u001b[2K\u001b[1G  grading 1 of 6: Coin MLE');
  progress.show(6, 6, '');
  expect(written()).toBe('');
  progress.clear();
  expect(written()).toBe('\u001b[2K\u001b[1G');
});

it('never fills the last column', () => {
  const { stream, written } = terminal(true, 20);
  startProgress(stream, {}).show(0, 6, 'Affine change of variables');
  expect(written().replace('\u001b[2K\u001b[1G', '')).toBe('  grading 1 of 6:…');
});

it.each([
  [false, {}],
  [true, { TERM: 'dumb' }],
])('writes nothing where nobody watches (terminal: %s, %j)', (isTTY, env) => {
  const { stream, written } = terminal(isTTY);
  const progress = startProgress(stream, env);
  progress.show(0, 6, 'Coin MLE');
  progress.clear();
  expect(written()).toBe('');
});
