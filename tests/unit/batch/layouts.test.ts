import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Download, findHandIns } from '#grader/batch/layouts.ts';
import { DiskSource } from '#grader/batch/trees.ts';
import { readSubmission } from '#grader/engine/submission.ts';

const EXERCISES = [
  { id: '01-coin-mle', file: 'coin.ts' },
  { id: '12-flow-matching', file: 'flow-matching.ts' },
];

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flow-grade-layouts-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Writes files, each with its own path as its content; a path that ends in / is a folder. */
async function lay(paths: readonly (string | readonly [string, string])[]): Promise<void> {
  for (const each of paths) {
    const [path, content] = typeof each === 'string' ? [each, each] : each;
    await mkdir(join(folder, path.endsWith('/') ? path : dirname(path)), { recursive: true });
    if (!path.endsWith('/')) await writeFile(join(folder, path), content);
  }
}

const find = (at = '.'): Promise<Download> => {
  const root = join(folder, at);
  return findHandIns(new DiskSource(root), basename(root), EXERCISES);
};

/** What was found, one line a hand-in: id, name, and the path of each exercise's file in the download. */
async function shown({ handIns }: Download): Promise<string[]> {
  const lines = handIns.map(async ({ id, name, content }) => {
    const { files } = await readSubmission(content, 'x', EXERCISES);
    const found = [...files.values()].map((file) =>
      'fault' in file ? file.fault : new TextDecoder().decode(file.bytes),
    );
    return [id, name, ...found].join(' | ');
  });
  return (await Promise.all(lines)).sort();
}

describe('one folder per student', () => {
  it('takes each folder, with whatever wrappers the student packed', async () => {
    await lay(['alice/01-coin-mle/coin.ts', 'bob/my work/exercises/01-coin-mle/coin.ts', 'carol/coin.ts']);
    const found = await find();
    expect(found.layout).toBe('one folder per student');
    expect(await shown(found)).toEqual([
      'alice |  | alice/01-coin-mle/coin.ts',
      'bob |  | bob/my work/exercises/01-coin-mle/coin.ts',
      'carol |  | carol/coin.ts',
    ]);
  });

  it('takes an archive for a student’s work, and lists what is neither', async () => {
    await lay([
      'alice/coin.ts',
      'bob.zip',
      'carol.tar.gz',
      'notes.txt',
      '.DS_Store',
      '__MACOSX/alice/coin.ts',
      '.git/x',
    ]);
    const found = await find();
    expect(found.handIns.map(({ id, place }) => [id, place])).toEqual([
      ['alice', 'alice/'],
      ['bob', 'bob.zip'],
      ['carol', 'carol.tar.gz'],
    ]);
    expect(found.handIns[1]?.content.pathOf('bob.zip')).toBe(join(folder, 'bob.zip'));
    expect(found.ignored).toEqual(['.git', 'notes.txt']);
  });

  it('looks through up to three folders around the students’', async () => {
    await lay(['a/b/c/alice/coin.ts', 'a/b/c/bob/coin.ts']);
    expect((await find()).handIns.map(({ id }) => id)).toEqual(['alice', 'bob']);
  });

  it('takes a single student’s folder for a student', async () => {
    await lay(['alice/01-coin-mle/coin.ts']);
    expect(await shown(await find())).toEqual(['alice |  | alice/01-coin-mle/coin.ts']);
  });

  it.each([[['coin.ts']], [['01-coin-mle/coin.ts']], [['exercises/01-coin-mle/coin.ts']]])(
    'says that %s is one student’s work',
    async (paths) => {
      await lay(paths);
      await expect(find()).rejects.toThrow(
        /looks like one student’s work; grade it with npm run grade -- --submission/,
      );
    },
  );

  it.each([[[]], [['notes.txt', 'more.pdf']], [['.git/config']]])('says that %s holds nobody’s work', async (paths) => {
    await lay(paths);
    await expect(find()).rejects.toThrow(/holds no student’s work; looked for a folder or an archive for each student/);
  });
});

