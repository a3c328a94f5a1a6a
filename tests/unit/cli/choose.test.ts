import { describe, expect, it } from 'vitest';
import { chooseExercises } from '#grader/cli/choose.ts';
import { UsageError } from '#grader/model/usage-error.ts';

const COURSE = [
  '01-coin-mle',
  '02-affine-change-of-variables',
  '04-planar-log-det',
  '09-cnf-log-density',
  '10-likelihood-training',
  '12-flow-matching',
].map((id) => ({ id }));

const choose = (...asked: string[]) => chooseExercises(asked, COURSE).map(({ id }) => id);
const refusal = (...asked: string[]) => {
  try {
    choose(...asked);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
  }
  return undefined;
};

it('takes all when none is asked for', () => {
  expect(choose()).toEqual(COURSE.map(({ id }) => id));
});

it.each([
  ['4', '04-planar-log-det'],
  ['04', '04-planar-log-det'],
  ['004', '04-planar-log-det'],
  ['1', '01-coin-mle'],
  ['10', '10-likelihood-training'],
  ['12', '12-flow-matching'],
  ['04-planar-log-det', '04-planar-log-det'],
  ['planar', '04-planar-log-det'],
  ['Planar', '04-planar-log-det'],
  ['coin-mle', '01-coin-mle'],
  ['det', '04-planar-log-det'],
  ['04-', '04-planar-log-det'],
  ['exercises/04-planar-log-det/', '04-planar-log-det'],
  ['exercises\\04-planar-log-det', '04-planar-log-det'],
])('%s is %s', (asked, id) => {
  expect(choose(asked)).toEqual([id]);
});

it('keeps the order of the course and takes each once', () => {
  expect(choose('10', 'coin', '1', '04')).toEqual(['01-coin-mle', '04-planar-log-det', '10-likelihood-training']);
});

it('prefers the whole name to a part of others', () => {
  const ids = [{ id: '01-coin' }, { id: '02-01-coin-again' }];
  expect(chooseExercises(['01-coin'], ids)).toEqual([{ id: '01-coin' }]);
});

describe('refusals', () => {
  it.each(['3', '0', '99', 'coins', '', ' ', '/', '4.0', '-4'])('%j is no exercise', (asked) => {
    expect(refusal(asked)).toBe(
      `there is no exercise ${JSON.stringify(asked)}; there are ${COURSE.map(({ id }) => id).join(', ')}`,
    );
  });

  it('names what an ambiguous part may be', () => {
    expect(refusal('log-de')).toBe(
      '"log-de" may be 04-planar-log-det or 09-cnf-log-density; say which, or give its number',
    );
  });

  it('shows control characters as escapes', () => {
    expect(refusal('\u001b[31m')).toContain('there is no exercise "\\u001b[31m"; there are');
  });
});
