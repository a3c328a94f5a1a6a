import type { CheckReport, ExerciseReport, Report } from '../model/report.ts';
import { describeAwaited, describeMissing } from '../model/subject.ts';

/** What a report to a student is not to tell. */
export interface Withholding {
  /** The seed, and every input but the counterexample of each failed check. */
  readonly seed: boolean;
  /** Those as well. */
  readonly counterexamples: boolean;
}

/**
 * The report without what could give the instructor's inputs away; the same report when nothing is to be withheld.
 *
 * Student code sees every input and decides what it prints, throws, returns, and where. Rather than guess which text is
 * harmless, all of it goes: what stays is made of the course's own texts, of the counterexample, which the grader wrote,
 * and, of an example, the expected value, which is the reference's. What other checks expect may be computed from what
 * the student's functions returned.
 */
export function withhold(report: Report, { seed, counterexamples }: Withholding): Report {
  if (!seed && !counterexamples) return report;
  const { format, kit, seed: own, isolation, ...rest } = report;
  return {
    format,
    kit,
    seed: seed ? 'secret' : own,
    withheld: counterexamples ? 'inputs' : 'answers',
    isolation,
    ...rest,
    exercises: report.exercises.map((exercise) => withholdExercise(exercise, counterexamples)),
  };
}

function withholdExercise(exercise: ExerciseReport, counterexamples: boolean): ExerciseReport {
  // The message and the location of a file that does not load stay: it has not been handed any input.
  const { console: _, fuel, checks, ...rest } = exercise;
  const harmless = new Set(
    checks.flatMap(({ function: name }) => [describeMissing(exercise.file, name), describeAwaited(name)]),
  );
  return {
    ...rest,
    // Code can say a number by how long it takes; of one digit and a power of ten there are few.
    fuel: Number(fuel.toPrecision(1)),
    checks: checks.map((check) => withholdCheck(check, harmless, counterexamples)),
  };
}

/** @param harmless  messages that are made of names alone */
function withholdCheck(check: CheckReport, harmless: ReadonlySet<string>, counterexamples: boolean): CheckReport {
  const { id, title, kind, function: name, status, score, maxScore } = check;
  const { message, expected, tolerance, counterexample, misconception, hint } = check;
  const said = message === undefined || harmless.has(message) ? message : describeWithheld(check);
  const shown = {
    message: said,
    ...(!counterexamples && kind === 'example' && { expected, tolerance }),
    ...(!counterexamples && { counterexample }),
    misconception,
    hint,
  };
  const known = Object.entries(shown).filter(([, text]) => text !== undefined);
  return { id, title, kind, function: name, status, score, maxScore, ...Object.fromEntries(known) };
}

/** What stands in the place of a message, if anything needs to. */
function describeWithheld({ status, message, actual }: CheckReport): string | undefined {
  switch (status) {
    case 'failed': {
      const what = actual?.startsWith('threw ') ? 'your code threw an error, whose text' : 'what your code answered';
      return `${what} is withheld, because it could hold inputs that are secret`;
    }
    case 'grader-error':
      return 'the grader itself failed; what it says is withheld, because it could hold inputs that are secret';
    default:
      // Of a limit that was used up, and of a check that was not run, the grader speaks in its own words.
      return message;
  }
}
