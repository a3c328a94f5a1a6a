import { execFileSync } from 'node:child_process';
import { chmod, cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { course } from '#grader/course/course.ts';
import { findSubmission } from '#grader/engine/submission.ts';
import { type Report, reportSchema } from '#grader/model/report.ts';
import { findChangedFiles } from '#grader/release/changed-files.ts';
import { digestOf, makeEdition, pathOfWork } from '#grader/release/edition.ts';
import { PROJECT, run as runKit } from '../support/cli.ts';
import { releaseEdition, STUDENT_WORKFLOW, type TestEdition } from '../support/edition.ts';
import { bash, readYaml, runStep, stepNamed, type Workflow } from '../support/workflows.ts';

const ACTION = '.github/actions/grade/action.yml';
const GRADED = 'tests/fixtures/partial';

let edition: TestEdition;
let root: string;
beforeAll(async () => {
  edition = await releaseEdition();
  root = edition.root;
});
afterAll(() => edition.remove());

const read = (...path: string[]) => readFile(join(root, ...path), 'utf8');
const reportIn = async (...path: string[]): Promise<Report> => reportSchema.parse(JSON.parse(await read(...path)));

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** Files that a step of GitHub Actions writes to; what is in them is read by the given names. */
async function stepFiles(name: string) {
  const files = Object.fromEntries(
    ['GITHUB_STEP_SUMMARY', 'GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_PATH'].map((each) => [each, join(root, name, each)]),
  );
  for (const path of Object.values(files)) await put(path, '');
  return { GITHUB_ACTIONS: 'true', CI: 'true', ...files };
}

describe('a student’s workflow on GitHub', () => {
  const FAIL_UNDER = "vars.FLOW_GRADE_FAIL_UNDER || '0'";

  test('annotates, sums up, keeps a page and JSON, and is red below the instructor’s variable alone', async () => {
    const folder = await edition.checkOut('pushed', GRADED);
    const step = stepNamed(await readYaml<Workflow>(STUDENT_WORKFLOW), 'Grade');
    const env = await stepFiles('push');
    const green = await runStep(step, folder, { [FAIL_UNDER]: '0' }, env);
    expect([green.code, green.stderr]).toEqual([0, '']);
    for (const line of green.stdout.trimEnd().split('\n')) expect(line).toMatch(/^::(error|warning|notice) .*::/);
    const { score } = await reportIn('pushed/report.json');
    expect(green.stdout).toContain(`title=flow-grade ${score} of 160 points`);
    // An annotation stands at a file of the repository.
    const files = [...green.stdout.matchAll(/file=([^,]+)/g)].map(([, file = '']) => file);
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect(course.map(pathOfWork)).toContain(file);
    expect(await read('push/GITHUB_STEP_SUMMARY')).toContain(`## flow-grade: ${score} of 160 points`);
    expect(await read('pushed/report.html')).toContain('<svg');

    expect((await runStep(step, folder, { [FAIL_UNDER]: String(score) }, env)).code).toBe(0);
    const red = await runStep(step, folder, { [FAIL_UNDER]: String(score + 1) }, env);
    expect([red.code, red.stderr]).toEqual([
      1,
      expect.stringContaining(`${score} of 160 points is below --fail-under ${score + 1}`),
    ]);
  });
});

describe('a student’s pipeline on GitLab', () => {
  test('shows the report, writes one of tests, and is red below the instructor’s variable alone', async () => {
    const { grade } = await readYaml<{ grade: { script: string[]; artifacts: Record<string, unknown> } }>(
      'grader/release/student/gitlab-ci.yml',
    );
    const folder = await edition.checkOut('gitlab', GRADED, { installed: false });
    const { code, stdout } = await bash(grade.script.join('\n'), folder, {});
    expect([code, stdout]).toEqual([0, expect.stringContaining('core ')]);
    expect(grade.artifacts).toMatchObject({ when: 'always', reports: { junit: 'report.xml' } });
    expect(await read('gitlab/report.xml')).toContain('file="exercises/');
    const { score } = await reportIn('gitlab/report.json');
    const last = grade.script.at(-1) ?? '';
    expect((await bash(last, folder, { FLOW_GRADE_FAIL_UNDER: String(score + 1) })).code).toBe(1);
  });
});

describe('a classroom repository that somebody tampered with', () => {
  const TRACE = 'somebody-ran-this';
  // Run by Node, npm, Vitest or a shell, each of these would leave a trace.
  const script = (at: string) => `require('node:fs').writeFileSync(${JSON.stringify(join(at, TRACE))}, '');`;
  const added = (at: string): Record<string, string> => ({
    '.npmrc': `ignore-scripts=false\nnode-options=--require=${at}/evil.cjs\nscript-shell=${at}/evil.sh\n`,
    '.env': `NODE_OPTIONS=--require=${at}/evil.cjs\nFLOW_GRADE_FAIL_UNDER=0\n`,
    '.envrc': `export NODE_OPTIONS=--require=${at}/evil.cjs\n`,
    'evil.cjs': script(at),
    'evil.sh': `#!/bin/sh\ntouch ${at}/${TRACE}\n`,
    'vitest.config.ts': script(at),
    'node_modules/esbuild/package.json': '{"name":"esbuild","main":"index.js"}',
    'node_modules/esbuild/index.js': script(at),
    'node_modules/quickjs-wasi/index.js': script(at),
    'node_modules/.bin/node': `#!/bin/sh\ntouch ${at}/${TRACE}\n`,
    'coin.ts': 'export const likelihood = () => 1;',
    '01-coin-mle/coin.ts': 'export const likelihood = () => 1;',
    'report.json': '{"score":160,"maxScore":160}',
    'report/report.json': '{"score":160,"maxScore":160}',
  });
  const packageJson = JSON.stringify({
    name: 'flow-grade',
    scripts: Object.fromEntries(
      ['preinstall', 'install', 'prepare', 'grade', 'pregrade'].map((name) => [name, './evil.sh']),
    ),
  });

  test('hands in the same bytes whichever file of the kit is edited, deleted or replaced, and the file is named', async () => {
    const folder = await edition.checkOut('each', GRADED, { installed: false });
    const files = await makeEdition(course, '1.0.0');
    const work = new Set(course.map(pathOfWork));
    const readWork = async () => {
      const { files } = await findSubmission(folder, course);
      return new Map([...files].map(([id, file]) => [id, 'bytes' in file ? digestOf(file.bytes) : file.fault]));
    };
    const honest = await readWork();
    expect([honest.size, await findChangedFiles(folder, files, work)]).toEqual([12, { files: [], more: 0 }]);
    const hows = {
      edited: (path: string) => writeFile(path, 'x'),
      deleted: () => Promise.resolve(),
      folder: (path: string) => put(join(path, 'coin.ts'), 'export const likelihood = () => 1;'),
      link: (path: string) => symlink(join(PROJECT, 'solutions'), path),
    };
    let tried = 0;
    for (const path of files.keys()) {
      if (work.has(path)) continue;
      const content = await readFile(join(folder, path));
      for (const [name, change] of Object.entries(hows)) {
        await rm(join(folder, path));
        await change(join(folder, path));
        const how = name === 'folder' || name === 'link' ? 'replaced' : name;
        expect(await findChangedFiles(folder, files, work), path).toEqual({ files: [{ path, how }], more: 0 });
        expect(await readWork(), `${path} ${name}`).toEqual(honest);
        await rm(join(folder, path), { recursive: true, force: true });
        await writeFile(join(folder, path), content);
        tried += 1;
      }
    }
    expect(tried).toBe(4 * (files.size - work.size));
    for (const [path, text] of Object.entries(added(folder))) await put(join(folder, path), text);
    expect([await readWork(), await findChangedFiles(folder, files, work)]).toEqual([honest, { files: [], more: 0 }]);
  });

  test('gets the grade of record that it is due, by the action’s own steps, and runs nothing', async () => {
    // The kit as the runner fetches it: what is committed or about to be, with nothing installed.
    const kit = join(root, 'kit');
    const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: PROJECT, encoding: 'utf8' });
    for (const path of listed.split('\n').filter((each) => each !== '' && each !== 'node_modules'))
      await cp(join(PROJECT, path), join(kit, path)).catch(() => {});
    const action = await readYaml<Workflow>(ACTION);
    const at = { GITHUB_ACTION_PATH: join(kit, dirname(ACTION)), GITHUB_WORKSPACE: root };
    const installed = await runStep(stepNamed(action, 'Install the kit'), root, {}, at);
    expect(installed.code, installed.stderr).toBe(0);

    const gradeIt = async (submission: string, output: string, inputs: Record<string, string> = {}) => {
      const env = {
        ...(await stepFiles(`${output}-files`)),
        ...at,
        NODE_OPTIONS: '--require=/nowhere.cjs',
        TOKEN: 'x',
      };
      const all = { seed: '', 'fail-under': '0', counterexamples: 'true', submission, output, ...inputs };
      const values = Object.fromEntries(Object.entries(all).map(([name, value]) => [`inputs.${name}`, value]));
      const ran = await runStep(stepNamed(action, 'Grade'), root, values, env);
      return { ...ran, output: await read(`${output}-files/GITHUB_OUTPUT`) };
    };
    await edition.checkOut('honest', GRADED, { installed: false });
    const honest = await gradeIt('honest', 'out-honest');
    expect([honest.code, honest.stderr]).toEqual([0, '']);
    const { ignored: _, changed, submission: __, ...due } = await reportIn('out-honest/report.json');
    expect(honest.output).toBe(`score=${due.score}\nmax-score=160\n`);
    expect(changed).toEqual({ files: [], more: 0 });
    expect(await read('out-honest-files/GITHUB_STEP_SUMMARY')).toContain(`## flow-grade: ${due.score} of 160`);

    const tampered = await edition.checkOut('tampered', GRADED, { installed: false });
    for (const path of ['README.md', 'grader/bin/main.cjs', 'grader/course/recorded/01-coin-mle.json', 'tsconfig.json'])
      await writeFile(join(tampered, path), script(tampered));
    for (const [path, text] of Object.entries({ ...added(tampered), 'package.json': packageJson }))
      await put(join(tampered, path), text);
    await chmod(join(tampered, 'evil.sh'), 0o755);
    const gotten = await gradeIt('tampered', 'out-tampered');
    expect(gotten).toMatchObject({ code: 0, stderr: '', output: honest.output });
    const { ignored, changed: found, submission: ___, ...rest } = await reportIn('out-tampered/report.json');
    expect(rest).toEqual(due);
    expect(ignored).toEqual(expect.arrayContaining(['.npmrc', 'node_modules/', 'coin.ts', 'report.json']));
    expect(found?.files.map(({ path }) => path)).toEqual([
      'README.md',
      'grader/bin/main.cjs',
      'grader/course/recorded/01-coin-mle.json',
      'package.json',
      'tsconfig.json',
    ]);
    expect(gotten.stdout).toContain('5 files of the kit were changed: README.md (edited), ');
    await expect(read('tampered', TRACE)).rejects.toThrow('ENOENT');

    // A secret seed is in nothing that can be read afterwards.
    const seed = 'nobody knows this text';
    const secret = await gradeIt('tampered', 'out-secret', { seed, counterexamples: 'false' });
    expect([secret.code, secret.output]).toEqual([0, honest.output]);
    expect(await reportIn('out-secret/report.json')).toMatchObject({ seed: 'secret', withheld: 'inputs' });
    for (const file of ['report.json', 'report.html', 'report.md'])
      expect(await read('out-secret', file)).not.toContain(seed);
    expect(secret.stdout + secret.stderr).not.toContain(seed);

    // Below the limit it fails with a grade; a call that is wrong fails without one.
    const low = await gradeIt('honest', 'out-low', { 'fail-under': '160' });
    expect([low.code, low.output]).toEqual([1, honest.output]);
    for (const [inputs, message] of [
      [{ submission: 'nowhere' }, 'the input submission names no folder'],
      [{ output: 'honest/report' }, 'the input output is inside the submission'],
      [{ counterexamples: 'no' }, 'the input counterexamples is neither true nor false'],
      [{ 'fail-under': 'all' }, '--fail-under takes a number of points'],
    ] as const) {
      const { output = 'out-wrong', submission = 'honest', ...others } = inputs as Record<string, string>;
      const wrong = await gradeIt(submission, output, others);
      expect([wrong.code, wrong.output]).toEqual([2, '']);
      expect(wrong.stdout + wrong.stderr).toContain(message);
    }
  });
});

