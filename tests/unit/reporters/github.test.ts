import { expect, it } from 'vitest';
import { renderGithub } from '#grader/reporters/github.ts';
import { annotationsIn } from '../../support/result-formats.ts';
import { check, courseOf, exercise, finished, inProgress, report, untouched } from './sample.ts';

it('stands on the student’s line where one is known, the most points first, the total last', () => {
  expect(annotationsIn(renderGithub(inProgress)).map(({ kind, properties }) => [kind, ...properties.values()])).toEqual(
    [
      [
        'error',
        'exercises/08-hutchinson-estimator/hutchinson.ts',
        '7',
        '1',
        'flow-grade 8 · Hutchinson estimator does not load (0/20)',
      ],
      ['error', 'exercises/06-euler-cnf/euler.ts', '18', '3', 'flow-grade 6 · solve (0/7)'],
      ['error', 'exercises/02-affine-change-of-variables/affine.ts', 'flow-grade 2 · logDensity (0/6)'],
      ['error', 'exercises/04-planar-log-det/planar.ts', 'flow-grade 4 · logDetJacobian (1/6)'],
      ['notice', 'flow-grade 29 of 76 points'],
    ],
  );
});

it('writes a message with its lines, percent signs and all, on one line', () => {
  const some = report([
    exercise('01-coin-mle', 'Coin MLE', [
      check('f', 'holds', { status: 'failed', message: '100 % wrong:\n::error::a,b' }),
    ]),
  ]);
  const [line = ''] = renderGithub(some, { folder: 'a,b: c' }).split('\n');
  expect(line).toBe(
    '::error file=a%2Cb%3A c/01-coin-mle/coin.ts,title=flow-grade 1 · f (0/1)::f holds%0A100 %25 wrong:%0A::error::a,b',
  );
});

it('shows ten errors at most, and says how many more there are', () => {
  const some = courseOf((name) => [check(name, 'holds', { status: 'failed', message: 'it does not' })]);
  const all = annotationsIn(renderGithub(some));
  const functions = some.exercises.flatMap(({ checks }) => checks).length;
  expect(all.filter(({ kind }) => kind === 'error')).toHaveLength(10);
  expect(all.at(-1)).toMatchObject({
    kind: 'notice',
    message: expect.stringMatching(new RegExp(` · \\+${functions - 10} more in the report$`)),
  });
});

it('warns of what the grader could not judge, which costs no points', () => {
  const some = report([exercise('01-coin-mle', 'Coin MLE', [check('f', 'holds', { status: 'grader-error' })])]);
  expect(annotationsIn(renderGithub(some)).map(({ kind, message }) => [kind, message])).toEqual([
    ['warning', 'f holds\ncould not be graded, which costs no points'],
    ['notice', 'core 0/1 · 1 check could not be graded, which costs no points'],
  ]);
});

it('has nothing but the total where nothing is wrong', () => {
  for (const some of [untouched, finished]) expect(annotationsIn(renderGithub(some))).toHaveLength(1);
});
