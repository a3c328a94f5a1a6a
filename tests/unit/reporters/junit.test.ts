import { expect, it } from 'vitest';
import type { Report } from '#grader/model/report.ts';
import { renderJunit } from '#grader/reporters/junit.ts';
import { allOf, readXml } from '../../support/xml.ts';
import { check, exercise, inProgress, report } from './sample.ts';

const casesIn = (some: Report, options = {}) => allOf(readXml(renderJunit(some, options)), 'testcase');

it('has a suite for each exercise and a case for each check, by the name of the law', () => {
  const root = readXml(renderJunit(inProgress));
  expect(Object.fromEntries(root.attributes)).toEqual({
    name: 'flow-grade exercises',
    tests: '16',
    failures: '5',
    errors: '0',
    time: '0',
  });
  expect(allOf(root, 'testsuite').map(({ attributes }) => attributes.get('name'))).toEqual([
    'exercises / 01-coin-mle',
    'exercises / 02-affine-change-of-variables',
    'exercises / 04-planar-log-det',
    'exercises / 06-euler-cnf',
    'exercises / 08-hutchinson-estimator',
  ]);
  const properties = allOf(root, 'property').slice(0, 2);
  expect(properties.map(({ attributes }) => [...attributes.values()])).toEqual([
    ['score', '10'],
    ['maxScore', '10'],
  ]);
  expect(allOf(root, 'system-out').map(({ text }) => text)).toEqual(['hello\nx = [1, 2]']);
});

it('says of a failed check its points, what happened, and where', () => {
  const failed = casesIn(inProgress).find(({ attributes }) => attributes.get('name')?.startsWith('solve follows'));
  expect(Object.fromEntries(failed?.attributes ?? [])).toEqual({
    name: 'solve follows the field from 0 to 1',
    classname: '06-euler-cnf',
    file: 'exercises/06-euler-cnf/euler.ts',
    line: '18',
    time: '0',
  });
  const [failure] = failed?.children ?? [];
  expect(Object.fromEntries(failure?.attributes ?? [])).toEqual({
    message: '(0/6) used up its fuel',
    type: 'out-of-fuel',
  });
  expect(failure?.text).toBe('used up its fuel\nDoes every loop come to an end?\neuler.ts:18');
});

it('fails the first check of a file that does not load, at the fault, and skips the others', () => {
  const [file, ...others] = casesIn(inProgress).filter(({ attributes }) =>
    attributes.get('classname')?.startsWith('08'),
  );
  expect([file?.attributes.get('line'), file?.children[0]?.name]).toEqual(['7', 'failure']);
  expect(file?.children[0]?.text).toBe('hutchinson.ts does not parse: Expected ";" but found "}"');
  expect(others.every(({ children }) => children[0]?.name === 'skipped')).toBe(true);
});

it('has an error, and no failure, where the grader could not judge', () => {
  const checks = [check('f', 'holds', { status: 'grader-error', message: 'the reference is silent' })];
  const [only] = casesIn(report([exercise('01-coin-mle', 'Coin MLE', checks)]));
  expect(only?.children.map(({ name, text }) => [name, text])).toEqual([
    ['error', 'could not be graded, which costs no points\nthe reference is silent'],
  ]);
});

it('numbers checks of one name, and names files as the repository does', () => {
  const checks = [check('f', 'holds'), check('f', 'holds'), check('f', 'holds #2')];
  const some = report([exercise('01-coin-mle', 'Coin MLE', checks)], { submission: 'ada' });
  expect(casesIn(some).map(({ attributes }) => attributes.get('name'))).toEqual([
    'f holds',
    'f holds #2',
    'f holds #2 #2',
  ]);
  const fileIn = (options: object) => casesIn(some, options)[0]?.attributes.get('file');
  expect(fileIn({})).toBe('ada/01-coin-mle/coin.ts');
  expect(fileIn({ folder: './work/exercises/' })).toBe('work/exercises/01-coin-mle/coin.ts');
  expect(fileIn({ folder: '.' })).toBe('01-coin-mle/coin.ts');
  expect(fileIn({ strict: true })).toBeUndefined();
});
