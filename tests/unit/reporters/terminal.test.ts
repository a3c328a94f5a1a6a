import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Report, reportSchema } from '#grader/model/report.ts';
import { MAX_LINES, renderTerminal } from '#grader/reporters/terminal.ts';
import { check, courseOf, exercise, finished, inProgress, report, untouched } from './sample.ts';

const plain = (some: Report, width?: number) =>
  renderTerminal(some, { color: false, ...(width === undefined ? {} : { width }) });

const alone = (id: string) => report(inProgress.exercises.filter((each) => each.id === id));

const HOSTILE =
  '\u001b[2J\u001b]0;title\u0007\u009b31m\r\rovertyped\b\b\t\u202Ereversed\u2066\u200b\ud800\u{e0041}\nsecond line\n\n\nlast';

/** Every text field of every check is the same. */
function filledWith(text: string): Report {
  return courseOf(
    (name) => [
      check(name, text, {
        status: 'failed',
        message: text,
        expected: text,
        actual: text,
        tolerance: text,
        counterexample: text,
        search: `${text} made smaller`,
        hint: text,
        location: { file: '04-planar-log-det/planar.ts', line: 31, column: 7 },
      }),
      check(name, 'waits', { status: 'skipped', message: text }),
    ],
    { ignored: [text, text], submission: text, seed: text },
  );
}

/** The same with one exercise that has printed the text too. */
function aloneWith(text: string): Report {
  const [first] = filledWith(text).exercises;
  return report(first === undefined ? [] : [{ ...first, title: text, console: [text, text] }], { ignored: [text] });
}

const reports: [string, Report][] = [
  ['untouched stubs', untouched],
  ['finished work', finished],
  ['work in progress', inProgress],
  ...inProgress.exercises.map((each): [string, Report] => [`${each.id} alone`, report([each])]),
  ...(
    [
      ['hostile text', HOSTILE],
      ['long words', 'x'.repeat(2_000)],
      ['long sentences', 'a few words and then some more '.repeat(60)],
      ['wide characters', '正規化フローは密度を変換する。'.repeat(100)],
      ['wide and narrow characters', 'a正'.repeat(500)],
      ['combining characters', 'e\u0301\u0323'.repeat(600)],
      ['many combining characters on one', `e${'\u0301'.repeat(1_999)}`],
      ['emoji', '🎲👍🏽🇩🇪'.repeat(200)],
      ['line feeds', '\n'.repeat(500)],
      ['nothing', ''],
    ] as const
  ).flatMap(([name, text]): [string, Report][] => [
    [name, filledWith(text)],
    [`${name}, one exercise alone`, aloneWith(text)],
  ]),
];

describe.each(reports)('%s', (_name, some) => {
  it('is a report', () => {
    expect(() => reportSchema.parse(some)).not.toThrow();
  });

  it.each([80, 60])('has no line wider than %i columns', (width) => {
    const wide = plain(some, width)
      .split('\n')
      .filter((line) => columns(line) > width);
    expect(wide).toEqual([]);
  });

  it('has no more lines than fit on a screen, when it is on several exercises', () => {
    const lines = plain(some).split('\n').length - 1;
    if (some.exercises.length > 1) expect(lines).toBeLessThanOrEqual(MAX_LINES);
  });

  it('holds nothing that a terminal would obey', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(plain(some)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/);
    expect(plain(some)).not.toMatch(/\p{Cs}/u);
  });

  it('says the same with colour as without', () => {
    const colored = renderTerminal(some, { color: true });
    expect(colored).toContain('\u001b[');
    expect(stripVTControlCharacters(colored)).toBe(plain(some));
  });

  it('has no spaces at the ends of lines and one line feed at the end', () => {
    expect(plain(some)).not.toMatch(/ \n|\n\n$/);
    expect(plain(some).endsWith('\n')).toBe(true);
  });
});

it('begins with the first step where nothing is begun', () => {
  expect(plain(untouched)).toMatchInlineSnapshot(`
    "flow-grade 1.0.0 · QuickJS in WebAssembly · seed practice

      1 ★ Coin MLE                    ··········     0/4   not started
      2 ★ Affine change of variables  ··········     0/3   not started
      3   Composition                 ··········     0/2   not started
      4 ★ Planar log-det              ··········     0/4   not started
      5 ★ Real NVP coupling           ··········     0/2   not started
      6 ★ Euler CNF                   ··········     0/3   not started
      7 ★ Probability path            ··········     0/2   not started
      8 ★ Hutchinson estimator        ··········     0/2   not started
      9 ★ CNF log-density             ··········     0/2   not started
     10 ★ Likelihood training         ··········     0/3   not started
     11 ★ Adjoint                     ··········     0/1   not started
     12 ★ Flow matching               ··········     0/2   not started

      core 0/28   extension 0/2

      Start with exercises/01-coin-mle/coin.ts, function likelihood.
      Then: npm run grade -- 1
    "
  `);
});

