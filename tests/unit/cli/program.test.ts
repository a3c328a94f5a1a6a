import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sayFailure } from '#grader/cli/program.ts';
import { course } from '#grader/course/course.ts';
import { type Report, reportSchema } from '#grader/model/report.ts';
import { renderJunit } from '#grader/reporters/junit.ts';
import { type Result, run } from '../../support/in-process.ts';

const KIT = fileURLToPath(new URL('../../..', import.meta.url));

/** Runs the command as a student's shell does. */
function shell(
  args: readonly string[],
  { cwd = KIT, env = {} as NodeJS.ProcessEnv, command = [join(KIT, 'grader/build/start.mjs')] } = {},
): Result {
  const { FORCE_COLOR: _, ...rest } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [...command, ...args], {
    cwd,
    env: { ...rest, ...env },
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
}

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'program-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** Copies one exercise's file from a folder of the kit, and hands it in alone. */
async function handIn(from: 'exercises' | 'solutions', index = 0): Promise<string> {
  const exercise = course[index];
  if (exercise === undefined) throw new Error(`the course has no exercise ${index}`);
  await mkdir(join(folder, exercise.id), { recursive: true });
  await cp(join(KIT, from, exercise.id, exercise.file), join(folder, exercise.id, exercise.file));
  return exercise.id;
}

const reportIn = (text: string): Report => reportSchema.parse(JSON.parse(text));

describe('a call that is wrong', () => {
  const ids = course.map(({ id }) => id).join(', ');
  it.each<[string[], string]>([
    [[], 'which command? For instance: npm run grade'],
    [['no-such-command'], "unknown command 'no-such-command'; npm run grade -- --help shows what there is"],
    [['grade', '--foo'], "unknown option '--foo'; npm run grade -- --help shows what there is"],
    [
      ['grade', '--sead', 'x'],
      "unknown option '--sead' (Did you mean --seed?); npm run grade -- --help shows what there is",
    ],
    [
      ['grade', '--reporter'],
      "option '--reporter <NAME>' argument missing; npm run grade -- --help shows what there is",
    ],
    [
      ['grade', '--reporter', 'xml'],
      'there is no reporter "xml"; there are terminal, html, json, junit, markdown, github, gradescope, prairielearn, classroom50, timing',
    ],
    [['grade', '--reporter', 'json='], '--reporter json= names no file; give one, or leave out the ='],
    [
      ['grade', '--reporter', 'json', '--reporter', 'terminal'],
      'two reporters would write to standard output; give one of them a file: --reporter NAME=FILE',
    ],
    [['grade', '--fail-under', 'many'], '--fail-under takes a number of points, 0 or more, not "many"'],
    [['grade', '--fail-under', '-1'], '--fail-under takes a number of points, 0 or more, not "-1"'],
    [['grade', '--fail-under', 'NaN'], '--fail-under takes a number of points, 0 or more, not "NaN"'],
    [['grade', '--fail-under', ''], '--fail-under takes a number of points, 0 or more, not ""'],
    [['grade', '--seed', ''], '--seed is empty; give any text, or leave it out'],
    [['grade', '--seed= '], '--seed is empty; give any text, or leave it out'],
    [['grade', '99'], `there is no exercise "99"; there are ${ids}`],
    [['grade', '2', 'no-such'], `there is no exercise "no-such"; there are ${ids}`],
    [['grade', '--submission', ''], '--submission names no folder; give one, or leave it out'],
    [
      ['grade', '--submission', 'no-such-folder'],
      'there is no folder no-such-folder; --submission takes the folder with the exercises’ files',
    ],
    [
      ['grade', '--submission', 'package.json'],
      'package.json is a file; --submission takes the folder that it stands in',
    ],
  ])('%j', async (args, line) => {
    expect(await run(...args)).toEqual({ code: 2, out: '', err: `flow-grade: ${line}\n` });
  });

  it('says the same through the shell, and nothing else', () => {
    expect(shell(['grade', '99'])).toEqual({
      code: 2,
      out: '',
      err: `flow-grade: there is no exercise "99"; there are ${ids}\n`,
    });
    expect(shell(['grade', '--submission', folder])).toEqual({
      code: 2,
      out: '',
      err: `flow-grade: ${basename(folder)} holds none of the exercises’ files; looked for ${course
        .map(({ file }) => file)
        .join(', ')}, in their exercises’ folders or alone, in up to 3 wrapper folders\n`,
    });
  });

  it('is not one that asks for help', async () => {
    const { code, out, err } = await run('grade', '--help');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const option of ['--submission <DIR>', '--reporter <NAME>', '--seed <TEXT>', '--fail-under <N>']) {
      expect(out).toContain(option);
    }
  });
});

