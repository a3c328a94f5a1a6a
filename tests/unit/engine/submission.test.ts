import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findSubmission, type Submission } from '#grader/engine/submission.ts';
import { readBounded } from '#grader/engine/tree.ts';
import { UsageError } from '#grader/model/usage-error.ts';
import { compile } from '#grader/sandbox/compile.ts';

const EXERCISES = [
  { id: '01-coin-mle', file: 'coin.ts' },
  { id: '04-planar-log-det', file: 'planar.ts' },
  { id: '06-euler-cnf', file: 'euler.ts' },
];

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'submission-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** Writes files whose content is their own path. */
async function put(...paths: string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), path);
  }
}

/** Which file counts for each exercise, as read: its content is where it came from. */
function read(submission: Submission): Record<string, string> {
  return Object.fromEntries(
    [...submission.files].map(([id, found]) => [
      id,
      'fault' in found ? `${found.path} ${found.fault}` : new TextDecoder().decode(found.bytes),
    ]),
  );
}

const find = () => findSubmission(folder, EXERCISES);

describe('where a file may stand', () => {
  it.each([
    'planar.ts',
    '04-planar-log-det/planar.ts',
    'exercises/planar.ts',
    'exercises/04-planar-log-det/planar.ts',
    'a/planar.ts',
    'a/b/c/planar.ts',
    'a/b/c/04-planar-log-det/planar.ts',
    'a/b/c/exercises/planar.ts',
    'a/b/c/exercises/04-planar-log-det/planar.ts',
    'exercises/a/b/c/04-planar-log-det/planar.ts',
    '04-planar-log-det/src/planar.ts',
    '01-coin-mle/planar.ts',
  ])('%s is found', async (path) => {
    await put(path, 'junk.txt');
    const submission = await find();
    expect(read(submission)).toEqual({ '04-planar-log-det': path });
    expect(submission.files.get('04-planar-log-det')?.path).toBe(path);
    expect(submission.ignored).toEqual(['junk.txt']);
  });

  it.each([
    'a/b/c/d/planar.ts',
    'a/b/c/d/04-planar-log-det/planar.ts',
    'a/b/c/d/exercises/planar.ts',
    'a/b/c/01-coin-mle/planar.ts',
    'exercises/exercises/exercises/exercises/exercises/planar.ts',
    'node_modules/planar.ts',
    'a/node_modules/x/planar.ts',
    '.git/planar.ts',
    '.history/planar.ts',
    'Planar.ts',
    'planar.ts.txt',
    'planar.js',
    'planar (1).ts',
  ])('%s is not', async (path) => {
    await put(path, 'coin.ts');
    const submission = await find();
    expect(read(submission)).toEqual({ '01-coin-mle': 'coin.ts' });
    expect(submission.ignored).toHaveLength(1);
    expect(path.startsWith(submission.ignored[0] ?? '?')).toBe(true);
  });

  it('takes each exercise from where it is best found', async () => {
    await put('exercises/01-coin-mle/coin.ts', 'planar.ts', 'more/06-euler-cnf/euler.ts');
    expect(read(await find())).toEqual({
      '01-coin-mle': 'exercises/01-coin-mle/coin.ts',
      '04-planar-log-det': 'planar.ts',
      '06-euler-cnf': 'more/06-euler-cnf/euler.ts',
    });
  });
});

describe('which of several counts', () => {
  it.each([
    ['exercises/04-planar-log-det/planar.ts', 'exercises/planar.ts'],
    ['exercises/planar.ts', '04-planar-log-det/planar.ts'],
    ['04-planar-log-det/planar.ts', 'planar.ts'],
    ['planar.ts', 'a/exercises/04-planar-log-det/planar.ts'],
    ['exercises/04-planar-log-det/planar.ts', 'planar.ts'],
    ['b/exercises/planar.ts', 'a/planar.ts'],
    ['b/04-planar-log-det/planar.ts', 'a/planar.ts'],
    ['a/planar.ts', 'b/planar.ts'],
    ['B/planar.ts', 'a/planar.ts'],
    ['z/planar.ts', 'a/b/planar.ts'],
    ['04-planar-log-det/planar.ts', '04-planar-log-det/src/planar.ts'],
    ['planar.ts', '01-coin-mle/planar.ts'],
  ])('%s before %s', async (first, second) => {
    await put(second, first);
    const submission = await find();
    expect(read(submission)).toEqual({ '04-planar-log-det': first });
    // The other is named itself, or the folder is that holds nothing else.
    const rest = submission.ignored.filter(
      (path) => second === path || (path.endsWith('/') && second.startsWith(path)),
    );
    expect(rest).toHaveLength(1);
  });

  it('an ordinary file before a link or a folder in a better place', async () => {
    await put('planar.ts', 'elsewhere.ts');
    await mkdir(join(folder, 'exercises'));
    await symlink(join(folder, 'elsewhere.ts'), join(folder, 'exercises/planar.ts'));
    await mkdir(join(folder, '04-planar-log-det/planar.ts'), { recursive: true });
    expect(read(await find())).toEqual({ '04-planar-log-det': 'planar.ts' });
  });
});

