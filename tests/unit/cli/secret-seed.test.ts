import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { chooseSeed } from '#grader/cli/seed.ts';
import { affine } from '#grader/course/02-affine-change-of-variables.ts';
import { course } from '#grader/course/course.ts';
import { ModuleSubject } from '#grader/engine/module-subject.ts';
import { runExercise } from '#grader/engine/run-exercise.ts';
import { withhold } from '#grader/engine/withhold.ts';
import { type Report, reportSchema } from '#grader/model/report.ts';
import { formatValue, type Value } from '#grader/model/value.ts';
import { renderHtml } from '#grader/reporters/html.ts';
import { renderTerminal } from '#grader/reporters/terminal.ts';
import * as solution from '#solutions/02-affine-change-of-variables/affine.ts';
import { textOf } from '../../support/hostile-texts.ts';
import { run } from '../../support/in-process.ts';
import { PROJECT } from '../../support/project.ts';
import { check, exercise, report } from '../reporters/sample.ts';

const SEED = 'of-9f2c41-nobody-knows';
const NAMES = Object.keys(affine.functions);

/** Right for some calls, so that laws are reached; then says all that it was called with, each function by other means. */
const SPY = `${await readFile(join(PROJECT, 'solutions', affine.id, affine.file), 'utf8').then((text) =>
  NAMES.reduce(
    (changed, name) => changed.replaceAll(new RegExp(`\\b${name}\\(`, 'g'), `${name}Right(`),
    text,
  ).replaceAll('export ', ''),
)}
const seen: unknown[] = [];
const tell = () => JSON.stringify(seen.slice(-60));
const spy = (right: any, means: () => any) => (...args: any[]) => {
  seen.push(args);
  console.log(tell());
  return seen.length < 45 ? right(...args) : means();
};
export const forward = spy(forwardRight, () => { throw new Error(tell()); });
export const inverse = spy(inverseRight, () => ({ [tell()]: tell() }));
export const logAbsDetInverse = spy(logAbsDetInverseRight, () => { class Told {} ; Object.defineProperty(Told, 'name', { value: tell() }); throw new Told(); });
export const logDensity = spy(logDensityRight, () => seen.length + (seen.at(-2) as any)[0] / 1e3);
export const pushforward = spy(pushforwardRight, () => seen.flat(3).filter((told) => typeof told === 'number'));
`;

/** The numbers that checks call the functions with, when they have two decimals or more, as texts. */
async function hiddenNumbers(): Promise<Set<string>> {
  const texts: string[] = [];
  const right = new ModuleSubject({ ...solution });
  const note = (args: readonly Value[]) => texts.push(formatValue(args));
  const subject = {
    spent: 0,
    refuel() {},
    call(name: string, args: readonly Value[]) {
      note(args);
      return right.call(name, args);
    },
    watch(name: string, args: readonly Value[]) {
      note(args);
      return right.watch(name, args);
    },
  };
  for (const each of affine.checks) {
    await runExercise({
      exercise: { ...affine, checks: [each] },
      // What is expected has no part in what is asked.
      oracle: { ask: () => 0 },
      seed: SEED,
      start: async () => subject,
      earlier: [],
      onStart() {},
      onVerdict() {},
    });
  }
  // What the course says of itself is no secret.
  const own = numbersIn(JSON.stringify(course));
  return new Set([...numbersIn(texts.join(' '))].filter((number) => !own.has(number)));
}

const numbersIn = (text: string) => new Set(text.match(/\d+\.\d{2,}/g));

const hidden = await hiddenNumbers();
const figuresIn = (page: string) => page.match(/<figure.*?<\/figure>/gs);
const withoutFigures = (page: string) => textOf(page.replace(/<figure.*?<\/figure>/gs, ''));

let folder: string;
const at = (path: string) => join(folder, path);
const read = (path: string) => readFile(at(path), 'utf8');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flow-grade-secret-'));
  await writeFile(at('seed.txt'), `${SEED}\n`);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A right file and a spy. */
async function handIn(student: string): Promise<void> {
  await mkdir(at(`${student}/01-coin-mle`), { recursive: true });
  await mkdir(at(`${student}/${affine.id}`), { recursive: true });
  await cp(join(PROJECT, 'solutions/01-coin-mle/coin.ts'), at(`${student}/01-coin-mle/coin.ts`));
  await writeFile(at(`${student}/${affine.id}/${affine.file}`), SPY);
}

function grade(...args: string[]) {
  const files = ['terminal', 'json', 'html'].flatMap((name) => ['--reporter', `${name}=${at(name)}`]);
  return run('grade', '2', '--submission', at('spy'), ...files, ...args);
}

/** What the counterexample of a failed check shows, and what was expected there. */
const shownIn = (report: Report) =>
  numbersIn(
    report.exercises.flatMap(({ checks }) => checks.map((each) => `${each.counterexample} ${each.expected}`)).join(' '),
  );

describe('a secret seed', () => {
  it('is in no report, and of its inputs only counterexamples are, whatever student code says', async () => {
    await handIn('spy');
    expect(await grade('--secret-seed-from', at('seed.txt'))).toEqual({ code: 0, out: '', err: '' });
    const texts = [await read('terminal'), await read('json'), withoutFigures(await read('html'))];
    const secret = reportSchema.parse(JSON.parse(await read('json')));
    expect(secret).toMatchObject({ seed: 'secret', withheld: 'answers' });
    const shown = shownIn(secret);
    expect([...hidden].some((number) => shown.has(number))).toBe(true);
    for (const text of texts) {
      expect(text).not.toContain(SEED);
      expect([...numbersIn(text)].filter((number) => hidden.has(number) && !shown.has(number))).toEqual([]);
    }
    expect(texts[0]).toContain('seed secret');
    expect(texts[0]).toContain('  What your code printed and answered is withheld by the instructor.\n');
    expect(texts[0]).not.toMatch(/--(secret-)?seed/);
    const practised = figuresIn((await run('grade', '2', '--submission', at('spy'), '--reporter', 'html')).out) ?? [];
    expect(practised.length).toBeGreaterThan(0);
    expect(figuresIn(await read('html'))).toEqual(practised);
  });

  it('is in no result of a class; --no-counterexamples leaves no input in a student’s report', async () => {
    await handIn('class/spy');
    const batch = (...args: string[]) => run('batch', at('class'), '--out', at('out'), '--jobs', '1', ...args);
    const { code, out } = await batch('--secret-seed-from', at('seed.txt'), '--no-counterexamples');
    expect([code, out.includes('seed secret'), out.includes(SEED)]).toEqual([0, true, false]);
    const told = JSON.parse(await read('out/reports/spy.json'));
    expect(told).toMatchObject({ seed: 'secret', withheld: 'inputs' });
    // Right work has all its points.
    expect(told.exercises[0]).toMatchObject({ status: 'passed', score: 10 });
    for (const text of [await read('out/reports/spy.json'), textOf(await read('out/reports/spy.html'))]) {
      expect([...numbersIn(text)].filter((number) => hidden.has(number))).toEqual([]);
      expect(text).not.toContain('"counterexample"');
    }
    const files = (await readdir(at('out'), { recursive: true })).filter((name) => /\.\w+$/.test(name));
    const results = await Promise.all(files.map(async (name) => [name, await read(`out/${name}`)] as const));
    for (const [name, text] of results) expect(text.includes(SEED), name).toBe(false);
    // The instructor's own part has the verdicts as they were reached, in which the spy tells dozens of inputs.
    const verdicts = results.filter(([name]) => name.includes('verdicts')).map(([, text]) => text);
    expect([...numbersIn(verdicts.join(''))].filter((number) => hidden.has(number)).length).toBeGreaterThan(30);
    // Other reports of the same verdicts.
    await batch('--secret-seed-from', at('seed.txt'));
    const { exercises } = reportSchema.parse(JSON.parse(await read('out/reports/spy.json')));
    expect(exercises[1]?.checks.some(({ counterexample }) => counterexample !== undefined)).toBe(true);
  });

  it('makes shards of one class only with each other, though none of them names it', async () => {
    await mkdir(at('class'));
    await writeFile(at('class/carol.zip'), 'no archive');
    await writeFile(at('other.txt'), 'another-nobody-knows');
    const shard = (out: string, index: number, ...args: string[]) =>
      run('batch', at('class'), '--out', at(out), '--shard', `${index}/2`, '--secret-seed-from', ...args);
    await shard('a', 1, at('seed.txt'));
    await shard('b', 2, at('other.txt'));
    await shard('c', 2, at('seed.txt'), '--no-counterexamples');
    await shard('d', 2, at('seed.txt'));
    const merge = (other: string) => run('merge', at('a'), at(other), '--out', at('merged'));
    expect((await merge('b')).err).toContain('a and b are no shards of one class: the seeds differ; grade them alike');
    expect((await merge('c')).err).toContain('a and c are no shards of one class: only one shows counterexamples; ');
    expect(await merge('d')).toMatchObject({ code: 0, out: expect.stringContaining('seed secret') });
  });

  it.each<[string, string, string]>([
    [
      'nowhere.txt',
      '',
      'there is no file nowhere.txt; --secret-seed-from takes the file that the seed stands in, or - for standard input',
    ],
    ['seed.txt', ' \r\n', 'the secret seed from seed.txt is empty; put a long random text there'],
    [
      'seed.txt',
      'practice\n',
      'the secret seed from seed.txt is the default seed, which everybody knows; put a long random text there',
    ],
    ['.', '', expect.stringMatching(/^cannot read the secret seed from .+ \(EISDIR\)$/)],
  ])('%s with %j is refused in one line', async (name, content, message) => {
    if (content !== '') await writeFile(at(name), content);
    for (const command of [
      ['grade', '--submission', at('spy')],
      ['batch', at('class'), '--out', at('out')],
    ]) {
      const { code, out, err } = await run(...command, '--secret-seed-from', at(name));
      expect([code, out]).toEqual([2, '']);
      expect(err.replace(/^flow-grade: |\n$/g, '')).toEqual(message);
    }
  });

  it('is given instead of --seed, or on standard input', async () => {
    expect((await run('grade', '--seed', 'a', '--secret-seed-from', at('seed.txt'))).err).toContain(
      "option '--secret-seed-from <FILE>' cannot be used with option '--seed <TEXT>'",
    );
    const input = vi.spyOn(process, 'stdin', 'get');
    try {
      const from = (text: string) => {
        input.mockReturnValue(Readable.from([text]) as typeof process.stdin);
        return chooseSeed({ seed: 'practice', secretSeedFrom: '-', counterexamples: true });
      };
      expect(await from('from a pipe\n')).toEqual({
        seed: 'from a pipe',
        withholding: { seed: true, counterexamples: false },
      });
      await expect(from('')).rejects.toThrow('the secret seed from standard input is empty');
    } finally {
      input.mockRestore();
    }
  });
});

describe('a withheld report', () => {
  const place = { file: '01-coin-mle/coin.ts', line: 3, column: 5 };
  const failed = check('likelihood', 'is right', {
    status: 'failed',
    message: 'likelihood gives another value',
    expected: '0.5',
    actual: '0.25',
    tolerance: '± 1e-9',
    counterexample: 'likelihood([1], 0.5)',
    misconception: 'known',
    hint: 'Think.',
    search: 'found after 3 of 60 inputs',
    location: place,
  });
  const missing = check('other', 'is there', {
    status: 'failed',
    message: 'coin.ts exports no function other; its name must stay as it was',
  });
  const law = check('likelihood', 'holds', {
    status: 'failed',
    kind: 'property',
    message: 'it does not',
    expected: '0.123',
    counterexample: 'likelihood([0], 0.1)',
  });
  const slow = check('slow', 'ends', {
    status: 'out-of-fuel',
    message: 'used up its fuel',
    hint: 'Does it end?',
    location: place,
  });
  const whole = report([
    exercise('01-coin-mle', 'Coin', [failed, law, missing, slow], { console: ['0.25'], fuel: 123_456 }),
  ]);
  const checksOf = ({ exercises }: Report) =>
    exercises[0]?.checks.map(({ id, title, kind, function: _, score, maxScore, ...rest }) => rest);

  it('is the report itself when nothing is withheld', () => {
    expect(withhold(whole, { seed: false, counterexamples: false })).toBe(whole);
  });

  it('keeps the course’s own words, and a counterexample unless that is withheld as well', () => {
    const answer = 'what your code answered is withheld, because it could hold inputs that are secret';
    const shared = [
      { status: 'failed', message: missing.message },
      { status: 'out-of-fuel', message: 'used up its fuel', hint: 'Does it end?' },
    ];
    const secret = withhold(whole, { seed: true, counterexamples: false });
    expect(checksOf(secret)).toEqual([
      {
        status: 'failed',
        message: answer,
        expected: '0.5',
        tolerance: '± 1e-9',
        counterexample: 'likelihood([1], 0.5)',
        misconception: 'known',
        hint: 'Think.',
      },
      { status: 'failed', message: answer, counterexample: 'likelihood([0], 0.1)' },
      ...shared,
    ]);
    expect(secret.exercises[0]).toMatchObject({ fuel: 100_000, score: whole.score });
    expect(secret.exercises[0]?.console).toBeUndefined();
    const bare = withhold(whole, { seed: false, counterexamples: true });
    expect([bare.seed, bare.withheld]).toEqual(['practice', 'inputs']);
    expect(checksOf(bare)).toEqual([
      { status: 'failed', message: answer, misconception: 'known', hint: 'Think.' },
      { status: 'failed', message: answer },
      ...shared,
    ]);
    for (const each of [secret, bare]) expect(reportSchema.parse(each)).toEqual(each);
  });

  it('says so in one line, for people', () => {
    const bare = withhold(whole, { seed: false, counterexamples: true });
    const line = 'Inputs, and what your code made of them, are withheld by the instructor.';
    expect(renderTerminal(bare, { color: false }).split('\n')[1]).toBe(`  ${line}`);
    expect(renderHtml(bare)).toContain(`<p>${line}</p>`);
  });
});
