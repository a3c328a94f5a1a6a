import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { PROJECT, submissionFrom } from '../support/cli.ts';
import { follow, startWatch } from '../support/watch.ts';

/** A machine may be busy. */
const SOON = { timeout: 30_000 };

const FOLDER = '02-affine-change-of-variables';
const FILE = `${FOLDER}/affine.ts`;
const right = await readFile(join(PROJECT, 'solutions', FILE), 'utf8');
const wrong = right.replace('return map.a * x + map.b;', 'return map.a * x - map.b;');
const still = right.replace('return map.a * x + map.b;', 'return (new Array(2 ** 32 - 1) + "").length;');

/** Blocks that were shown: each begins with this line. */
const blocksIn = (text: string) => text.split('flow-grade 1.0.0').length - 1;

const WRONG = /2 · forward {2}✗[\s\S]*?core \d+\/15\n/;
const RIGHT = /Everything passes/;

describe('watch', () => {
  test('grades every save once, however an editor saves, and ends when it is told to', async () => {
    expect(wrong).not.toBe(right);
    const directory = await submissionFrom('solutions', {});
    const file = join(directory, FILE);
    const watch = startWatch(['2', '--submission', directory]);
    await watch.until(RIGHT);
    const saves: [name: string, save: () => Promise<void>, pattern: RegExp][] = [
      ['written', () => writeFile(file, wrong), WRONG],
      [
        'written beside it and renamed',
        async () => {
          await writeFile(`${file}~`, right);
          await rename(`${file}~`, file);
        },
        RIGHT,
      ],
      [
        'truncated, then written in parts',
        async () => {
          const handle = await open(file, 'w');
          await handle.sync();
          await handle.write(wrong);
          await handle.sync();
          await handle.close();
        },
        WRONG,
      ],
      [
        'moved away, then written anew',
        async () => {
          await rename(file, `${file}.bak`);
          await writeFile(file, right);
          await rm(`${file}.bak`);
        },
        RIGHT,
      ],
      [
        'written in another exercise, which is not watched',
        () => writeFile(join(directory, '01-coin-mle/coin.ts'), ''),
        /^$/,
      ],
      ['written as it was', () => writeFile(file, right), /^$/],
      ['written again', () => writeFile(file, wrong), WRONG],
    ];
    for (const [name, save, pattern] of saves) {
      const from = watch.said().length;
      await save();
      expect(blocksIn(await watch.until(pattern, from)), name).toBe(pattern.source === '^$' ? 0 : 1);
    }
    expect(watch.said()).not.toContain('empty');
    // The first block, and one for each save that changed something.
    expect(blocksIn(watch.said())).toBe(6);
    watch.process.kill('SIGTERM');
    expect(await watch.ended).toBe(0);
    expect(blocksIn(watch.said())).toBe(6);
    expect(watch.said()).not.toContain('\u001b');
  });

  test('sees files go and come, folders renamed, and the whole submission moved', async () => {
    const directory = await submissionFrom('solutions', {});
    const watch = startWatch(['2', '--submission', directory]);
    await watch.until(RIGHT);
    const home = join(directory, FOLDER);
    const steps: [name: string, change: () => Promise<unknown>, pattern: RegExp][] = [
      ['file deleted', () => rm(join(directory, FILE)), /not found/],
      ['file created', () => writeFile(join(directory, FILE), right), RIGHT],
      ['folder renamed', () => rename(home, join(directory, 'affine')), /not used: .*affine|passes/],
      ['file in the renamed folder changed', () => writeFile(join(directory, 'affine/affine.ts'), wrong), WRONG],
      ['folder back', () => rename(join(directory, 'affine'), home), /^/],
      ['file changed there', () => writeFile(join(directory, FILE), `${right}\n`), RIGHT],
      ['folder deleted', () => rm(home, { recursive: true }), /not found/],
      [
        'folder made anew',
        async () => {
          await mkdir(home);
          await writeFile(join(directory, FILE), wrong);
        },
        WRONG,
      ],
      ['submission away', () => rename(directory, `${directory}-away`), /cannot be read just now/],
      [
        'another in its place',
        async () => {
          await mkdir(home, { recursive: true });
          await writeFile(join(directory, FILE), right);
        },
        RIGHT,
      ],
      ['and changed', () => writeFile(join(directory, FILE), wrong), WRONG],
    ];
    try {
      for (const [name, change, pattern] of steps) {
        if (name === 'folder renamed') {
          // The same bytes are the same work, wherever they stand.
          await change();
          continue;
        }
        const from = watch.said().length;
        await change();
        await expect(watch.until(pattern, from), name).resolves.toBeDefined();
      }
    } finally {
      await rm(`${directory}-away`, { recursive: true, force: true });
    }
    watch.process.kill('SIGINT');
    expect(await watch.ended).toBe(0);
  });

  test('does not wait for code that stands still once it is mended, and never tells its verdict', async () => {
    expect(still).not.toBe(right);
    const directory = await submissionFrom('solutions', {});
    const watch = startWatch(['2', '--submission', directory]);
    await watch.until(RIGHT);
    for (const mended of [wrong, right]) {
      const from = watch.said().length;
      await writeFile(join(directory, FILE), still);
      // So that it has begun, most times; it must be right also when it has not.
      await wait(150);
      await writeFile(join(directory, FILE), mended);
      expect(blocksIn(await watch.until(mended === wrong ? WRONG : RIGHT, from))).toBe(1);
    }
    expect(watch.said()).not.toContain('stood still');
    watch.process.kill('SIGTERM');
    expect(await watch.ended).toBe(0);
  });

  test('looks at files that send no events, says so once, and serves a page', async () => {
    const directory = await submissionFrom('solutions', {});
    // Nothing there to open a browser with: the address is printed all the same.
    const watch = startWatch(['2', '--submission', directory, '--poll', '--open'], { PATH: '' });
    const address = /live page: (\S+)\n/.exec(await watch.until(/live page: \S+\n/))?.[1] ?? '';
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/$/);
    const page = async () => {
      const answer = await fetch(address);
      return answer.text();
    };
    expect(await page()).toContain('Everything passes.');
    for (const [text, pattern] of [
      [wrong, WRONG],
      [right, RIGHT],
    ] as const) {
      const from = watch.said().length;
      await writeFile(join(directory, FILE), text);
      expect(blocksIn(await watch.until(pattern, from))).toBe(1);
      await expect.poll(async () => (await page()).includes('Everything passes.'), SOON).toBe(text === right);
    }
    expect(watch.said().split('files here send no events; looking at them every 500 ms\n')).toHaveLength(2);
    watch.process.kill('SIGTERM');
    expect(await watch.ended).toBe(0);
  });
});

