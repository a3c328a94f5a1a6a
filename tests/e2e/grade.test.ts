import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Report, reportSchema } from '#grader/model/report.ts';
import { PROJECT, run, submissionFrom } from '../support/cli.ts';

const parse = (stdout: string): Report => reportSchema.parse(JSON.parse(stdout));
const exerciseIn = (report: Report, number: string) => {
  const exercise = report.exercises.find(({ id }) => id.startsWith(number));
  if (exercise === undefined) throw new Error(`no exercise ${number} in the report`);
  return exercise;
};

describe('grade', () => {
  test('gives the untouched stubs no points and no blame', async () => {
    const { code, stdout, stderr } = await run(['grade', '--reporter', 'json']);
    expect([code, stderr]).toEqual([0, '']);
    const report = parse(stdout);
    expect(report.core).toEqual({ score: 0, maxScore: 100 });
    expect(report.extension).toEqual({ score: 0, maxScore: 60 });
    for (const exercise of report.exercises) {
      expect(exercise.status).toBe('not-started');
      for (const check of exercise.checks) expect(check.status).toBe('not-started');
    }
  });

  test('gives the solutions all points', async () => {
    const args = ['grade', '--submission', 'solutions', '--reporter', 'json'];
    const one = await run(args);
    expect(one.code).toBe(0);
    const report = parse(one.stdout);
    expect(report.core).toEqual({ score: 100, maxScore: 100 });
    expect(report.extension).toEqual({ score: 60, maxScore: 60 });
    expect(report.exercises.map(({ status }) => status)).toEqual(report.exercises.map(() => 'passed'));
  });

  test('charges each fault to its own exercise, and names it for what it is', async () => {
    const solution = (path: string) => readFile(join(PROJECT, 'solutions', path), 'utf8');
    const replace = (text: string, from: string, to: string) => {
      expect(text).toContain(from);
      return text.replace(from, () => to);
    };
    const [coin, affine, euler, hutchinson] = await Promise.all([
      solution('01-coin-mle/coin.ts'),
      solution('02-affine-change-of-variables/affine.ts'),
      solution('06-euler-cnf/euler.ts'),
      solution('08-hutchinson-estimator/hutchinson.ts'),
    ]);
    const planar = await solution('04-planar-log-det/planar.ts');
    const [maximum, pushforward, constrain] = [
      /export function maximumLikelihood\([^)]*\): number \{/.exec(coin)?.[0] ?? '',
      /export function pushforward\([^)]*\): number\[\] \{/.exec(affine)?.[0] ?? '',
      /export function constrain\([^)]*\): PlanarLayer \{/.exec(planar)?.[0] ?? '',
    ];
    const directory = await submissionFrom('solutions', {
      '01-coin-mle/coin.ts': replace(coin, maximum, `${maximum}\n  for (let k = 0; k < 10; ) k += 0;`),
      '02-affine-change-of-variables/affine.ts': replace(
        affine,
        pushforward,
        `${pushforward}\n  const all: number[][] = [];\n  for (;;) all.push(new Array(1_000).fill(0));`,
      ),
      '04-planar-log-det/planar.ts': replace(planar, constrain, `${constrain}\n  throw undefined;`),
      '06-euler-cnf/euler.ts': `${euler}\nexport const oops = ;\n`,
      '08-hutchinson-estimator/hutchinson.ts': replace(
        hutchinson,
        'export function traceEstimate(',
        'function traceEstimate(',
      ),
    });
    const { code, stdout, stderr } = await run(['grade', '--submission', directory, '--reporter', 'json']);
    expect([code, stderr]).toEqual([0, '']);
    const report = parse(stdout);

    const lost = (number: string) =>
      exerciseIn(report, number).checks.filter(({ status }) => status !== 'passed' && status !== 'skipped');
    expect(lost('01').map(({ function: name, status }) => [name, status])).toEqual([
      ['maximumLikelihood', 'out-of-fuel'],
    ]);
    expect(lost('01')[0]?.location?.file).toBe('01-coin-mle/coin.ts');
    expect(lost('02').map(({ function: name, status }) => [name, status])).toEqual([['pushforward', 'out-of-memory']]);
    expect(lost('04').map(({ function: name, message }) => [name, message])).toEqual([
      ['constrain', 'constrain threw undefined, which is not an error'],
    ]);
    expect(exerciseIn(report, '06')).toMatchObject({
      status: 'broken',
      score: 0,
      location: { file: '06-euler-cnf/euler.ts' },
    });
    expect(exerciseIn(report, '06').message).toMatch(/does not parse/);
    expect(lost('08').map(({ function: name, message }) => [name, message])).toContainEqual([
      'traceEstimate',
      'hutchinson.ts exports no function traceEstimate; its name must stay as it was',
    ]);
    expect(exerciseIn(report, '10').status).toBe('passed');
    for (const number of ['01', '02', '04', '08']) expect(exerciseIn(report, number).status).toBe('partial');
    const full = await run(['grade', '--submission', 'solutions', '--reporter', 'json', '1']);
    const right = exerciseIn(parse(full.stdout), '01').checks.filter(
      ({ function: name }) => name !== 'maximumLikelihood',
    );
    for (const check of right) {
      expect(exerciseIn(report, '01').checks.find(({ id }) => id === check.id)?.status, check.id).toBe('passed');
    }
  });

  test('ends a submission in which every function loops for ever, each for itself', async () => {
    const names = ['forward', 'inverse', 'logAbsDetInverse', 'logDensity', 'pushforward'];
    const directory = await submissionFrom('solutions', {
      '02-affine-change-of-variables/affine.ts': names
        .map((name) => `export function ${name}() { for (;;) {} }`)
        .join('\n'),
    });
    const { code, stdout } = await run(['grade', '2', '--submission', directory, '--reporter', 'json']);
    expect(code).toBe(0);
    const { checks } = exerciseIn(parse(stdout), '02');
    for (const name of names) {
      const [first, ...rest] = checks.filter((check) => check.function === name);
      expect(first?.status).toBe('out-of-fuel');
      for (const check of rest) expect(check.status).toBe('skipped');
    }
  });

  test('ends what fuel does not see, and grades the rest', async () => {
    const affine = await readFile(join(PROJECT, 'solutions/02-affine-change-of-variables/affine.ts'), 'utf8');
    const still = affine.replace(/return \(y - map\.b\) \/ map\.a;/, 'return (new Array(2 ** 32 - 1) + "").length;');
    expect(still).not.toBe(affine);
    const directory = await submissionFrom('solutions', {
      '02-affine-change-of-variables/affine.ts': `${still}\nconsole.log('loaded');`,
    });
    const { code, stdout } = await run(['grade', '2', '--submission', directory, '--reporter', 'json']);
    expect(code).toBe(0);
    const { checks, console, fuel } = exerciseIn(parse(stdout), '02');
    expect(console).toEqual(['loaded']);
    expect(fuel).toBeGreaterThan(0);
    const statusOf = (id: string) => checks.find((check) => check.id === id)?.status;
    expect(statusOf('02.inverse.example')).toBe('out-of-time');
    expect(statusOf('02.inverse.domain')).toBe('skipped');
    expect(statusOf('02.forward.example')).toBe('passed');
    expect(statusOf('02.pushforward.samples')).toBe('passed');
  });
});

test('the README shows what the command prints', async () => {
  const readme = await readFile(join(PROJECT, 'README.md'), 'utf8');
  const [stubs, wrong] = [...readme.matchAll(/```text\n([\s\S]*?)\n```/g)].map(([, block]) => block ?? '');
  expect((await run(['grade'])).stdout.trim()).toBe(stubs?.trim());
  const partial = await run(['grade', '4', '--submission', 'tests/fixtures/partial']);
  expect(wrong).toMatch(/logDetJacobian {2}✗/);
  expect(partial.stdout).toContain(wrong);
});

test('the whole course fits a screen of 40 lines and 80 columns', async () => {
  const { stdout } = await run(['grade', '--submission', 'tests/fixtures/partial']);
  const lines = stdout.split('\n');
  expect(lines.length).toBeLessThanOrEqual(40);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});
