import type { CheckReport, ExerciseReport, Report } from '#grader/model/report.ts';

/** A check's report; what is not said is that of a passed check of one point. */
export function check(
  name: string,
  title: string,
  rest: Partial<CheckReport> & { status?: CheckReport['status'] } = {},
): CheckReport {
  const status = rest.status ?? 'passed';
  const maxScore = rest.maxScore ?? 1;
  return {
    id: `00.${name}.${title.replaceAll(/\W+/g, '-')}`,
    title,
    kind: 'example',
    function: name,
    ...rest,
    status,
    score: status === 'passed' ? maxScore : 0,
    maxScore,
  };
}

/** An exercise's report with its sums and status. */
export function exercise(
  id: string,
  title: string,
  checks: CheckReport[],
  rest: Partial<ExerciseReport> = {},
): ExerciseReport {
  const score = checks.reduce((sum, each) => sum + each.score, 0);
  const maxScore = checks.reduce((sum, each) => sum + each.maxScore, 0);
  const isFresh = checks.every(({ status }) => status === 'not-started');
  const status = isFresh ? 'not-started' : score === maxScore ? 'passed' : score === 0 ? 'failed' : 'partial';
  return {
    id,
    file: FILES.get(id) ?? 'file.ts',
    title,
    core: true,
    score,
    maxScore,
    status,
    fuel: 0,
    checks,
    ...rest,
  };
}

/** A whole report with its sums. */
export function report(exercises: ExerciseReport[], rest: Partial<Report> = {}): Report {
  const sum = (some: readonly ExerciseReport[]) => ({
    score: some.reduce((total, each) => total + each.score, 0),
    maxScore: some.reduce((total, each) => total + each.maxScore, 0),
  });
  return {
    format: 'flow-grade-report/1',
    kit: '1.0.0',
    seed: 'practice',
    isolation: 'QuickJS in WebAssembly',
    submission: 'exercises',
    ...sum(exercises),
    core: sum(exercises.filter(({ core }) => core)),
    extension: sum(exercises.filter(({ core }) => !core)),
    ignored: [],
    exercises,
    ...rest,
  };
}

/** The twelve exercises' folders, files, titles and functions, as far as the tests need them. */
export const FOLDERS: readonly (readonly [id: string, file: string, title: string, functions: readonly string[]])[] = [
  ['01-coin-mle', 'coin.ts', 'Coin MLE', ['likelihood', 'negativeLogLikelihood', 'maximumLikelihood', 'mostLikely']],
  ['02-affine-change-of-variables', 'affine.ts', 'Affine change of variables', ['forward', 'inverse', 'logDensity']],
  ['03-composition', 'composition.ts', 'Composition', ['forward', 'logDensity']],
  ['04-planar-log-det', 'planar.ts', 'Planar log-det', ['forward', 'logDetJacobian', 'constrain', 'inverse']],
  ['05-real-nvp-coupling', 'coupling.ts', 'Real NVP coupling', ['forward', 'inverse']],
  ['06-euler-cnf', 'euler.ts', 'Euler CNF', ['eulerStep', 'solve', 'solveBackward']],
  ['07-probability-path', 'path.ts', 'Probability path', ['flowMap', 'divergence']],
  ['08-hutchinson-estimator', 'hutchinson.ts', 'Hutchinson estimator', ['rademacher', 'traceEstimate']],
  ['09-cnf-log-density', 'cnf.ts', 'CNF log-density', ['push', 'logDensity']],
  ['10-likelihood-training', 'training.ts', 'Likelihood training', ['gradient', 'train', 'fitPlanarFlow']],
  ['11-adjoint', 'adjoint.ts', 'Adjoint', ['backpropagate']],
  ['12-flow-matching', 'flow-matching.ts', 'Flow matching', ['interpolate', 'gaussianVelocity']],
];

const FILES = new Map(FOLDERS.map(([id, file]) => [id, file]));

/** Every exercise with the same thing to say about each of its functions. */
export function courseOf(checksOf: (name: string) => CheckReport[], rest: Partial<Report> = {}): Report {
  return report(
    FOLDERS.map(([id, , title, functions]) =>
      exercise(id, title, functions.flatMap(checksOf), { core: FILES.get(id) !== 'composition.ts' }),
    ),
    rest,
  );
}

const one = (name: string) => check(name, 'is what the lecture says', { status: 'not-started' });
export const untouched = courseOf((name) => [one(name)]);
export const finished = courseOf((name) => [check(name, 'is what the lecture says', { maxScore: 3 })]);

