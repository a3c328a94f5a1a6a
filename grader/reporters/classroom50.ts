import type { Report } from '../model/report.ts';
import { cutMiddle, MAX_FIELD } from '../model/text.ts';
import { fitReport, printJson } from './json.ts';
import { listResults } from './results.ts';
import { whyNoGrade } from './words.ts';

/** Whose work was graded, as Classroom 50 names it. */
export interface Classroom50Identity {
  readonly classroom: string;
  readonly assignment: string;
  readonly assignmentType: string;
  readonly owner: string;
  /** The tag that was graded, e.g. `submit/2026-11-20T14-32-05Z-a1b2c3d`. */
  readonly submission: string;
  /** Addresses of the commit, of the release and of the changes. */
  readonly commit: string;
  readonly release: string;
  readonly review: string;
  /** Time of the submission; Classroom 50 puts the commit's in its place. */
  readonly datetime: Date;
}

/** Largest result.json, in bytes; Classroom 50 reads none that is larger than ten times that. */
const MAX_RESULT = 1 << 20;

/**
 * A report as Classroom 50's result.json.
 *
 * Source: Classroom 50's schema result/v1, and its runner.
 *
 * @throws Error when the report is no grade, which the format cannot say: without a file the runner shows an error, and
 *   no zero
 */
export function renderClassroom50(report: Report, identity: Classroom50Identity): string {
  const noGrade = whyNoGrade(report);
  if (noGrade !== undefined) throw new Error(`there is no result for Classroom 50: ${noGrade}`);
  return fitReport(report, MAX_RESULT, (some) => printJson(resultJson(some, identity)));
}

function resultJson(report: Report, { assignmentType, datetime, ...identity }: Classroom50Identity) {
  return {
    schema: 'classroom50/result/v1',
    ...identity,
    assignment_type: assignmentType,
    datetime: `${datetime.toISOString().slice(0, 19)}Z`,
    score: report.score,
    'max-score': report.maxScore,
    tests: listResults(report).map(({ name, outcome, score, maxScore, text }) => ({
      'test-name': name,
      passed: outcome === 'passed',
      score,
      'max-score': maxScore,
      ...(text !== '' && { message: cutMiddle(text, MAX_FIELD) }),
    })),
  };
}
