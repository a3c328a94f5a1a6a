import type { CheckSummary, ClassSummary, ExerciseSummary, Grade, Row } from '../model/class.ts';

// What the reports on a class count, each in its own look.

/** A row that was graded. */
export type GradedRow = Row & { readonly grade: Grade };

export function gradedRows({ rows }: ClassSummary): GradedRow[] {
  return rows.filter((row): row is GradedRow => row.grade !== undefined);
}

/** The arithmetic mean; nothing of nothing. */
export function meanOf(numbers: readonly number[]): number | undefined {
  return numbers.length === 0 ? undefined : numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}

/** The middle one, or the mean of both; nothing of nothing. */
export function medianOf(numbers: readonly number[]): number | undefined {
  const sorted = [...numbers].sort((left, right) => left - right);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

/** Points in the mean, for people: "7.3"; a dash for nothing. */
export function formatMean(mean: number | undefined): string {
  return mean === undefined ? '–' : mean.toFixed(1);
}

/** "37 %": 0 only for none and 100 only for all; a dash where there is nothing to have a share of. */
export function formatShare(part: number, whole: number): string {
  if (whole <= 0) return '–';
  if (part <= 0) return '0 %';
  return part >= whole ? '100 %' : `${Math.min(99, Math.max(1, Math.round((100 * part) / whole)))} %`;
}

/** Points that there are: of the whole course, its core and its extension. */
export function maxScores({ exercises }: ClassSummary): { total: number; core: number; extension: number } {
  const sum = (some: readonly ExerciseSummary[]) => some.reduce((total, { maxScore }) => total + maxScore, 0);
  const core = sum(exercises.filter((exercise) => exercise.core));
  const total = sum(exercises);
  return { total, core, extension: total - core };
}

/** Points of an exercise in the mean over all who were graded. */
export function meanPoints({ points }: ExerciseSummary, graded: number): number | undefined {
  return graded === 0 ? undefined : points / graded;
}

/** How many began an exercise, and did not get all its points. */
export function begunOf({ notStarted, broken, passed }: ExerciseSummary, graded: number): number {
  return Math.max(0, graded - notStarted - broken - passed);
}

/** A check, with its exercise. */
export interface RankedCheck {
  readonly exercise: ExerciseSummary;
  readonly check: CheckSummary;
  /** Those who got that far. */
  readonly reached: number;
}

/** All checks, the hardest first: by the share of those who got that far and failed, then by how many failed. */
export function rankChecks({ exercises }: ClassSummary): RankedCheck[] {
  const ranked = exercises.flatMap((exercise) =>
    exercise.checks.map((check) => ({ exercise, check, reached: check.passed + check.failed })),
  );
  const hardness = ({ check, reached }: RankedCheck) => (reached === 0 ? -1 : check.failed / reached);
  return ranked.sort((left, right) => hardness(right) - hardness(left) || right.check.failed - left.check.failed);
}

/** How many rows have a status. */
export function countStatus({ rows }: ClassSummary, status: Row['status']): number {
  return rows.filter((row) => row.status === status).length;
}
