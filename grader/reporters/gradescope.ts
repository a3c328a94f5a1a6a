import type { Report } from '../model/report.ts';
import { fitReport, printJson } from './json.ts';
import { describeConsoles, describePoints, labelOf, listResults } from './results.ts';
import { whyNoGrade } from './words.ts';

/** Largest file, in bytes; Gradescope names no limit. */
const MAX_RESULTS = 1 << 20;

/**
 * A report as Gradescope's results.json, with every text said to be plain.
 *
 * When it is no grade, nothing in it is a score: Gradescope then shows that the autograder failed, and no zero. Source:
 * Gradescope's autograder specifications.
 */
export function renderGradescope(report: Report): string {
  return fitReport(report, MAX_RESULTS, (some) => printJson(resultsJson(some)));
}

function resultsJson(report: Report) {
  const isGrade = whyNoGrade(report) === undefined;
  return {
    ...(isGrade && { score: report.score }),
    output: [describePoints(report), describeConsoles(report)].join('\n').trimEnd(),
    output_format: 'text',
    test_output_format: 'text',
    test_name_format: 'text',
    visibility: 'visible',
    stdout_visibility: 'hidden',
    extra_data: { format: report.format, kit: labelOf(report.kit), seed: labelOf(report.seed) },
    tests: listResults(report).map(({ name, score, maxScore, outcome, text, exercise }) => ({
      name,
      name_format: 'text',
      ...(isGrade && { score, max_score: maxScore }),
      ...(outcome !== 'ungraded' && { status: outcome === 'passed' ? 'passed' : 'failed' }),
      output: text,
      output_format: 'text',
      tags: [exercise],
      visibility: 'visible',
    })),
  };
}