describe.skipIf(process.platform !== 'linux')('watch, at a terminal', () => {
  const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const inTerminal = (args: readonly string[]) => {
    const command = [process.execPath, 'grader/build/start.mjs', 'watch', ...args].map(quote).join(' ');
    return follow('script', ['-qfec', `${command}; echo "code $?"; stty -a`, '/dev/null'], { TERM: 'xterm' });
  };

  test('obeys keys, clears the screen, and leaves the terminal as it was', async () => {
    const directory = await submissionFrom('solutions', { [FILE]: wrong });
    const watch = inTerminal(['2', '--submission', directory]);
    const press = async (keys: string, pattern: RegExp) => {
      const from = watch.said().length;
      watch.process.stdin?.write(keys);
      return watch.until(pattern, from);
    };
    const DONE = /q: quit/;
    expect(await watch.until(DONE)).toContain('\u001b[H\u001b[2J');
    await press('?', /Enter or r +grade all again/);
    expect(await press('\r', DONE)).toMatch(/forward/);
    await press('1', /exercise .*: 1/);
    expect(await press('\r', DONE)).toMatch(/Coin MLE/);
    await press('e', /exercise .*:/);
    await press('99', /: 99/);
    await press('\r', /there is no exercise "99"/);
    await press('e', /exercise .*:/);
    expect(await press('\r', DONE)).toMatch(/Affine/);
    await press('q', /code 0[\s\S]*icanon/);
    expect(await watch.ended).toBe(0);
    expect(watch.said()).not.toContain('-icanon');
  });

  test('ends on Ctrl-C with the terminal as it was', async () => {
    const directory = await submissionFrom('solutions', {});
    const watch = inTerminal(['2', '--submission', directory]);
    await watch.until(/q: quit/);
    watch.process.stdin?.write('\u0003');
    await watch.until(/code 0[\s\S]*icanon/);
    expect(watch.said()).not.toContain('-icanon');
  });
});
