import type { ExerciseReport, Report } from '../model/report.ts';
import { forXml } from './escape.ts';
import { labelOf, pathOf, plain, type Result, resultsOf } from './results.ts';

/** How a JUnit file is to be. */
export interface JunitOptions {
  /** Whether it keeps to the schema that Jenkins' xunit step insists on, which knows no files and lines. */
  readonly strict?: boolean;
  /** The exercises' folder in the repository; the submission's unless told. */
  readonly folder?: string;
}

/**
 * A report as JUnit XML: a suite for each exercise, a test case for each check.
 *
 * A check that the grader could not judge is an error, one that waits or is not started is skipped. The format has no
 * points; they stand in the messages, and their sums in a suite's properties. Source: the schemas of Jenkins' xunit
 * plugin, and the readers of Jenkins, GitLab, action-junit-report and dorny/test-reporter.
 */
export function renderJunit(report: Report, options: JunitOptions = {}): string {
  const suites = report.exercises.map((exercise) => ({ exercise, results: resultsOf(exercise) }));
  const { tests, failures, errors } = countsOf(suites.flatMap(({ results }) => results));
  // Without a time some readers show none of the suite; nothing in a report depends on the clock.
  const counts = { tests, failures, errors, time: 0 };
  const content = suites.map(({ exercise, results }) => renderSuite(report, exercise, results, options));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', { name: `flow-grade ${labelOf(report.submission)}`, ...counts }, `\n${content.join('')}`)}`;
}

function countsOf(results: readonly Result[]) {
  const count = (outcome: Result['outcome']) => results.filter((result) => result.outcome === outcome).length;
  return { tests: results.length, failures: count('failed'), errors: count('ungraded'), skipped: count('waiting') };
}

function renderSuite(
  report: Report,
  exercise: ExerciseReport,
  results: readonly Result[],
  options: JunitOptions,
): string {
  const { score, maxScore, console: lines = [] } = exercise;
  // Suites of one name from several files are merged: the submission is part of it.
  const name = `${labelOf(report.submission)} / ${labelOf(exercise.id)}`;
  const properties = Object.entries({ score, maxScore, kit: report.kit, seed: report.seed }).map(([key, value]) =>
    element('property', { name: key, value: labelOf(String(value)) }),
  );
  const content = [
    element('properties', {}, `\n${properties.join('')}`),
    ...results.map((result) => renderCase(report, exercise, result, options)),
    ...(lines.length === 0 ? [] : [element('system-out', {}, forXml(lines.map(plain).join('\n')))]),
  ];
  return element('testsuite', { name, ...countsOf(results), time: 0 }, `\n${content.join('')}`);
}

function renderCase(
  { submission }: Report,
  exercise: ExerciseReport,
  result: Result,
  { strict = false, folder = submission }: JunitOptions,
): string {
  const { name, location } = result;
  const place = strict ? {} : { file: pathOf(exercise, location, folder), line: location?.line };
  const attributes = { name, classname: labelOf(exercise.id), ...place, time: 0 };
  return element('testcase', attributes, renderOutcome(result));
}

function renderOutcome({ outcome, kind, text, summary, score, maxScore }: Result): string | undefined {
  switch (outcome) {
    case 'passed':
      return undefined;
    case 'waiting':
      return `\n${element('skipped', {}, forXml(text))}`;
    case 'failed':
    case 'ungraded': {
      // Some readers show the message, some the text.
      const message = `(${score}/${maxScore}) ${summary}`;
      return `\n${element(outcome === 'failed' ? 'failure' : 'error', { message, type: kind }, forXml(text))}`;
    }
  }
}

function element(
  name: string,
  attributes: { readonly [name: string]: string | number | undefined },
  content?: string,
): string {
  const list = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${forXml(String(value))}"`)
    .join('');
  return content === undefined ? `<${name}${list}/>\n` : `<${name}${list}>${content}</${name}>\n`;
}
