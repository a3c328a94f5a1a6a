import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readIdentity } from '#grader/cli/classroom50-identity.ts';
import { SCHEMA } from '#grader/cli/record-command.ts';
import { describeFormat } from '#grader/model/report.ts';
import { UsageError } from '#grader/model/usage-error.ts';
import { renderGithub } from '#grader/reporters/github.ts';
import { renderHtml } from '#grader/reporters/html.ts';
import { renderJson } from '#grader/reporters/json.ts';
import { renderJunit } from '#grader/reporters/junit.ts';
import { renderMarkdown } from '#grader/reporters/markdown.ts';
import { run } from '../../support/in-process.ts';
import { check, exercise, inProgress, report } from '../reporters/sample.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'render-'));
  file = join(folder, 'report.json');
  await writeFile(file, renderJson(inProgress));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const ENVIRONMENT = {
  CLASSROOM: 'flows',
  ASSIGNMENT: 'exercises',
  ASSIGNMENT_TYPE: 'individual',
  OWNER: 'ada',
  SUBMISSION_TAG: 'submit/x',
  COMMIT_URL: 'https://c',
  RELEASE_URL: 'https://r',
  REVIEW_URL: 'https://v',
};

describe('render', () => {
  it.each([
    [['json'], renderJson(inProgress)],
    [['html'], renderHtml(inProgress)],
    [['junit'], renderJunit(inProgress)],
    [['junit', '--junit-strict'], renderJunit(inProgress, { strict: true })],
    [['junit', '--file-prefix', 'work'], renderJunit(inProgress, { folder: 'work' })],
    [['github', '--file-prefix', 'work'], renderGithub(inProgress, { folder: 'work' })],
    [['markdown'], renderMarkdown(inProgress)],
  ])('writes a stored report with --reporter %j', async (options, text) => {
    expect(await run('render', file, '--reporter', ...options)).toEqual({ code: 0, out: text, err: '' });
  });

  it('writes several at once, and the terminal’s when none is named', async () => {
    const at = (name: string) => `${name}=${join(folder, name)}`;
    const names = ['junit', 'github', 'gradescope', 'prairielearn'];
    const options = names.flatMap((name) => ['--reporter', at(name)]);
    expect(await run('render', file, ...options)).toEqual({ code: 0, out: '', err: '' });
    expect((await readdir(folder)).sort()).toEqual([...names, 'report.json'].sort());
    expect(await readFile(join(folder, 'junit'), 'utf8')).toBe(renderJunit(inProgress));
    expect((await run('render', file)).out).toMatch(/Coin MLE.*10\/10[\s\S]*next: npm run grade -- 2\n/);
  });

  it.each([
    ['no JSON', 'report.json is no JSON; give what --reporter json=FILE wrote'],
    ['', 'report.json is no JSON; give what --reporter json=FILE wrote'],
    ['null', 'report.json is no report; give what --reporter json=FILE wrote'],
    ['{}', 'report.json is no report (look at format); give what --reporter json=FILE wrote'],
    [
      JSON.stringify({ ...inProgress, score: 1.5 }),
      'report.json is no report (look at score); give what --reporter json=FILE wrote',
    ],
    [
      JSON.stringify({ ...inProgress, format: 'flow-grade-report/2' }),
      'report.json is in the format flow-grade-report/2 and this kit reads flow-grade-report/1; render it with the kit that wrote it',
    ],
  ])('refuses %.40j', async (text, message) => {
    await writeFile(file, text);
    expect(await run('render', file)).toEqual({ code: 2, out: '', err: `flow-grade: ${message}\n` });
  });

  it.each([
    [['no-such.json'], 'there is no file no-such.json; give what --reporter json=FILE wrote'],
    [['docs'], 'docs is a folder; name a report in it'],
    [['package.json', '--reporter', 'timing'], 'a stored report has no times; leave out --reporter timing'],
    [
      ['package.json', '--file-prefix', '/work'],
      '--file-prefix takes a folder of the repository, such as exercises, and no absolute path',
    ],
    [[], "missing required argument 'REPORT'; npm run render -- --help shows what there is"],
  ])('refuses %j', async (args, message) => {
    expect(await run('render', ...args)).toEqual({ code: 2, out: '', err: `flow-grade: ${message}\n` });
  });
});

describe('classroom50', () => {
  const render = (...more: string[]) => run('render', file, '--reporter', 'classroom50', ...more);

  it('takes whose work it is from the environment, and the time from the clock', async () => {
    for (const [name, value] of Object.entries(ENVIRONMENT)) vi.stubEnv(name, value);
    const { code, out } = await render();
    expect([code, JSON.parse(out)]).toMatchObject([0, { owner: 'ada', classroom: 'flows', score: 29 }]);
    expect(Math.abs(Date.parse(JSON.parse(out).datetime) - Date.now())).toBeLessThan(60_000);
  });

  it('writes no file when the grader could not judge, but the others, and ends with 3', async () => {
    for (const [name, value] of Object.entries(ENVIRONMENT)) vi.stubEnv(name, value);
    const faulty = report([exercise('01-coin-mle', 'Coin MLE', [check('f', 'holds', { status: 'grader-error' })])]);
    await writeFile(file, renderJson(faulty));
    const result = join(folder, 'result.json');
    const ran = await run('render', file, '--reporter', `classroom50=${result}`, '--reporter', 'junit');
    expect(ran).toEqual({
      code: 3,
      out: renderJunit(faulty),
      err:
        'flow-grade: the grader itself failed: there is no result for Classroom 50: 1 check could not be graded; ' +
        'this costs no points, please report it\n',
    });
    expect(await readdir(folder)).toEqual(['report.json']);
  });

  it.each([
    ['CLASSROOM', '', 'CLASSROOM'],
    ['OWNER', ' ', 'OWNER or USERNAME'],
  ])('is refused without %s', (name, value, named) => {
    expect(() => readIdentity({ ...ENVIRONMENT, [name]: value }, new Date(0))).toThrow(
      new UsageError(`--reporter classroom50 needs ${named} in the environment, as Classroom 50’s runner sets it`),
    );
  });

  it('takes USERNAME for OWNER, and says which variable is not what it should be', () => {
    const { OWNER: _, ...others } = ENVIRONMENT;
    expect(readIdentity({ ...others, USERNAME: 'bob' }, new Date(0)).owner).toBe('bob');
    expect(() => readIdentity({ ...ENVIRONMENT, ASSIGNMENT_TYPE: 'pair' }, new Date(0))).toThrow(
      new UsageError('ASSIGNMENT_TYPE is "pair"; it may be individual, group, team'),
    );
    expect(() => readIdentity({ ...ENVIRONMENT, SUBMISSION_TAG: 'v1' }, new Date(0))).toThrow(
      new UsageError('SUBMISSION_TAG is "v1"; it must begin with submit/'),
    );
  });

  it('is refused before anything is graded', async () => {
    for (const name of Object.keys(ENVIRONMENT)) vi.stubEnv(name, '');
    vi.stubEnv('USERNAME', '');
    const { code, err } = await run('grade', '--reporter', 'classroom50');
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/needs CLASSROOM, ASSIGNMENT, .*REVIEW_URL in the environment/),
    ]);
  });
});

it('report.schema.json is the format as the code has it now (npm run record)', async () => {
  const schema = await readFile(SCHEMA, 'utf8');
  expect(schema).toBe(describeFormat());
  expect(JSON.parse(schema)).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    additionalProperties: false,
    properties: { format: { const: inProgress.format } },
  });
});