describe('grading', () => {
  it('prints the report of the stubs, with the first step', async () => {
    const id = await handIn('exercises');
    const { code, out, err } = await run('grade', '--submission', folder);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const { kit } = reportIn((await run('grade', '--submission', folder, '--reporter', 'json')).out);
    expect(out).toContain(`flow-grade ${kit} · QuickJS in WebAssembly · seed practice · ${basename(folder)}\n`);
    expect(out).toContain(
      `Start with ${id}/${course[0]?.file}, function ${Object.keys(course[0]?.functions ?? {})[0]}`,
    );
    expect(out).toContain(`Then: npm run grade -- --submission DIR ${Number.parseInt(id, 10)}\n`);
  });

  it('writes each report where it is to go, and the report alone to standard output', async () => {
    const id = await handIn('solutions');
    const names = ['report.json', 'report.txt', 'timing.txt', 'report.xml'];
    const [json, text, timing, junit] = names.map((name) => join(folder, name));
    const result = await run(
      ...['grade', id, '--submission', folder, '--reporter', 'json', '--reporter', `json=${json}`],
      ...['--reporter', `terminal=${text}`, '--reporter', `timing=${timing}`],
      ...['--reporter', `junit=${junit}`, '--junit-strict'],
    );
    expect({ code: result.code, err: result.err }).toEqual({ code: 0, err: '' });
    const report = reportIn(result.out);
    expect(report.exercises.map((exercise) => exercise.id)).toEqual([id]);
    expect(report.score).toBe(report.maxScore);
    expect(await readFile(json ?? '', 'utf8')).toBe(result.out);
    const terminal = await readFile(text ?? '', 'utf8');
    expect(terminal).toContain('Everything passes. Well done!');
    expect(terminal).not.toContain('\u001b');
    expect(await readFile(timing ?? '', 'utf8')).toMatch(new RegExp(`^ +\\d+ ms  ${id}\n +\\d+ ms  all\n$`));
    expect(await readFile(junit ?? '', 'utf8')).toBe(renderJunit(report, { strict: true }));
    expect((await readdir(folder)).sort()).toEqual([id, ...names].sort());
  });

  it('keeps none of the other reports back when one cannot be written', async () => {
    const id = await handIn('exercises');
    const file = join(folder, 'no/such/folder.json');
    const result = await run(
      ...['grade', id, '--submission', folder, '--reporter', `json=${file}`, '--reporter', 'terminal'],
    );
    expect(result.code).toBe(2);
    expect(result.err).toBe('flow-grade: cannot write folder.json: its folder does not exist; make it first\n');
    expect(result.out).toContain('Start with');
  });

  it('ends with 1 below --fail-under, and with 0 at it', async () => {
    const id = await handIn('exercises');
    const stubs = (points: string) => run('grade', id, '--submission', folder, '--fail-under', points);
    expect((await stubs('0')).code).toBe(0);
    const { code, out, err } = await stubs('0.5');
    expect(code).toBe(1);
    expect(out).toContain('Start with');
    expect(err).toMatch(/^flow-grade: 0 of \d+ points is below --fail-under 0\.5\n$/);
  });

  it('gives right work all its points for another seed too, and keeps to that seed', async () => {
    const id = await handIn('solutions');
    const { code, out } = await run('grade', id, '--submission', folder, '--seed', 'spring-26');
    expect(code).toBe(0);
    expect(out).toContain(`seed spring-26 · ${basename(folder)}\n`);
    expect(out).toContain('Everything passes.');
    const other = await run('grade', id, '--submission', 'exercises', '--seed', 'of two words');
    expect(other.out).toContain(`npm run grade -- --submission exercises --seed TEXT ${Number.parseInt(id, 10)}\n`);
  });

  it('grades exercises that were not handed in as such, with the others', async () => {
    await handIn('solutions');
    const { out } = await run('grade', '--submission', folder, '--reporter', 'json');
    const { exercises } = reportIn(out);
    expect(exercises.map(({ id }) => id)).toEqual(course.map(({ id }) => id));
    expect(exercises.map(({ status }) => status)).toEqual(
      course.map((_exercise, index) => (index === 0 ? 'passed' : 'not-started')),
    );
  });

  it('is the same through the shell, from any folder, for the work in exercises/', async () => {
    const number = String(Number.parseInt(course[0]?.id ?? '', 10));
    const colored = shell(['grade', number], { cwd: folder, env: { FORCE_COLOR: '1' } });
    const plain = shell(['grade', number, '--reporter', 'timing'], { cwd: folder });
    expect([colored.code, colored.err, plain.code]).toEqual([0, '', 0]);
    expect(colored.out).toContain('\u001b[');
    expect(plain.out).not.toContain('\u001b');
    expect(plain.out).toContain(`Start with exercises/${course[0]?.id}/${course[0]?.file}`);
    expect(plain.err).toMatch(/ms {2}all\n$/);
  });
});

