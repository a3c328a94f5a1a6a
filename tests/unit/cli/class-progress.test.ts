import type { WriteStream } from 'node:tty';
import { expect, it } from 'vitest';
import type { Outcome } from '#grader/batch/store.ts';
import { startClassProgress } from '#grader/cli/class-progress.ts';

const REJECTED: Outcome = { rejected: 'x' };
const UNGRADED: Outcome = { ungraded: ['x'], fault: false };

/** A stream that keeps what is written; the sequences that clear a line are shown as ¶. */
function streamOf(isTTY: boolean, columns = 80) {
  const written: string[] = [];
  const write = (text: string) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what clears a line
    written.push(text.replaceAll(/\u001b\[[\dGK;]+/g, '¶'));
    return true;
  };
  return { written, stream: { isTTY, columns, write } as unknown as WriteStream };
}

it('is a bar with rate, time left and failures so far', () => {
  let now = 0;
  const { written, stream } = streamOf(true);
  const progress = startClassProgress(stream, 4, {}, () => now);
  expect(written.at(-1)).toBe('  ················  0 of 4');
  now = 500;
  progress.done(REJECTED);
  expect(written.at(-1)).toBe('  ████············  1 of 4 · 1 rejected · 2.0/s · 2 s left');
  now = 240_000;
  progress.done(UNGRADED);
  expect(written.at(-1)).toBe('  ████████········  2 of 4 · 1 rejected · 1 to review · 0.5/min · 4 min left');
  progress.say('the queue is away\u001b[31m');
  expect(written.join('')).toContain('¶flow-grade: the queue is away\\u001b[31m\n¶');
  progress.clear();
  expect(written.at(-1)).toBe('¶');
});

it('fits a narrow terminal', () => {
  const { written, stream } = streamOf(true, 30);
  startClassProgress(stream, 1_000, {}, () => 0).done(REJECTED);
  expect(written.filter((text) => !text.includes('¶')).every((text) => text.length <= 29)).toBe(true);
});

it.each([
  [false, {}],
  [true, { TERM: 'dumb' }],
])('is a line now and then where nobody watches (%s, %j)', (isTTY, env) => {
  let now = 0;
  const { written, stream } = streamOf(isTTY);
  const progress = startClassProgress(stream, 100, env, () => now);
  for (let done = 1; done <= 25; done += 1) progress.done(UNGRADED);
  expect(written).toEqual([
    'flow-grade: 10 of 100 · 10 to review · 10000.0/s · 1 s left\n',
    'flow-grade: 20 of 100 · 20 to review · 20000.0/s · 1 s left\n',
  ]);
  now = 30_000;
  progress.done(UNGRADED);
  expect(written.at(-1)).toBe('flow-grade: 26 of 100 · 26 to review · 52.0/min · 85 s left\n');
  for (let done = 27; done <= 100; done += 1) progress.done(UNGRADED);
  expect(written.at(-1)).toBe('flow-grade: 100 of 100 · 100 to review · 3.3/s\n');
  progress.clear();
  expect(written.join('')).not.toContain('¶');
});
