import type { CheckReport, ExerciseReport, Report } from '../model/report.ts';
import { cutMiddle } from '../model/text.ts';
import { forJson } from './escape.ts';

/** Largest JSON report, in bytes. */
export const MAX_REPORT = 2 << 20;

// What is cut, in this order, until a report fits: lines of each exercise's console, then characters of every text.
const CUTS = [
  { lines: 20, characters: Number.POSITIVE_INFINITY },
  { lines: 4, characters: Number.POSITIVE_INFINITY },
  { lines: 4, characters: 500 },
  { lines: 0, characters: 100 },
];

/** A report as JSON; what had to be cut to keep it within 2 MiB is said where it was cut. */
export function renderJson(report: Report): string {
  return fitReport(report, MAX_REPORT, printJson);
}

/** A report as `print` shows it, with as much cut as it takes to stay within `limit`, in bytes. */
export function fitReport(report: Report, limit: number, print: (report: Report) => string): string {
  let text = print(report);
  for (const { lines, characters } of CUTS) {
    if (Buffer.byteLength(text) <= limit) break;
    const note = (cut: number) => `… ${cut} lines cut, because a report has at most ${limit >> 20} MiB …`;
    text = print({
      ...report,
      ignored: report.ignored.map((path) => cutMiddle(path, characters)),
      exercises: report.exercises.map((exercise) => cutExercise(exercise, lines, characters, note)),
    });
  }
  return text;
}

/** A value as a JSON file in which a log finds no command. */
export function printJson(value: unknown): string {
  return `${forJson(JSON.stringify(value, null, 2))}\n`;
}

function cutExercise(
  exercise: ExerciseReport,
  lines: number,
  characters: number,
  note: (cut: number) => string,
): ExerciseReport {
  const { console, checks, message, ...rest } = exercise;
  return {
    ...rest,
    ...(message !== undefined && { message: cutMiddle(message, characters) }),
    ...(console !== undefined && {
      console: cutConsole(console, lines, note).map((line) => cutMiddle(line, characters)),
    }),
    checks: checks.map((check) => cutTexts(check, characters)),
  };
}

function cutConsole(console: readonly string[], lines: number, note: (cut: number) => string): string[] {
  if (console.length <= lines + 1) return [...console];
  const half = lines / 2;
  return [...console.slice(0, half), note(console.length - lines), ...console.slice(console.length - half)];
}

function cutTexts(check: CheckReport, characters: number): CheckReport {
  const cut = Object.entries(check).map(([key, value]) => [
    key,
    typeof value === 'string' ? cutMiddle(value, characters) : value,
  ]);
  return Object.fromEntries(cut) as CheckReport;
}