describe('a page', () => {
  // Loading what draws is an error here, in every thread.
  const hook =
    "export function resolve(name, context, next) { if (name === 'linkedom' || name === '@observablehq/plot') " +
    'throw new Error(`${name} is not to be loaded`); return next(name, context); }';
  const register = `import { register } from 'node:module'; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hook)}`)});`;
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(register)}` };
  // In the bundle packages have no names any more.
  const command = ['--import', 'tsx', join(KIT, 'grader/cli/main.ts')];

  it('shows the pictures and the source of the exercises that are graded, the same each time', async () => {
    const id = await handIn('solutions');
    const args = ['grade', '1', '--submission', folder, '--reporter', 'html'];
    const { code, out } = shell(args);
    expect(code).toBe(0);
    expect(out).toContain('id="figure-01.likelihood"');
    expect(out).toMatch(/aria-label="The log-likelihood of [^"]+"/);
    expect(out).toMatch(/Your file, \d+ lines/);
    expect(out).not.toContain('id="figure-04.grid"');
    expect(shell(args).out).toBe(out);
    const json = shell(['grade', '1', '--submission', folder, '--reporter', 'json']).out;
    const page = join(folder, 'page.html');
    const report = join(folder, 'report.json');
    shell(['grade', '1', '--submission', folder, '--reporter', `html=${page}`, '--reporter', `json=${report}`]);
    expect(await readFile(page, 'utf8')).toBe(out);
    expect(await readFile(report, 'utf8')).toBe(json);
    await writeFile(join(folder, id, 'coin.ts'), 'export function likelihood( {');
    expect(shell(args).out).toMatch(/class="missing">.*Not drawn: coin\.ts does not parse/);
  });

  it('is all that what draws is loaded for', async () => {
    await handIn('solutions');
    const grade = ['grade', '1', '--submission', folder];
    expect(shell(grade, { env, command })).toMatchObject({ code: 0, err: '' });
    const file = join(folder, 'report.json');
    const both = shell([...grade, '--reporter', 'html', '--reporter', `json=${file}`], { env, command });
    expect(both).toMatchObject({ code: 3, out: '' });
    expect(both.err).toContain('is not to be loaded');
    // A page that cannot be drawn keeps no other report from being written.
    expect(reportIn(await readFile(file, 'utf8')).score).toBe(10);
  });
});

describe('when the grader itself fails', () => {
  it('says so in one line, without a stack or a path, and ends with 3', async () => {
    const err = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const error = new Error(`no file ${join(KIT, 'grader/x.ts')}\n    at somewhere`);
    expect(sayFailure(error)).toBe(3);
    expect(err.mock.calls).toEqual([
      ['flow-grade: the grader itself failed: no file x.ts at somewhere; this costs no points, please report it\n'],
    ]);
    err.mockRestore();
  });

  it('does so for a copy of the kit without its recorded answers, and still writes the report', async () => {
    const kit = join(folder, 'kit');
    await mkdir(kit);
    for (const part of ['grader', 'reference', 'exercises', 'solutions', 'package.json']) {
      await cp(join(KIT, part), join(kit, part), { recursive: true });
    }
    await symlink(join(KIT, 'node_modules'), join(kit, 'node_modules'), 'junction');
    await writeFile(
      join(kit, 'grader/course/recorded/02-affine-change-of-variables.json'),
      '{"seed":"practice","values":{}}',
    );
    const file = join(folder, 'report.json');
    const main = join(kit, 'grader/build/start.mjs');
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [main, 'grade', '1', '2', '--submission', 'solutions', '--reporter', `json=${file}`],
      { cwd: kit, encoding: 'utf8' },
    );
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toMatch(
      /^flow-grade: the grader itself failed: it could not judge \d+ checks, the first is [\w.-]+; this costs no points, please report it\n$/,
    );
    expect(stderr).not.toContain(dirname(folder));
    const { exercises } = reportIn(await readFile(file, 'utf8'));
    expect(exercises.some(({ checks }) => checks.some(({ status: verdict }) => verdict === 'grader-error'))).toBe(true);
  });
});
