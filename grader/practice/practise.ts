import { describe, test } from 'vitest';
import { oracleFor, PRACTICE_SEED } from '../cli/oracle.ts';
import { ModuleSubject } from '../engine/module-subject.ts';
import { benchFor } from '../engine/run-exercise.ts';
import { type Check, type Exercise, Failure } from '../model/exercise.ts';
import { Missing, NotStarted, Unmeasurable } from '../model/subject.ts';

/**
 * Makes tests of an exercise's checks, on the student's module in this process.
 *
 * @param folder  URL of the folder with the exercises' own
 */
export async function practise(exercise: Exercise, folder: string): Promise<void> {
  const module = await import(/* @vite-ignore */ `${folder}/${exercise.id}/${exercise.file}`);
  const subject = new ModuleSubject(module);
  const oracle = await oracleFor(PRACTICE_SEED, exercise.id);
  const run = (check: Check) => check.law(benchFor({ exercise, oracle, seed: PRACTICE_SEED }, check, subject));
  const exampleOf = (name: string) => exercise.checks.find((check) => check.function === name);
  const matches = (name: string) => {
    const example = exampleOf(name);
    try {
      if (example !== undefined) run(example);
      return true;
    } catch {
      return false;
    }
  };
  for (const name of Object.keys(exercise.functions)) {
    describe(`${exercise.id} · ${name}`, () => {
      for (const check of exercise.checks.filter((candidate) => candidate.function === name)) {
        test(check.title, ({ skip }) => {
          try {
            if (check !== exampleOf(name)) {
              const awaited = [name, ...(check.needs ?? [])].find((other) => !matches(other));
              if (awaited !== undefined) skip(`counts once ${awaited} matches its first check`);
            }
            run(check);
          } catch (error) {
            if (error instanceof NotStarted) skip(`${name} is not started yet`);
            if (error instanceof Unmeasurable) skip(error.message);
            throw explain(error, check.hint);
          }
        });
      }
    });
  }
}

/** A failure as a test report shows it: what happened, on which input, and the student's own stack. */
function explain(error: unknown, hint: string): unknown {
  if (error instanceof Missing) return withoutStack(`the file exports no function ${error.message}`);
  if (!(error instanceof Failure)) return error;
  const { message, counterexample, expected, actual, tolerance } = error.finding;
  const rows = [
    ['input', counterexample],
    ['expected', tolerance === undefined ? expected : `${expected} (${tolerance})`],
    ['yours', actual],
    ['hint', hint],
  ].flatMap(([label, text]) => (text === undefined ? [] : `  ${(label ?? '').padEnd(9)} ${text}`));
  const shown = withoutStack([message, ...rows].join('\n'));
  if (error.cause instanceof Error && error.cause.stack !== undefined)
    shown.stack = `${shown.message}\n${frames(error.cause.stack)}`;
  return shown;
}

function frames(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}

function withoutStack(message: string): Error {
  const error = new Error(message);
  error.stack = message;
  return error;
}