/** A few exercises with one failure of each sort. */
export const inProgress = report(
  [
    exercise('01-coin-mle', 'Coin MLE', [check('likelihood', 'is the probability', { maxScore: 10 })]),
    exercise('02-affine-change-of-variables', 'Affine change of variables', [
      check('forward', 'is a·x + b', { maxScore: 9 }),
      check('logDensity', 'is the log-density of N(b, a²)', {
        status: 'failed',
        maxScore: 3,
        message: 'logDensity gives another value',
        counterexample: 'logDensity(1.5, { a: -2, b: 0 })',
        expected: '-1.893335714',
        actual: 'NaN',
        tolerance: '± 1e-9, absolute and relative',
        misconception: 'absolute-value-missing',
        hint: 'This is log a. For a < 0 the change of variables needs log |a|.',
      }),
      check('logDensity', 'stays finite', { status: 'skipped', message: 'counts once logDensity matches' }),
      check('logDensity', 'integrates to 1', {
        status: 'skipped',
        maxScore: 2,
        message: 'counts once logDensity matches its first check',
      }),
    ]),
    exercise(
      '04-planar-log-det',
      'Planar log-det',
      [
        check('forward', 'is x + tanh(bᵀx + c)·a', { maxScore: 6 }),
        check('logDetJacobian', 'is the log-determinant', { maxScore: 1 }),
        check('logDetJacobian', 'agrees with log |det J| of your own forward', {
          kind: 'property',
          status: 'failed',
          maxScore: 4,
          message: 'logDetJacobian is not log |det J| of forward',
          counterexample: 'logDetJacobian([0], { a: [1], b: [1], c: 1 })',
          expected: '0.350639',
          actual: '0.566219',
          tolerance: '± 1e-6',
          search: 'found after 1 of 100 inputs, made smaller 14 times',
          hint: '1 + tanh(·) aᵀb was used where the Jacobian has tanh′(·) = 1 − tanh².',
        }),
        check('logDetJacobian', 'costs O(d)', { status: 'failed', message: 'too dear' }),
        check('constrain', 'gives an invertible layer', { status: 'not-started', maxScore: 4 }),
        check('inverse', 'undoes forward', { status: 'not-started', maxScore: 4 }),
      ],
      { console: ['hello', 'x = [1, 2]'] },
    ),
    exercise('06-euler-cnf', 'Euler CNF', [
      check('eulerStep', 'is x + h·u(x, t)', { maxScore: 3 }),
      check('solve', 'follows the field from 0 to 1', {
        status: 'out-of-fuel',
        maxScore: 6,
        message: 'used up its fuel',
        hint: 'Does every loop come to an end?',
        location: { file: '06-euler-cnf/euler.ts', line: 18, column: 3 },
      }),
      check('solve', 'evaluates u once a step', { status: 'skipped', message: 'not run' }),
      check('solveBackward', 'undoes solve', {
        status: 'skipped',
        message: 'counts once solve matches its first check',
      }),
    ]),
    exercise(
      '08-hutchinson-estimator',
      'Hutchinson estimator',
      [check('rademacher', 'is ±1', { status: 'skipped', maxScore: 20 })],
      {
        status: 'broken',
        message: 'hutchinson.ts does not parse: Expected ";" but found "}"',
        location: { file: '08-hutchinson-estimator/hutchinson.ts', line: 7, column: 1 },
      },
    ),
  ],
  { ignored: ['.DS_Store', 'node_modules/', 'package.json'] },
);

/** Every text of a report is the same. */
export function filledWith(text: string): Report {
  const filled = courseOf(
    (name) => [
      check(name, text, {
        status: 'failed',
        message: text,
        expected: text,
        actual: `${text}!`,
        tolerance: text,
        counterexample: text,
        search: text,
        misconception: text,
        hint: text,
        location: { file: text, line: 1, column: 1 },
      }),
      check(name, text, { status: 'skipped', message: text }),
      check(text, text, { status: 'out-of-fuel', message: text }),
      check(text, text),
    ],
    { ignored: [text, text], submission: text, seed: text, kit: text, isolation: text },
  );
  return {
    ...filled,
    exercises: filled.exercises.map((each, index) => ({
      ...each,
      title: text,
      message: text,
      console: [text, text],
      ...(index % 3 === 0 && { id: text, file: text, status: 'broken' as const }),
    })),
  };
}
