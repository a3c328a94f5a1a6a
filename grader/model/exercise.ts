import type { Random, UnguessableBits } from './random.ts';
import type { Kind } from './report.ts';
import type { Location, Subject } from './subject.ts';
import type { Shape, Value } from './value.ts';

/** All of an exercise that can be said without running anything. */
export interface Outline {
  /** The folder's name, e.g. `04-planar-log-det`. */
  readonly id: string;
  /** The student's file in it, e.g. `planar.ts`. */
  readonly file: string;
  readonly title: string;
  /** Core exercises count towards the 100 core points, the others towards the extension. */
  readonly core: boolean;
  /** The functions that the file exports, in the order in which a student meets them, and what each returns. */
  readonly functions: { readonly [name: string]: Shape };
  readonly checks: readonly CheckOutline[];
}

/** One of the course's exercises: what a student writes, and how it is checked. */
export interface Exercise extends Outline {
  /** Known wrong answers. */
  readonly misconceptions: readonly Misconception[];
  /** All checks; the first of each function is its example, on which the others wait. */
  readonly checks: readonly Check[];
}

/** A check without its law. */
export interface CheckOutline {
  /** Stable for ever, e.g. `04.log-det.dense-jacobian`. */
  readonly id: string;
  /** The law, as a sentence that follows the function's name: "is the log-density of N(b, a²)". */
  readonly title: string;
  readonly kind: Kind;
  readonly function: string;
  readonly points: number;
  /** What to think about when it fails. */
  readonly hint: string;
  /** Fuel in polls; at least ten times what the solution needs. */
  readonly fuel?: number;
}

/** One law or example about one function, written once, for the sandbox and for practice alike. */
export interface Check extends CheckOutline {
  /** Other functions of the student's that the law speaks of; it waits until their examples pass. */
  readonly needs?: readonly string[];
  readonly law: Law;
}

/** Returns when what it states holds for the student's function; throws a `Failure` when it does not. */
export type Law = (bench: Bench) => void;

/** What a check works with. */
export interface Bench {
  readonly exercise: Exercise;
  readonly check: Check;
  readonly subject: Subject;
  /** Expected values: computed by the reference, or recorded beforehand. */
  readonly oracle: Oracle;
  /** Random inputs for this check alone: the same for the same seed. */
  readonly random: Random;
  /** What fast-check draws from, derived like `random`. */
  readonly seed: number | UnguessableBits;
  /** What the function is known to get right, from its earlier checks: no known wrong answer fails there. */
  readonly known: Case[];
}

/** One input and what should come out. */
export interface Case {
  readonly args: readonly Value[];
  readonly expected: Value;
}

/** Answers what the reference knows, by the name of a quantity and plain arguments. */
export interface Oracle {
  ask(quantity: string, args: readonly Value[]): Value;
}

/** A known wrong answer to one function. */
export interface Misconception {
  /** Stable name, e.g. `tanh-for-derivative`. */
  readonly id: string;
  readonly function: string;
  /** Says which mistake it is and how to see it, without giving the answer away. */
  readonly hint: string;
  /** What the function returns when this mistake is made; absent where a check recognises it by itself. */
  readonly wrong?: (...args: never[]) => unknown;
}

/** What a failed check has to say. */
export interface Finding {
  readonly message: string;
  readonly expected?: string;
  readonly actual?: string;
  readonly tolerance?: string;
  /** The input, as TypeScript that can be pasted. */
  readonly counterexample?: string;
  readonly search?: string;
  readonly misconception?: string;
  readonly location?: Location;
}

/** A law does not hold. */
export class Failure extends Error {
  readonly finding: Finding;
  /** `cause`: the student's own error, where there is one. */
  constructor(finding: Finding, cause?: unknown) {
    super(finding.message, { cause });
    this.finding = finding;
  }
}

/** Points of an exercise: the sum over its checks. */
export function pointsOf(exercise: Outline): number {
  return exercise.checks.reduce((sum, check) => sum + check.points, 0);
}