describe('what is ignored', () => {
  it('is listed by code unit, with forward slashes, and a folder of no use as one entry', async () => {
    await put(
      'exercises/04-planar-log-det/planar.ts',
      'exercises/04-planar-log-det/notes/a.md',
      'exercises/04-planar-log-det/Zeichnung.png',
      'package.json',
      'Abgabe.pdf',
      'node_modules/x/index.js',
      '.git/config',
      'tests/unit/a.test.ts',
      'tests/unit/b.test.ts',
      'übung.txt',
    );
    await mkdir(join(folder, 'empty'));
    expect((await find()).ignored).toEqual([
      '.git/',
      'Abgabe.pdf',
      'empty/',
      'exercises/04-planar-log-det/Zeichnung.png',
      'exercises/04-planar-log-det/notes/',
      'node_modules/',
      'package.json',
      'tests/',
      'übung.txt',
    ]);
  });

  it("leaves out the course's own README.md and types.ts, where they belong", async () => {
    await put(
      '01-coin-mle/README.md',
      '01-coin-mle/coin.ts',
      '04-planar-log-det/README.md',
      'types.ts',
      'README.md',
      'other/types.ts',
      '01-coin-mle/types.ts',
    );
    expect((await find()).ignored).toEqual(['01-coin-mle/types.ts', 'README.md', 'other/']);
  });

  it('lists types.ts beside files that stand alone', async () => {
    await put('coin.ts', 'types.ts');
    expect((await find()).ignored).toEqual(['types.ts']);
  });

  it('is at most fifty entries and the number of those left out', async () => {
    await put('coin.ts', ...Array.from({ length: 62 }, (_, index) => `junk-${String(index).padStart(2, '0')}`));
    const { ignored } = await find();
    expect(ignored).toHaveLength(51);
    expect(ignored.slice(0, 2)).toEqual(['junk-00', 'junk-01']);
    expect(ignored.slice(-2)).toEqual(['junk-49', '… and 12 more']);
  });

  it('names exactly fifty entries without a word more', async () => {
    await put('coin.ts', ...Array.from({ length: 50 }, (_, index) => `junk-${index}`));
    const { ignored } = await find();
    expect(ignored).toHaveLength(50);
    expect(ignored.join()).not.toContain('more');
  });

  it('shows control characters in names as escapes', async () => {
    await put('coin.ts', 'red\u001b[31m\u202e.txt');
    expect((await find()).ignored).toEqual(['red\\u001b[31m\\u202e.txt']);
  });

  it('never follows a link, to a file or to a folder', async () => {
    await put('coin.ts', 'real/planar.ts', 'real/06-euler-cnf/euler.ts');
    const other = await mkdtemp(join(tmpdir(), 'elsewhere-'));
    await writeFile(join(other, 'planar.ts'), 'secret');
    await rm(join(folder, 'real'), { recursive: true });
    await symlink(other, join(folder, 'wrapper'));
    await symlink(other, join(folder, '04-planar-log-det'));
    await symlink(folder, join(folder, 'loop'));
    const submission = await find();
    expect(read(submission)).toEqual({ '01-coin-mle': 'coin.ts' });
    expect(submission.ignored).toEqual(['04-planar-log-det', 'loop', 'wrapper']);
    await rm(other, { recursive: true });
  });
});

