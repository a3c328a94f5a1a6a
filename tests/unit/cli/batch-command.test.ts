import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { course } from '#grader/course/course.ts';
import { tar, zip } from '../../support/archives.ts';
import { run } from '../../support/in-process.ts';
import { PROJECT } from '../../support/project.ts';

const COIN = '01-coin-mle/coin.ts';
const right = await readFile(join(PROJECT, 'solutions', COIN));
const stub = await readFile(join(PROJECT, 'exercises', COIN));

let folder: string;
const at = (path: string) => join(folder, path);
const out = (path: string) => at(join('out', path));
const text = (path: string) => readFile(out(path), 'utf8');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flow-grade-batch-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function lay(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(at(path)), { recursive: true });
    await writeFile(at(path), content);
  }
}
const batch = (source: string, ...args: string[]) => run('batch', at(source), '--out', at('out'), ...args);
/** The columns id, status, score and reason of a list of grades. */
const short = (csv: string) =>
  csv
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/))
    .map((cells) => [cells[0], cells[2], cells[3], cells.at(-1)].join(' | '));

describe('a class', () => {
  it('is graded from folders and archives, good and bad; what cannot be read is that student’s line', async () => {
    await lay({
      [`class/alice/${COIN}`]: right,
      'class/bob.zip': zip([{ name: `work/${COIN}`, data: right }]),
      'class/carol.zip': zip([{ name: '../coin.ts', data: right }]),
      'class/dave/notes.pdf': 'notes',
      'class/dave/work.tar.gz': gzipSync(tar([{ name: 'coin.ts', data: stub }])),
      'class/erin.zip': zip([{ name: 'essay.txt', data: 'essay' }]),
      'class/frank.zip': 'no archive',
      'class/grace/coin.ts': 'export const = 1;',
      'class/grace.tar': tar([{ name: 'coin.ts', data: right }]),
      'class/readme.txt': 'hello',
    });
    const { code, out: said, err } = await batch('class');
    expect(code).toBe(0);
    expect(err).toContain('flow-grade: one folder per student, 8 submissions\n');
    expect(err).toContain('flow-grade: not used: readme.txt\n');
    expect(said.trim().split('\n').at(-1)).toBe('3 graded, 3 to review, 2 rejected');
    const lines = short(await text('grades.csv'));
    expect(lines).toEqual([
      'alice | graded | 10 | ',
      'bob | graded | 10 | ',
      expect.stringMatching(/^carol \| rejected \| {2}\| "?carol\.zip holds an entry that may lead outside it: /),
      'dave | graded | 0 | ',
      expect.stringMatching(
        /^erin \| review \| {2}\| "erin\.zip holds none of the exercises’ files; looked for coin\.ts, /,
      ),
      expect.stringMatching(/^frank \| rejected \| {2}\| "?frank\.zip /),
      'grace | review | 10 | "2 submissions of one student: grace.tar, grace/"',

      'grace | review | 0 | "2 submissions of one student: grace.tar, grace/"',
    ]);
    expect(short(await text('review.csv'))).toEqual(lines.filter((line) => !line.includes('| graded |')));
    expect((await readdir(out('reports'))).sort()).toEqual(
      ['alice', 'bob', 'dave', 'grace', 'grace~2'].flatMap((key) => [`${key}.html`, `${key}.json`]).sort(),
    );
    const dave = JSON.parse(await text('reports/dave.json'));
    expect([dave.submission, dave.ignored]).toEqual(['dave', ['notes.pdf']]);
    expect(await text('class.html')).toContain('href="reports/alice.html"');
    expect(await readdir(out('state/spool'))).toEqual([]);
  });

  it('comes as one archive, is named by a roster, and goes into gradebooks', async () => {
    await lay({
      'download.zip': zip([
        { name: 'doejane_4021_99001_coin.ts', data: right },
        { name: 'müllerjörg_LATE_4022_99002_coin-1.ts', data: right },
        { name: 'roebob_4023_text.html', data: '<p>hello</p>' },
        { name: 'strange_9999_99004_coin.ts', data: right },
        { name: 'leeann_4024_99005_work.zip', data: zip([{ name: 'coin.ts', data: right }]) },
      ]),
      'canvas.csv':
        'Student,ID,SIS Login ID,Section,Flows (8812)\n    Points Possible,,,,160\n"Doe, Jane",4021,jdoe,A,7\n' +
        '"Müller, Jörg",4022,jmu,A,\n"Roe, Bob",4023,broe,A,3\n"Away, Al",4030,aaway,A,\n"Lee, Ann",4024,alee,A,\n',
    });
    const canvas = at('canvas.csv');
    const { code, out: said, err } = await batch('download.zip', '--roster', canvas, '--gradebook', `canvas=${canvas}`);
    expect([code, err]).toEqual([0, expect.stringContaining('a Canvas download, 5 submissions')]);
    expect(short(await text('grades.csv'))).toEqual([
      '4021 | graded | 10 | ',
      '4022 | graded | 10 | ',
      expect.stringMatching(/^4023 \| review \| {2}\| "holds none of the exercises’ files; /),
      '4024 | review |  | work.zip is an archive inside an archive; unpack the outer one and grade the folder',
      '4030 | review |  | handed nothing in',
      '9999 | review | 10 | no line of the roster fits',
    ]);
    expect(await text('grades.csv')).toContain('\n4021,"Doe, Jane",graded,10,160,10,0,10,0,0');
    const filled = (await readFile(canvas, 'utf8')).replace('jdoe,A,7', 'jdoe,A,10').replace('jmu,A,', 'jmu,A,10');
    expect(await text('canvas.csv')).toBe(filled);
    expect(await text('canvas-not-filled.csv')).toBe('id,reason\n9999,needs review\n');
    expect(said).toContain('canvas.csv: 2 grades filled in; 1 grade not in it: canvas-not-filled.csv\n');
  });
});

describe('a second run', () => {
  const verdicts = async () => (await readdir(out('state/verdicts'))).sort();
  const snapshot = async () => {
    const names = [
      'grades.csv',
      'review.csv',
      'class.html',
      ...(await readdir(out('reports'))).map((name) => `reports/${name}`),
    ];
    return Object.fromEntries(await Promise.all(names.sort().map(async (name) => [name, await text(name)])));
  };
  const AFFINE = '02-affine-change-of-variables/affine.ts';

  it('grades what changed, mends what is damaged, forgets who left, and gives the same bytes', async () => {
    await lay({ [`class/alice/${COIN}`]: right, [`class/bob/${COIN}`]: stub, 'class/cora/coin.ts': stub });
    await lay({ [`class/alice/${AFFINE}`]: await readFile(join(PROJECT, 'solutions', AFFINE)) });
    expect((await batch('class')).code).toBe(0);
    const first = await snapshot();
    expect(await verdicts()).toEqual(['alice.json', 'bob.json', 'cora.json']);

    await writeFile(out('state/records/alice.json'), '{');
    await truncate(out('reports/bob.json'), 10);
    await rm(out('reports/cora.html'));
    await writeFile(out('reports/left.json.0123abcd.tmp'), 'half');
    const [damaged = ''] = await verdicts();
    await writeFile(out(join('state/verdicts', damaged)), '{"score": 1e9}');
    expect((await batch('class', '--jobs', '1')).code).toBe(0);
    expect(await snapshot()).toEqual(first);

    await lay({ [`class/alice/${COIN}`]: stub });
    await rm(at('class/cora'), { recursive: true });
    expect((await batch('class')).code).toBe(0);
    expect(await verdicts()).toEqual(['alice.json', 'bob.json']);
    const { 'reports/alice.json': changed = '', ...rest } = await snapshot();
    expect(JSON.parse(changed).score).toBe(15);
    expect(rest['reports/bob.json']).toBe(first['reports/bob.json']);
    expect(Object.keys(rest).some((name) => name.includes('cora'))).toBe(false);

    await writeFile(out('state/verdicts/left.json'), '{}');
    expect((await batch('class', '--fresh', '--seed', 'another')).code).toBe(0);
    expect(await verdicts()).toEqual(['alice.json', 'bob.json']);
    expect(JSON.parse(await text('reports/alice.json'))).toMatchObject({ seed: 'another', score: 15 });
  });
});

describe('shards', () => {
  const shard = (index: number, folder: string, ...args: string[]) =>
    run('batch', at('class'), '--out', at(folder), '--shard', `${index}/2`, ...args);

  it('are put together to what one run would have written, and to nothing else', async () => {
    await lay({ 'class/alice/coin.ts': stub, 'class/bob/coin.ts': right, 'class/carol.zip': 'no archive' });
    expect((await batch('class')).code).toBe(0);
    expect((await shard(1, 'a')).code).toBe(0);
    const merge = (...folders: string[]) => run('merge', ...folders.map(at), '--out', at('merged'));
    expect(await merge('a')).toMatchObject({
      code: 2,
      err: 'flow-grade: shard 2 of 2 is missing; name its folder as well\n',
    });
    expect((await merge('a', 'class')).err).toMatch(
      /^flow-grade: class holds no results of a shard; name the folders /,
    );
    expect((await shard(2, 'b', '--seed', 'other')).code).toBe(0);
    expect((await merge('a', 'b')).err).toBe(
      'flow-grade: a and b are no shards of one class: the seeds differ; grade them alike\n',
    );
    expect((await shard(2, 'b')).code).toBe(0);
    expect((await merge('a', 'b', 'a')).err).toMatch(/shard 1 of 2 was named 2 times/);
    await rm(at('b/state/records/bob.json'));
    expect((await merge('a', 'b')).err).toMatch(/^flow-grade: b is not finished; run its shard 2\/2 again, it goes on/);
    expect((await shard(2, 'b')).code).toBe(0);
    const merged = await merge('b', 'a');
    expect([merged.code, merged.err]).toEqual([0, '']);
    for (const name of ['grades.csv', 'review.csv', 'class.html', 'reports/alice.json', 'reports/bob.html']) {
      expect(await readFile(at(`merged/${name}`), 'utf8'), name).toBe(await text(name));
    }
    expect(merged.out).toContain('2 graded, 0 to review, 1 rejected\n');
  });
});

describe('says in one line what is wrong with', () => {
  it.each<[string, string[], RegExp]>([
    ['a call without --out', ['class'], /required option '--out <DIR>' not specified; npm run batch -- --help shows/],
    ['a folder that is not there', ['nowhere', '--out', 'OUT'], /there is no folder or archive nowhere; SOURCE is /],
    [
      'results among the work',
      ['class', '--out', 'class/out'],
      /--out out lies in SOURCE, where it would be taken for /,
    ],
    ['results in place of the work', ['class', '--out', 'class'], /lies in SOURCE/],
    ['a file that is no archive', ['notes.txt', '--out', 'OUT'], /^flow-grade: notes\.txt /],
    ['one student’s work', ['class/alice', '--out', 'OUT'], /alice looks like one student’s work; grade it with /],
    ['no jobs', ['class', '--out', 'OUT', '--jobs', '0'], /--jobs takes a whole number from 1 to 1024, not "0"/],
    ['a shard that is none', ['class', '--out', 'OUT', '--shard', '3/2'], /--shard takes I\/N, for instance 2\/3/],
    [
      'similarity of a part',
      ['class', '--out', 'OUT', '--shard', '1/2', '--similarity'],
      /--similarity needs the whole class/,
    ],
    [
      'similarity without Dolos',
      ['class', '--out', 'OUT', '--similarity'],
      /npm install --no-save @dodona\/dolos-lib@3/,
    ],
    [
      'an unknown gradebook',
      ['class', '--out', 'OUT', '--gradebook', 'excel=x'],
      /--gradebook takes canvas=FILE or moodle=FILE/,
    ],
    [
      'a gradebook that is not there',
      ['class', '--out', 'OUT', '--gradebook', 'canvas=none.csv'],
      /there is no file none\.csv/,
    ],
    [
      'a gradebook of another kind',
      ['class', '--out', 'OUT', '--gradebook', 'moodle=notes.txt'],
      /is no Moodle grading worksheet/,
    ],
    ['a roster that is not there', ['class', '--out', 'OUT', '--roster', 'none.csv'], /there is no file none\.csv/],
  ])('%s', async (_, args, message) => {
    await lay({ [`class/alice/${COIN}`]: stub, 'notes.txt': 'a\nb\n' });
    const paths = args.map((arg) =>
      /^(class|nowhere|notes|OUT|none)/.test(arg) ? at(arg) : arg.replace(/=(none|notes)/, `=${folder}/$1`),
    );
    const { code, out: said, err } = await run('batch', ...paths);
    expect([code, said]).toEqual([2, '']);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toMatch(message);
    expect(err).not.toContain(folder);
    expect(await readdir(at('class'))).toEqual(['alice']);
  });
});

it('knows the files of every exercise in a class’s archive', async () => {
  const solution = (path: string) => readFile(join(PROJECT, 'exercises', path));
  const files = await Promise.all(
    course.map(async ({ id, file }) => ({ name: `alice/${id}/${file}`, data: await solution(`${id}/${file}`) })),
  );
  await lay({ 'class.tar': tar([...files, { name: 'alice/package.json', data: '{}' }]) });
  expect((await batch('class.tar')).code).toBe(0);
  const { ignored, exercises } = JSON.parse(await text('reports/alice.json'));
  expect(ignored).toEqual(['package.json']);
  for (const { status, message } of exercises) expect([status, message]).toEqual(['not-started', undefined]);
});