it('says what to do, the earliest exercise first, and counts what does not fit', () => {
  expect(plain(inProgress)).toMatchInlineSnapshot(`
    "flow-grade 1.0.0 · QuickJS in WebAssembly · seed practice

      1 ★ Coin MLE                    ██████████   10/10
      2 ★ Affine change of variables  ██████····    9/15   1 wrong
      4 ★ Planar log-det              ███▌······    7/20   1 wrong, 2 not started
      6 ★ Euler CNF                   ██▋·······    3/11   1 did not finish
      8 ★ Hutchinson estimator        ··········    0/20   does not load

      2 · logDensity  ✗ is the log-density of N(b, a²)                      3 points
        input      logDensity(1.5, { a: -2, b: 0 })
        expected   -1.893335714  (± 1e-9, absolute and relative)
        yours      NaN
        This is log a. For a < 0 the change of variables needs log |a|.
        hint: npm run hint -- 2 · 2 more checks wait on this one

      4 · logDetJacobian  ✗ agrees with log |det J| of your own forward     4 points
        logDetJacobian is not log |det J| of forward
        smallest   logDetJacobian([0], { a: [1], b: [1], c: 1 })
        expected   0.350639  (± 1e-6)
        yours      0.566219
        1 + tanh(·) aᵀb was used where the Jacobian has tanh′(·) = 1 − tanh².
        found after 1 of 100 inputs, made smaller 14 times · 1 more check fails

      6 · solve  ✗ used up its fuel                                         6 points
        while checking that it follows the field from 0 to 1
        Does every loop come to an end?
        euler.ts:18 · hint: npm run hint -- 6 · 1 more check waits on this one

      1 more: npm run grade -- 8

      not used: .DS_Store, node_modules/, package.json
      Your code printed something in 4; to see it: npm run grade -- 4

      core 29/76   ·  next: npm run grade -- 2
    "
  `);
});

it('shows everything about one exercise: every function, and what was printed', () => {
  expect(plain(alone('04-planar-log-det'))).toMatchInlineSnapshot(`
    "flow-grade 1.0.0 · QuickJS in WebAssembly · seed practice

      4 ★ Planar log-det  ███▌······    7/20   1 wrong, 2 not started

      4 · logDetJacobian  ✗ agrees with log |det J| of your own forward     4 points
        logDetJacobian is not log |det J| of forward
        smallest   logDetJacobian([0], { a: [1], b: [1], c: 1 })
        expected   0.350639  (± 1e-6)
        yours      0.566219
        1 + tanh(·) aᵀb was used where the Jacobian has tanh′(·) = 1 − tanh².
        found after 1 of 100 inputs, made smaller 14 times · 1 more check fails

      not started: constrain, inverse

      printed by your code
      │ hello
      │ x = [1, 2]

      core 7/20   ·  next: npm run grade -- 4
    "
  `);
});

it('makes do with ASCII signs', () => {
  const text = renderTerminal(alone('06-euler-cnf'), { color: false, unicode: false });
  expect(text).toMatchInlineSnapshot(`
    "flow-grade 1.0.0 - QuickJS in WebAssembly - seed practice

      6 * Euler CNF  ##--------    3/11   1 did not finish, 1 waiting

      6 - solve  x used up its fuel                                         6 points
        while checking that it follows the field from 0 to 1
        Does every loop come to an end?
        euler.ts:18 - hint: npm run hint -- 6 - 1 more check waits on this one

      waiting: solveBackward (counts once solve matches its first check)

      core 3/11   -  next: npm run grade -- 6
    "
  `);
});

