import type { ExerciseReport, Report } from '../model/report.ts';
import { fitReport, printJson } from './json.ts';
import { describeConsoles, describePoints, explainBroken, labelOf, listResults } from './results.ts';
import { describeNoGrade, numberOf } from './words.ts';

/** Largest results.json, in bytes; with a larger one the grading job fails. */
export const MAX_RESULTS = 1 << 20;

/**
 * A report as PrairieLearn's results.json; its score is the fraction of the points that its tests add up to.
 *
 * What the grader could not judge, and a submission of which no file loads, is not gradable: that costs no attempt.
 * Source: PrairieLearn's external graders.
 */
export function renderPrairielearn(report: Report): string {
  return fitReport(report, MAX_RESULTS, (some) => printJson(resultsJson(some)));
}

function resultsJson(report: Report) {
  const { score, maxScore, exercises } = report;
  const output = describeConsoles(report);
  const noGrade = describeNoGrade(report);
  if (noGrade !== undefined) return { gradable: false, format_errors: [noGrade], output };
  if (exercises.every(cannotBeRead)) {
    const errors = exercises.map((exercise) => `${labelOf(numberOf(exercise))} · ${explainBroken(exercise)}`);
    return { gradable: false, format_errors: errors, output };
  }
  return {
    gradable: true,
    score: maxScore === 0 ? 0 : score / maxScore,
    message: describePoints(report),
    output,
    tests: listResults(report).map((result) => ({
      name: result.name,
      points: result.score,
      max_points: result.maxScore,
      message: result.text,
    })),
  };
}

/** Whether a file is not there, or does not load. */
function cannotBeRead({ status, message }: ExerciseReport): boolean {
  return status === 'broken' || (status === 'not-started' && message !== undefined);
}