describe('Canvas', () => {
  it('gathers the files of each student by number', async () => {
    await lay([
      'doejane_4021_99001_coin.ts',
      'doejane_4021_99005_flow-matching.ts',
      'müllerjörg_LATE_4022_99002_coin-1.ts',
      'roebob_4023_text.html',
      'roebob_4023_link.html',
      'LATE_anon_aB3xZ_99003_coin.ts',
      'anon_Qq1Zz_99004_coin.ts',
    ]);
    const found = await find();
    expect(found.layout).toBe('a Canvas download');
    expect(await shown(found)).toEqual([
      '4021 | doejane | doejane_4021_99001_coin.ts | doejane_4021_99005_flow-matching.ts',
      '4022 | müllerjörg | müllerjörg_LATE_4022_99002_coin-1.ts',
      '4023 | roebob',
      'Qq1Zz |  | anon_Qq1Zz_99004_coin.ts',
      'aB3xZ |  | LATE_anon_aB3xZ_99003_coin.ts',
    ]);
    expect(found.handIns.flatMap(({ remarks }) => remarks)).toEqual([]);
  });

  it('takes what was uploaded last, and says so', async () => {
    await lay(['doe_jane_4021_1000_coin.ts', 'doe_jane_4021_998_coin-2.ts', 'doe_jane_4021_999_step-2.ts']);
    const found = await find();
    expect(await shown(found)).toEqual(['4021 | doe_jane | doe_jane_4021_1000_coin.ts']);
    expect(found.handIns[0]?.remarks).toEqual([
      'coin-2.ts and coin.ts were handed in; coin.ts, which came last, was taken',
    ]);
    const { ignored } = await readSubmission(found.handIns[0]?.content as DiskSource, 'x', EXERCISES);
    expect(ignored).toEqual(['coin-2.ts', 'step-2.ts']);
  });

  it('keeps two uploads of one name apart', async () => {
    await lay(['doejane_4021_1_coin.ts', 'doejane_4021_2_coin.ts']);
    const found = await find();
    expect(await shown(found)).toEqual(['4021 | doejane | doejane_4021_2_coin.ts']);
    expect(found.handIns[0]?.remarks).toHaveLength(1);
  });

  it('knows where an uploaded archive is', async () => {
    await lay(['doejane_4021_99001_work.zip', 'roebob_4022_99002_coin.ts']);
    const { handIns } = await find();
    expect(handIns[0]?.content.pathOf('work.zip')).toBe(join(folder, 'doejane_4021_99001_work.zip'));
  });
});

describe('Moodle', () => {
  it('takes folders by the participant’s number, old ones, blind ones and teams', async () => {
    await lay([
      'Jane Doe_123456_assignsubmission_file/coin.ts',
      'Bob Roe_123457_assignsubmission_file_/src/01-coin-mle/coin.ts',
      'Bob Roe_123457_assignsubmission_onlinetext/onlinetext.html',
      'Participant_123458_assignsubmission_file/coin.ts',
      'Team A_77_assignsubmission_file/coin.ts',
      'Default group_assignsubmission_file/coin.ts',
      'Zoe Text_123460_assignsubmission_onlinetext/onlinetext.html',
    ]);
    const found = await find();
    expect(found.layout).toBe('a Moodle download');
    expect(await shown(found)).toEqual([
      '123456 | Jane Doe | Jane Doe_123456_assignsubmission_file/coin.ts',
      '123457 | Bob Roe | Bob Roe_123457_assignsubmission_file_/src/01-coin-mle/coin.ts',
      '123458 |  | Participant_123458_assignsubmission_file/coin.ts',
      '123460 | Zoe Text',
      '77 | Team A | Team A_77_assignsubmission_file/coin.ts',
      'Default group | Default group | Default group_assignsubmission_file/coin.ts',
    ]);
  });

  it('takes files beside each other', async () => {
    await lay([
      'Ann Lee_123459_assignsubmission_file_coin.ts',
      'Ann Lee_123459_assignsubmission_file_flow-matching.ts',
    ]);
    expect(await shown(await find())).toEqual([
      '123459 | Ann Lee | Ann Lee_123459_assignsubmission_file_coin.ts | Ann Lee_123459_assignsubmission_file_flow-matching.ts',
    ]);
  });
});

const METADATA = `submission_409194023:
  :submitters:
  - :name: Jane Doe
    :sid: '0123456789'
    :email: jane@example.edu
  :created_at: 2026-11-20 14:32:01.861687000 Z
  :score: 7.0
submission_500000001:
  :submitters:
  - :name: Alice A
    :sid: 111
  - :name: Bob B
    :email: bob@example.edu
submission_500000002:
  :submitters: []
`;