describe('the state of an exercise in words', () => {
  const state = (some: Report) => /\d+\/\d+ *(.*)/.exec(plain(some).split('\n')[2] ?? '')?.[1];
  const of = (...statuses: Parameters<typeof check>[2][]) =>
    state(
      report([
        exercise(
          '04-x',
          'X',
          statuses.map((rest, index) => check(`f${index}`, 'holds', rest)),
        ),
      ]),
    );

  it.each([
    ['1 wrong', [{}, { status: 'failed' }]],
    ['2 wrong', [{ status: 'failed' }, { status: 'failed' }]],
    ['1 wrong, 2 not started', [{ status: 'failed' }, { status: 'not-started' }, { status: 'not-started' }]],
    ['1 did not finish', [{}, { status: 'out-of-fuel' }]],
    ['2 did not finish', [{ status: 'out-of-memory' }, { status: 'out-of-time' }]],
    [
      '1 wrong, 1 did not finish, 1 not started',
      [{ status: 'failed' }, { status: 'out-of-fuel' }, { status: 'not-started' }],
    ],
    ['1 waiting', [{}, { status: 'skipped' }]],
    ['1 not graded', [{}, { status: 'grader-error' }]],
    ['not started', [{ status: 'not-started' }]],
    ['', [{}, {}]],
  ] as const)('%s', (words, statuses) => {
    expect(of(...statuses)).toBe(words);
  });

  it('leaves out from the end what does not fit', () => {
    const statuses = ['failed', 'out-of-fuel', 'not-started'] as const;
    const checks = statuses.map((status) => check(status, 'holds', { status }));
    expect(state(report([exercise('04-x', 'A title of thirty characters..', checks)]))).toBe('1 wrong');
    expect(state(report([exercise('04-x', 'A title of 26 characters..', checks)]))).toBe('1 wrong, 1 did not finish');
  });

  it('tells a file that does not load, and one that is not there', () => {
    const checks = [check('f', 'holds', { status: 'not-started' })];
    expect(state(report([exercise('04-x', 'X', checks, { status: 'broken', message: 'x.ts is empty' })]))).toBe(
      'does not load',
    );
    const missing = report([exercise('04-x', 'X', checks, { message: '04-x/x.ts was not found in the submission' })]);
    expect(state(missing)).toBe('not found');
    expect(plain(missing)).toContain('\n  04-x/x.ts was not found in the submission\n');
  });
});

describe('the bar', () => {
  const bar = (score: number, maxScore: number, unicode = true) => {
    const checks = [
      check('f', 'a', { maxScore: score }),
      check('g', 'b', { status: 'failed', maxScore: maxScore - score }),
    ];
    const text = renderTerminal(report([exercise('04-x', 'X', checks)]), { color: false, unicode });
    return /\S{10}(?= +\d+\/\d+)/.exec(text)?.[0];
  };

  it('is filled in eighths, and full only for all the points', () => {
    expect(bar(0, 20)).toBe('··········');
    expect(bar(9, 15)).toBe('██████····');
    expect(bar(3, 20)).toBe('█▌········');
    expect(bar(1, 80)).toBe('▏·········');
    expect(bar(99, 100)).toBe('█████████▉');
    expect(bar(100, 100)).toBe('██████████');
  });

  it('has whole cells only in ASCII', () => {
    expect(bar(3, 20, false)).toBe('#---------');
    expect(bar(99, 100, false)).toBe('#########-');
  });
});

