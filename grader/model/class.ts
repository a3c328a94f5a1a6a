/** What became of one submission of a class. */
export type RowStatus = 'graded' | 'review' | 'rejected';

/** One line of a class's results: a submission, or somebody on the roster who handed nothing in. */
export interface Row {
  /** Name of the files in `reports/`, without their ending; nothing when there is no report. */
  readonly key: string | undefined;
  /** As the roster, or else the layout of the download, names the student. */
  readonly id: string;
  /** Empty when it is not known. */
  readonly name: string;
  /** `review`: a person should look, graded or not; `rejected`: it cannot be read. */
  readonly status: RowStatus;
  /** Why it is not simply `graded`; empty when it is. */
  readonly reason: string;
  /** Nothing when it was not graded. */
  readonly grade: Grade | undefined;
}

/** The points of one submission. */
export interface Grade {
  readonly score: number;
  readonly maxScore: number;
  readonly core: number;
  readonly extension: number;
  /** Points by exercise id, for every exercise of the course. */
  readonly exercises: { readonly [id: string]: number };
  /** Whether any function was begun. */
  readonly started: boolean;
}

/** A whole class, as its report shows it; nothing in it depends on the clock, the machine or the order of the work. */
export interface ClassSummary {
  /** Version of the kit. */
  readonly kit: string;
  readonly seed: string;
  /** How the submissions were found, e.g. "a Canvas download". */
  readonly layout: string;
  /** Sorted by id, then by key. */
  readonly rows: readonly Row[];
  /** How many submissions were graded: what every count below is out of. */
  readonly graded: number;
  /** In the order of the course. */
  readonly exercises: readonly ExerciseSummary[];
  /** Known wrong answers that were recognised, the most frequent first. */
  readonly misconceptions: readonly MisconceptionSummary[];
  /** Pairs of submissions that resemble each other, the most similar first; nothing when nobody asked. */
  readonly similar: readonly SimilarPair[] | undefined;
}

export interface ExerciseSummary {
  readonly id: string;
  readonly title: string;
  readonly core: boolean;
  readonly maxScore: number;
  /** Submissions by what became of this exercise. */
  readonly notStarted: number;
  readonly broken: number;
  readonly passed: number;
  /** Sum of all points, for the mean. */
  readonly points: number;
  readonly checks: readonly CheckSummary[];
}

export interface CheckSummary {
  readonly id: string;
  readonly function: string;
  readonly title: string;
  readonly maxScore: number;
  readonly passed: number;
  /** Failed, or ran out of a limit: those who got that far and did not pass. */
  readonly failed: number;
}

export interface MisconceptionSummary {
  readonly exercise: string;
  readonly id: string;
  readonly hint: string;
  /** In how many submissions. */
  readonly count: number;
}

export interface SimilarPair {
  readonly exercise: string;
  /** Keys of two rows. */
  readonly left: string;
  readonly right: string;
  /** Share of what they have in common, from 0 to 1. */
  readonly similarity: number;
  /** Length of the longest common part, in fingerprints of a few dozen tokens that overlap. */
  readonly longest: number;
}
