import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { describeFault, writeOut } from '#grader/cli/console.ts';

describe('an unexpected error', () => {
  it.each([
    [new Error('one line'), 'one line'],
    [new Error('two\nlines\r\n  and more'), 'two lines and more'],
    [new TypeError(''), 'TypeError'],
    ['a text', 'a text'],
    [undefined, 'undefined'],
    [
      new Error("ENOENT: no such file or directory, open '/home/me/kit/grader/course/recorded/01-coin-mle.json'"),
      "ENOENT: no such file or directory, open '01-coin-mle.json'",
    ],
    [
      new Error("Cannot find module '/home/me/kit/x.ts' imported from /home/me/kit/grader/cli/main.ts"),
      "Cannot find module 'x.ts' imported from main.ts",
    ],
    [new Error('file:///home/me/kit/x.ts:3 failed'), 'x.ts:3 failed'],
    [new Error('C:\\Users\\me\\kit\\x.ts failed'), 'x.ts failed'],
    [new Error('in /tmp'), 'in tmp'],
    [new Error('1/2 of 04-planar-log-det/planar.ts, a / b'), '1/2 of 04-planar-log-det/planar.ts, a / b'],
    [new Error('red \u001b[31m'), 'red \\u001b[31m'],
  ])('%j', (error, line) => {
    expect(describeFault(error)).toBe(line);
  });

  it('is cut when it is very long', () => {
    expect(describeFault(new Error('x'.repeat(5_000))).length).toBeLessThanOrEqual(1_000);
  });
});

describe('writing out', () => {
  const failing = (code: string) =>
    new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })),
    }) as unknown as NodeJS.WriteStream;

  it('waits until the text is out', async () => {
    let out = '';
    const slow = new Writable({
      write(chunk, _encoding, done) {
        setTimeout(() => {
          out += chunk;
          done();
        }, 20);
      },
    });
    await writeOut(slow as unknown as NodeJS.WriteStream, 'text');
    expect(out).toBe('text');
  });

  it('minds every error but that of a reader who has gone away', async () => {
    await expect(writeOut(failing('EPIPE'), 'text')).resolves.toBeUndefined();
    await expect(writeOut(failing('ENOSPC'), 'text')).rejects.toThrow('ENOSPC');
  });
});