describe('Gradescope', () => {
  it('learns from the export whose each submission is, groups and nobody’s included', async () => {
    const base = 'assignment_25828_export';
    await lay([
      `${base}/submission_409194023/coin.ts`,
      `${base}/submission_500000001/coin.ts`,
      `${base}/submission_500000002/coin.ts`,
      [`${base}/submission_metadata.yml`, METADATA],
    ]);
    for (const at of ['.', base]) {
      const found = await find(at);
      expect(found.layout).toBe('a Gradescope export');
      expect(await shown(found)).toEqual([
        `0123456789 | Jane Doe | ${base}/submission_409194023/coin.ts`,
        `111 | Alice A | ${base}/submission_500000001/coin.ts`,
        `bob@example.edu | Bob B | ${base}/submission_500000001/coin.ts`,
        `submission_500000002 |  | ${base}/submission_500000002/coin.ts`,
      ]);
      expect(found.handIns.map(({ email }) => email)).toEqual([
        'jane@example.edu',
        undefined,
        'bob@example.edu',
        undefined,
      ]);
      expect(found.handIns.flatMap(({ remarks }) => remarks)).toEqual([
        'nobody knows whose this is: submission_metadata.yml names no submitter',
      ]);
    }
  });

  it('does without the file that names the students, and says so', async () => {
    await lay(['submission_1/coin.ts', 'submission_2/coin.ts']);
    const { handIns } = await find();
    expect(handIns.map(({ id, remarks }) => [id, ...remarks])).toEqual([
      ['submission_1', 'nobody knows whose this is: submission_metadata.yml is missing'],
      ['submission_2', 'nobody knows whose this is: submission_metadata.yml is missing'],
    ]);
  });

  it.each(['a: [', '&a [*a, *a]', '- 1\n- 2', '', 'submission_1: {":submitters": 3}'])(
    'survives a file of students that says %j',
    async (yaml) => {
      await lay(['submission_1/coin.ts', ['submission_metadata.yml', yaml]]);
      const { handIns } = await find();
      expect(handIns).toHaveLength(1);
      expect(handIns[0]?.remarks[0]).toMatch(/^nobody knows whose this is: /);
    },
  );
});

describe('classroom repositories', () => {
  it('takes the login out of the name of a repository', async () => {
    await lay(['hw-1-submissions/hw-1-alice/coin.ts', 'hw-1-submissions/hw-1-bob-b/exercises/01-coin-mle/coin.ts']);
    for (const at of ['.', 'hw-1-submissions']) {
      const found = await find(at);
      expect(found.layout).toBe('cloned classroom repositories');
      expect(await shown(found)).toEqual([
        'alice |  | hw-1-submissions/hw-1-alice/coin.ts',
        'bob-b |  | hw-1-submissions/hw-1-bob-b/exercises/01-coin-mle/coin.ts',
      ]);
    }
  });

  it('knows clones in a folder of another name by what their names have in common', async () => {
    await lay(['flows-al/.git/HEAD', 'flows-al/coin.ts', 'flows-anna/.git/HEAD', 'flows-anna/coin.ts']);
    const found = await find();
    expect(found.layout).toBe('cloned classroom repositories');
    expect(await shown(found)).toEqual(['al |  | flows-al/coin.ts', 'anna |  | flows-anna/coin.ts']);
  });

  it('takes folders that are no clones for what they are', async () => {
    await lay(['flows-al/coin.ts', 'flows-anna/coin.ts']);
    expect((await find()).handIns.map(({ id }) => id)).toEqual(['flows-al', 'flows-anna']);
  });

  it('takes the owner from the result of a Classroom 50 download, wherever it stands', async () => {
    const result = (owner: string) => JSON.stringify({ schema: 'classroom50/result/v1', owner });
    const top = 'course-flows_submissions_2026_11_23_T_10_00_00';
    await lay([
      `${top}/course-flows-alice/coin.ts`,
      [`${top}/course-flows-alice/result.json`, result('Alice')],
      `${top}/course-flows-bob/coin.ts`,
      [`other/x-alice/result.json`, result('Alice')],
      'other/x-alice/coin.ts',
      ['other/x-bob/result.json', '{"schema": 3}'],
      'other/x-bob/coin.ts',
    ]);
    const found = await find(top);
    expect(found.layout).toBe('a Classroom 50 download');
    expect(await shown(found)).toEqual([
      `Alice |  | ${top}/course-flows-alice/coin.ts`,
      `bob |  | ${top}/course-flows-bob/coin.ts`,
    ]);
    expect(await shown(await find('other'))).toEqual([
      'Alice |  | other/x-alice/coin.ts',
      'x-bob |  | other/x-bob/coin.ts',
    ]);
  });
});
