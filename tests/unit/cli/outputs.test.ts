import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readOutputs } from '#grader/cli/outputs.ts';
import { writeWhole } from '#grader/engine/write-whole.ts';
import { UsageError } from '#grader/model/usage-error.ts';

describe('reading --reporter', () => {
  it.each([
    [[], [{ reporter: 'terminal', file: undefined }]],
    [['json'], [{ reporter: 'json', file: undefined }]],
    [['html=report.html'], [{ reporter: 'html', file: 'report.html' }]],
    [['json=a=b.json'], [{ reporter: 'json', file: 'a=b.json' }]],
    [
      ['terminal', 'json=report.json'],
      [
        { reporter: 'terminal', file: undefined },
        { reporter: 'json', file: 'report.json' },
      ],
    ],
    [
      ['timing'],
      [
        { reporter: 'terminal', file: undefined },
        { reporter: 'timing', file: undefined },
      ],
    ],
    [
      ['timing', 'json'],
      [
        { reporter: 'timing', file: undefined },
        { reporter: 'json', file: undefined },
      ],
    ],
  ])('%j', (asked, outputs) => {
    expect(readOutputs(asked)).toEqual(outputs);
  });

  it.each([
    [
      ['xml'],
      'there is no reporter "xml"; there are terminal, html, json, junit, markdown, github, gradescope, prairielearn, classroom50, timing',
    ],
    [
      ['xml=out.xml'],
      'there is no reporter "xml"; there are terminal, html, json, junit, markdown, github, gradescope, prairielearn, classroom50, timing',
    ],
    [
      [''],
      'there is no reporter ""; there are terminal, html, json, junit, markdown, github, gradescope, prairielearn, classroom50, timing',
    ],
    [
      ['JSON'],
      'there is no reporter "JSON"; there are terminal, html, json, junit, markdown, github, gradescope, prairielearn, classroom50, timing',
    ],
    [['json='], '--reporter json= names no file; give one, or leave out the ='],
    [
      ['terminal', 'json'],
      'two reporters would write to standard output; give one of them a file: --reporter NAME=FILE',
    ],
    [['json', 'json'], 'two reporters would write to standard output; give one of them a file: --reporter NAME=FILE'],
    [
      ['timing', 'timing'],
      'two reporters would write to standard error; give one of them a file: --reporter NAME=FILE',
    ],
    [['json=/a/b', 'terminal=/a/b'], 'two reporters would write to b; give one of them a file: --reporter NAME=FILE'],
  ])('%j is refused', (asked, message) => {
    expect(() => readOutputs(asked)).toThrow(new UsageError(message));
  });
});

describe('writing a file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outputs-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const refusal = (path: string) => writeWhole(join(folder, path), 'text').catch((error: unknown) => error);

  it('makes it, or replaces what was there, and leaves nothing else behind', async () => {
    await writeWhole(join(folder, 'new.json'), 'ä');
    await writeWhole(join(folder, 'new.json'), 'b');
    expect(await readFile(join(folder, 'new.json'), 'utf8')).toBe('b');
    expect(await readdir(folder)).toEqual(['new.json']);
  });

  it('refuses a folder, and a folder that is not there, in one line without its path', async () => {
    await mkdir(join(folder, 'taken'));
    expect(await refusal('taken')).toEqual(new UsageError('cannot write taken: it is a folder; name a file in it'));
    const missing = new UsageError('cannot write report.json: its folder does not exist; make it first');
    expect(await refusal('nope/report.json')).toEqual(missing);
    await writeFile(join(folder, 'file'), '');
    expect(await refusal('file/report.json')).toEqual(missing);
    expect((await readdir(folder)).sort()).toEqual(['file', 'taken']);
  });

  it('says what else is wrong by its code', async () => {
    const name = 'x'.repeat(300);
    expect(await refusal(name)).toMatchObject({
      message: expect.stringMatching(/: ENAMETOOLONG; name another place$/),
    });
  });

  it.skipIf(process.platform === 'win32')('refuses where it has no permission', async () => {
    await mkdir(join(folder, 'closed'), { mode: 0o500 });
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    const error = await refusal('closed/report.json');
    if (isRoot) process.seteuid?.(0);
    expect(error).toEqual(new UsageError('cannot write report.json: permission denied; name another place'));
  });

  it.skipIf(process.platform === 'win32')('writes to a device and does not replace it', async () => {
    const device = join(folder, 'null');
    await symlink('/dev/null', device);
    await writeWhole(device, 'text');
    expect((await stat(device)).isCharacterDevice()).toBe(true);
  });
});