describe('the autograder for Gradescope', () => {
  test('is set up and run as Gradescope does, and is never a zero by accident', async () => {
    const at = join(root, 'autograder');
    const released = await runKit(['release', '--gradescope', '--out', join(at, 'source')]);
    expect([released.code, released.stdout]).toEqual([0, expect.stringContaining('zip what is in the folder')]);
    expect((await bash('source/setup.sh', at, {})).code).toBe(0);
    await cp(join(at, 'source/run_autograder'), join(at, 'run_autograder'));
    await cp(join(PROJECT, GRADED), join(at, 'submission'), { recursive: true });
    const run = async () => {
      expect((await bash(`${at}/run_autograder`, '/', { NODE_OPTIONS: '--require=/nowhere.cjs' })).code).toBe(0);
      return JSON.parse(await read('autograder/results/results.json'));
    };
    const kit = await runKit(['grade', '--submission', join(at, 'submission'), '--reporter', 'gradescope']);
    expect(await run()).toEqual(JSON.parse(kit.stdout));

    await rm(join(at, 'submission'), { recursive: true });
    await put(join(at, 'submission/notes.txt'), 'x');
    const none = await run();
    expect([none.score, none.output]).toEqual([
      0,
      expect.stringMatching(/^submission holds none of the exercises’ files/),
    ]);

    // A grader that is broken.
    await writeFile(join(at, 'source/grader/bin/main.cjs'), 'process.exit(3);');
    const broken = await run();
    expect([broken.score, broken.output]).toEqual([undefined, expect.stringContaining('This is no grade')]);
  });
});