describe('a failed check', () => {
  const only = (rest: Parameters<typeof check>[2]) =>
    plain(report([exercise('04-x', 'X', [check('f', 'holds', { status: 'failed', maxScore: 2, ...rest })])]));

  it('names the input "input", or "smallest" when it was made smaller', () => {
    expect(only({ counterexample: 'f(3)' })).toContain('\n    input      f(3)\n');
    expect(only({ counterexample: 'f(3)', search: 'found after 2 of 60 inputs' })).toContain('\n    input      f(3)\n');
    expect(only({ counterexample: 'f(0)', search: 'found after 2 of 60 inputs, made smaller once' })).toContain(
      '\n    smallest   f(0)\n',
    );
  });

  it('leaves out a message that repeats the values, and no other', () => {
    const values = { expected: '1', actual: 'threw Error: no' };
    expect(only({ ...values, message: 'f threw Error: no' })).not.toContain('f threw');
    expect(only({ ...values, message: 'f gives another value' })).not.toContain('another');
    expect(only({ ...values, message: 'f is not symmetric' })).toContain('f is not symmetric');
    expect(only({ message: 'f gives another value' })).toContain('f gives another value');
  });

  it('shows its tolerance, its hint and where it was thrown', () => {
    const text = only({
      expected: '1',
      tolerance: '± 1e-9',
      hint: 'Think again.',
      location: { file: '04-x/x.ts', line: 31, column: 2 },
    });
    expect(text).toContain('    expected   1  (± 1e-9)\n');
    expect(text).toContain('    Think again.\n    x.ts:31 · hint: npm run hint -- 4\n');
  });

  it('counts the other checks of its function', () => {
    const rest = (...statuses: ('failed' | 'skipped' | 'passed' | 'grader-error')[]) =>
      plain(
        report([
          exercise('04-x', 'X', [
            check('f', 'holds', { status: 'failed' }),
            ...statuses.map((status, index) => check('f', `holds ${index}`, { status })),
            check('g', 'holds', { status: 'failed' }),
          ]),
        ]),
      );
    expect(rest('passed')).not.toContain('more check');
    expect(rest('skipped')).toContain('    hint: npm run hint -- 4 · 1 more check waits on this one\n');
    expect(rest('skipped', 'skipped')).toContain('    hint: npm run hint -- 4 · 2 more checks wait on this one\n');
    expect(rest('failed')).toContain('    hint: npm run hint -- 4 · 1 more check fails\n');
    expect(rest('failed', 'failed', 'skipped')).toContain('    1 more check waits on this one · 2 more checks fail\n');
    expect(rest('grader-error')).toContain('    hint: npm run hint -- 4 · 1 more check could not be graded\n');
  });

  it('does not claim that checks wait on it that wait on another function', () => {
    const text = plain(
      report([
        exercise('04-x', 'X', [
          check('f', 'is right'),
          check('f', 'holds', { status: 'failed' }),
          check('f', 'agrees with g', { status: 'skipped' }),
        ]),
      ]),
    );
    expect(text).toContain('    hint: npm run hint -- 4 · 1 more check waits\n');
  });

  it('says when it was the grader that failed', () => {
    const text = only({ status: 'grader-error', message: 'the reference is silent' });
    expect(text).toContain('4 · f  ✗ could not be graded, which costs no points');
    expect(text).toContain('    while checking that it holds\n    the reference is silent\n');
  });
});

describe('the footer', () => {
  it('names the extension only where there is some', () => {
    expect(plain(inProgress)).toContain('  core 29/76   ·  next: npm run grade -- 2\n');
    expect(plain(untouched)).toContain('  core 0/28   extension 0/2\n');
    const [first] = finished.exercises;
    expect(plain(report(first === undefined ? [] : [{ ...first, core: false }]))).toContain('\n  extension 12/12\n');
  });

  it('congratulates when all is done, and points at the course when that was one exercise', () => {
    expect(plain(finished)).toMatch(/\n {2}Everything passes\. Well done!\n$/);
    expect(plain(report(finished.exercises.slice(0, 1)))).toContain('Well done! The whole course: npm run grade\n');
  });

  it('names the next function when nothing is wrong', () => {
    const [done, open] = [finished.exercises[0], untouched.exercises[1]];
    const text = plain(report(done === undefined || open === undefined ? [] : [done, open]));
    expect(text).toContain('Next is exercises/02-affine-change-of-variables/affine.ts, function forward.\n');
    expect(text).toContain('  Then: npm run grade -- 2\n');
  });

  it('does not name a path in exercises/ when the work is elsewhere', () => {
    const text = plain({ ...untouched, submission: 'alice' });
    expect(text).toContain('flow-grade 1.0.0 · QuickJS in WebAssembly · seed practice · alice\n');
    expect(text).toContain('  Start with 01-coin-mle/coin.ts, function likelihood.\n');
  });

  it('names the file to start with, and takes the command it is given', () => {
    const text = renderTerminal(untouched, { color: false, command: 'npm run grade -- --seed a' });
    expect(text).toContain('  Start with exercises/01-coin-mle/coin.ts, function likelihood.\n');
    expect(text).toContain('  Then: npm run grade -- --seed a 1\n');
  });

  it('breaks before a command that does not fit', () => {
    const command = `npm run grade -- --submission ${'x'.repeat(40)}`;
    const text = renderTerminal(inProgress, { color: false, command });
    expect(text).toContain(`\n  core 29/76\n  next: ${command} 2\n`);
  });
});

it('shows at least one failure however long its texts are', () => {
  const text = plain(filledWith('a few words and then some more '.repeat(60)));
  expect(text).toContain('1 · likelihood  ✗ a few words');
  expect(text).toMatch(/\n {2}29 more: npm run grade -- 1\n/);
});

/** Columns as the Unicode tables give them, whole graphemes at a time. */
function columns(line: string): number {
  const wide = /\p{Emoji_Presentation}|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|[\u3000-\u303f]/u;
  let sum = 0;
  for (const { segment } of new Intl.Segmenter().segment(line)) sum += wide.test(segment) ? 2 : 1;
  return sum;
}
