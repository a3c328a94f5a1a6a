import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reportSchema } from '#grader/model/report.ts';
import { findChangedFiles } from '#grader/release/changed-files.ts';
import { renderHtml } from '#grader/reporters/html.ts';
import { renderTerminal } from '#grader/reporters/terminal.ts';
import { run } from '../../support/in-process.ts';
import { report } from '../reporters/sample.ts';

const STUB = 'exercises/01-coin-mle/coin.ts';
const TEXTS = { 'README.md': 'read\nme\n', 'grader/bin/main.cjs': 'x'.repeat(1e5), 'grader/empty': '', [STUB]: 'stub' };
const EDITION = new Map(Object.entries(TEXTS).map(([path, text]) => [path, Buffer.from(text)]));

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'flow-grade-changed-'));
  for (const [path, text] of Object.entries(TEXTS)) await put(path, text);
});
afterEach(() => rm(root, { recursive: true }));

const at = (path: string) => join(root, path);
async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(at(path)), { recursive: true });
  await writeFile(at(path), text);
}
const find = (edition: ReadonlyMap<string, Uint8Array> = EDITION) => findChangedFiles(root, edition, new Set([STUB]));

describe('changed files of the kit', () => {
  test('are none in what was handed out, with work done, files added, and the line ends of Windows', async () => {
    await put(STUB, 'my work');
    await put('notes.txt', 'mine');
    await put('README.md', 'read\r\nme\r\n');
    expect(await find()).toEqual({ files: [], more: 0 });
    await rm(at('exercises'), { recursive: true });
    expect(await find()).toEqual({ files: [], more: 0 });
  });

  test('are those that were edited, grew without end, were emptied or deleted', async () => {
    await put('README.md', 'read\nme \n');
    await put('grader/empty', 'y'.repeat(1e5));
    await put('grader/bin/main.cjs', '');
    expect((await find()).files).toEqual([
      { path: 'README.md', how: 'edited' },
      { path: 'grader/bin/main.cjs', how: 'edited' },
      { path: 'grader/empty', how: 'edited' },
    ]);
    await rm(at('grader/bin'), { recursive: true });
    await rm(at('README.md'));
    await put('grader/empty', '');
    expect((await find()).files).toEqual([
      { path: 'README.md', how: 'deleted' },
      { path: 'grader/bin/main.cjs', how: 'deleted' },
    ]);
  });

  test('are those in whose place, or in whose folder’s place, something else stands, be it a link to the same', async () => {
    await rm(at('README.md'));
    await mkdir(at('README.md'));
    await mkdir(at('elsewhere/bin'), { recursive: true });
    await put('elsewhere/bin/main.cjs', TEXTS['grader/bin/main.cjs']);
    await rm(at('grader/bin'), { recursive: true });
    await symlink(at('elsewhere/bin'), at('grader/bin'));
    await rm(at('grader/empty'));
    await symlink('/dev/zero', at('grader/empty'));
    expect((await find()).files).toEqual([
      { path: 'README.md', how: 'replaced' },
      { path: 'grader/bin/main.cjs', how: 'replaced' },
      { path: 'grader/empty', how: 'replaced' },
    ]);
  });

  test('are listed up to fifty, and the others counted', async () => {
    const edition = new Map(Array.from({ length: 63 }, (_, index) => [`file-${index}`, Buffer.from('x')]));
    const { files, more } = await find(edition);
    expect([files.length, more]).toEqual([50, 13]);
  });

  test('are said in one line, for people', () => {
    const changed = {
      files: [
        { path: 'a<b', how: 'edited' as const },
        { path: 'c', how: 'deleted' as const },
      ],
      more: 1,
    };
    const all = { ...report([]), changed };
    expect(reportSchema.parse(all)).toEqual(all);
    const line = '3 files of the kit were changed: a<b (edited), c (deleted), and 1 more';
    expect(renderTerminal(all, { color: false }).split('\n')).toContain(`  ${line}`);
    expect(renderHtml(all)).toContain(line.replace('<', '&lt;'));
    for (const none of [report([]), { ...all, changed: { files: [], more: 0 } }]) {
      expect(renderTerminal(none, { color: false })).not.toContain('of the kit');
      expect(renderHtml(none)).not.toContain('of the kit');
    }
  });

  test('need a repository to look at', async () => {
    expect(await run('grade', '1', '--changed-files')).toEqual({
      code: 2,
      out: '',
      err: 'flow-grade: --changed-files needs a student’s repository; name its folder with --submission\n',
    });
  });
});
