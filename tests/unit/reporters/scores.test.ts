import { describe, expect, it } from 'vitest';
import { renderClassroom50 } from '#grader/reporters/classroom50.ts';
import { renderGradescope } from '#grader/reporters/gradescope.ts';
import { MAX_RESULTS, renderPrairielearn } from '#grader/reporters/prairielearn.ts';
import { IDENTITY } from '../../support/result-formats.ts';
import { check, courseOf, exercise, inProgress, report, untouched } from './sample.ts';

const faulty = report([
  exercise('01-coin-mle', 'Coin MLE', [check('f', 'holds'), check('f', 'is finite', { status: 'grader-error' })]),
]);
const brokenIn = (message: string) =>
  report([
    exercise('01-coin-mle', 'Coin MLE', [check('f', 'holds', { status: 'skipped' })], { status: 'broken', message }),
  ]);

describe('gradescope', () => {
  const read = (some: typeof faulty) => JSON.parse(renderGradescope(some));

  it('has the total, and every check with its points and plain text', () => {
    const { score, output, tests } = read(inProgress);
    expect([score, output.split('\n')[0], tests.length]).toEqual([29, '29 of 76 points', 16]);
    expect(tests[2]).toEqual({
      name: '2 · logDensity is the log-density of N(b, a²)',
      name_format: 'text',
      score: 0,
      max_score: 3,
      status: 'failed',
      output:
        'input     logDensity(1.5, { a: -2, b: 0 })\nexpected  -1.893335714  (± 1e-9, absolute and relative)\n' +
        'yours     NaN\nThis is log a. For a < 0 the change of variables needs log |a|.',
      output_format: 'text',
      tags: ['02-affine-change-of-variables'],
      visibility: 'visible',
    });
  });

  it('has no score anywhere when the grader could not judge a check, and says why', () => {
    const results = read(faulty);
    expect(JSON.stringify(results)).not.toMatch(/"(?:max_)?score"/);
    expect(results.output).toMatch(/^1 check could not be graded, which costs no points\n/);
    expect(results.tests.map(({ status }: { status?: string }) => status)).toEqual(['passed', undefined]);
  });
});

describe('prairielearn', () => {
  const read = (some: typeof faulty) => JSON.parse(renderPrairielearn(some));

  it('has a fraction for a score', () => {
    expect(read(inProgress)).toMatchObject({ gradable: true, score: 29 / 76 });
    expect(read(untouched)).toMatchObject({ gradable: true, score: 0 });
  });

  it('is not gradable when the grader could not judge a check, or no file loads', () => {
    expect(read(faulty)).toEqual({
      gradable: false,
      format_errors: ['1 check could not be graded, which costs no points'],
      output: '',
    });
    expect(read(brokenIn('coin.ts does not parse'))).toMatchObject({
      gradable: false,
      format_errors: ['1 · coin.ts does not parse'],
    });
    const alsoWrong = report([...brokenIn('x').exercises, ...untouched.exercises]);
    expect(read(alsoWrong)).toMatchObject({ gradable: true, score: 0 });
  });

  it('loses text before the job fails for its size, and no check', () => {
    const large = courseOf((name) =>
      Array.from({ length: 6 }, (_, index) =>
        check(name, `holds ${index}`, { status: 'failed', message: '漢'.repeat(1_900), actual: '漢'.repeat(1_900) }),
      ),
    );
    const text = renderPrairielearn(large);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_RESULTS);
    expect(text).toContain(' characters cut … ');
    expect(JSON.parse(text).tests).toHaveLength(large.exercises.flatMap(({ checks }) => checks).length);
  });
});

describe('classroom50', () => {
  it('names the work and its points, in whole numbers and whole seconds', () => {
    const result = JSON.parse(renderClassroom50(inProgress, IDENTITY));
    expect(result).toMatchObject({
      schema: 'classroom50/result/v1',
      assignment_type: 'individual',
      owner: 'ada',
      datetime: '2026-11-20T14:32:05Z',
      score: 29,
      'max-score': 76,
    });
    expect(result.tests[0]).toEqual({
      'test-name': '1 · likelihood is the probability',
      passed: true,
      score: 10,
      'max-score': 10,
    });
  });

  it('gives no result where there is no grade', () => {
    expect(() => renderClassroom50(faulty, IDENTITY)).toThrow(
      new Error('there is no result for Classroom 50: 1 check could not be graded'),
    );
    expect(() => renderClassroom50(report([]), IDENTITY)).toThrow(/nothing was graded/);
  });
});