describe('what cannot be read', () => {
  it('is a link', async () => {
    await put('real.ts');
    await symlink('real.ts', join(folder, 'planar.ts'));
    const submission = await find();
    expect(read(submission)).toEqual({ '04-planar-log-det': 'planar.ts is a link; hand in the file itself' });
    expect(submission.ignored).toEqual(['real.ts']);
  });

  it('is a folder of that name, unless the file is in it', async () => {
    await put('planar.ts/readme.txt', 'euler.ts/euler.ts');
    const submission = await find();
    expect(read(submission)).toEqual({
      '04-planar-log-det': 'planar.ts is a folder, not a file',
      '06-euler-cnf': 'euler.ts/euler.ts',
    });
    expect(submission.ignored).toEqual(['planar.ts/readme.txt']);
  });

  it.skipIf(process.platform === 'win32')('is a pipe, and nobody waits for it', async () => {
    execFileSync('mkfifo', [join(folder, 'planar.ts')]);
    expect(read(await find())).toEqual({ '04-planar-log-det': 'planar.ts is not an ordinary file' });
    expect(readBounded(join(folder, 'planar.ts'))).toBe('is not an ordinary file');
  });

  it.skipIf(process.platform === 'win32')('is a file or a folder without permission', async () => {
    await put('planar.ts', '06-euler-cnf/euler.ts', 'coin.ts', 'closed/x');
    await chmod(folder, 0o755);
    await chmod(join(folder, 'planar.ts'), 0);
    await chmod(join(folder, '06-euler-cnf'), 0);
    await chmod(join(folder, 'closed'), 0);
    const submission = await asNobody(find);
    await chmod(join(folder, '06-euler-cnf'), 0o755);
    await chmod(join(folder, 'closed'), 0o755);
    expect(read(submission)).toEqual({
      '01-coin-mle': 'coin.ts',
      '04-planar-log-det': 'planar.ts cannot be read (permission denied)',
      '06-euler-cnf': '06-euler-cnf/euler.ts cannot be read (permission denied)',
    });
    expect(submission.ignored).toEqual(['closed/']);
  });

  it('has vanished, or was replaced, since the folder was listed', async () => {
    await put('real.ts');
    await symlink('real.ts', join(folder, 'link.ts'));
    expect(readBounded(join(folder, 'gone.ts'))).toBe('vanished while it was being read');
    expect(readBounded(join(folder, 'link.ts'))).toBe('is a link; hand in the file itself');
    expect(readBounded(folder)).toBe('is a folder, not a file');
    expect(readBounded(join(folder, 'real.ts', 'x'))).toBe('cannot be read (ENOTDIR)');
  });

  it('is too large: 65,536 bytes are legal, one more is not, said as the compiler says it', async () => {
    const large = new Uint8Array(65_537).fill(0x20);
    await writeFile(join(folder, 'planar.ts'), large);
    await writeFile(join(folder, 'coin.ts'), large.subarray(1));
    const { files } = await find();
    const compiled = await compile('planar.ts', large);
    expect(files.get('04-planar-log-det')).toEqual({
      path: 'planar.ts',
      fault: 'message' in compiled ? compiled.message : '',
    });
    const coin = files.get('01-coin-mle');
    expect(coin !== undefined && 'bytes' in coin && coin.bytes.length).toBe(65_536);
  });
});

describe('the label', () => {
  it('is the last folder of an absolute path', async () => {
    await put('coin.ts');
    expect((await find()).label).toBe(basename(folder));
    expect((await findSubmission(`${folder}/`, EXERCISES)).label).toBe(basename(folder));
  });

  it('is a relative path as it was typed', async () => {
    const label = (path: string) => findSubmission(path, EXERCISES).then((submission) => submission.label);
    expect(await label('exercises')).toBe('exercises');
    expect(await label('./exercises/')).toBe('exercises');
    expect(await label('tests/../exercises')).toBe('exercises');
  });
});

describe('no submission', () => {
  it('is a folder without any of the files', async () => {
    await put('readme.txt', 'a/b/c/d/planar.ts');
    const error = await find().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message).toBe(
      `${basename(folder)} holds none of the exercises’ files; looked for coin.ts, planar.ts, euler.ts, ` +
        'in their exercises’ folders or alone, in up to 3 wrapper folders',
    );
  });

  it('is no folder at all, or a file', async () => {
    await put('coin.ts');
    await expect(findSubmission(join(folder, 'nope'), EXERCISES)).rejects.toThrow(
      new UsageError('there is no folder nope; --submission takes the folder with the exercises’ files'),
    );
    await expect(findSubmission(join(folder, 'coin.ts'), EXERCISES)).rejects.toThrow(
      new UsageError('coin.ts is a file; --submission takes the folder that it stands in'),
    );
  });

  it.skipIf(process.platform === 'win32')('is a folder without permission', async () => {
    await put('coin.ts');
    await chmod(folder, 0);
    const error = await asNobody(() => find().catch((thrown: unknown) => thrown));
    await chmod(folder, 0o755);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message).toBe(`the folder ${basename(folder)} cannot be read (EACCES)`);
  });
});

it('ends soon on a folder with far too much in it, and finds what stands near the top', async () => {
  await put('coin.ts', 'z/04-planar-log-det/planar.ts');
  for (let index = 0; index < 2_100; index += 1) await mkdir(join(folder, `many/${index}`), { recursive: true });
  const submission = await find();
  expect(read(submission)).toEqual({ '01-coin-mle': 'coin.ts', '04-planar-log-det': 'z/04-planar-log-det/planar.ts' });
  expect(submission.ignored).toEqual(['many/']);
});

/** Runs something without the rights of the superuser, who may read everything. */
async function asNobody<Result>(run: () => Promise<Result>): Promise<Result> {
  if (process.geteuid?.() !== 0) return run();
  process.seteuid?.(65_534);
  try {
    return await run();
  } finally {
    process.seteuid?.(0);
  }
}
