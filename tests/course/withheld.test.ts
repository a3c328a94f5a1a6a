import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { oracleFor, PRACTICE_SEED } from '#grader/cli/oracle.ts';
import { course } from '#grader/course/course.ts';
import { assembleReport } from '#grader/engine/grade.ts';
import { ModuleSubject } from '#grader/engine/module-subject.ts';
import { type Fuelled, runExercise } from '#grader/engine/run-exercise.ts';
import { withhold } from '#grader/engine/withhold.ts';
import type { Check, Exercise, Oracle } from '#grader/model/exercise.ts';
import { Random } from '#grader/model/random.ts';
import type { CheckReport, Report } from '#grader/model/report.ts';
import { Thrown, type Watched } from '#grader/model/subject.ts';
import { Callback, isArray, isRecord, Misuse, Oddity, type Value } from '#grader/model/value.ts';
import { PROJECT } from '../support/project.ts';

// What student code says must not reach a withheld report: two liars who fail the same inputs get the same one, whatever
// they have to say.

/** What a liar does with a call, given the right answer, words of its own, and how many calls there were before. */
type Lie = (right: (args: readonly Value[]) => Value, random: Random, args: readonly Value[], before: number) => Value;

const LIES: { readonly [name: string]: Lie } = {
  'answers with numbers of its own': (right, random, args) => distort(right(args), random),
  'answers once with numbers of its own, and throws when it is handed them': (right, random, args, before) =>
    before < 1 ? distort(right(args), random) : fail(random),
  'answers twice with numbers of its own, and throws when it is handed them': (right, random, args, before) =>
    before < 2 ? distort(right(args), random) : fail(random),
  'calls what it is given with numbers of its own': (right, random, args) =>
    right(args.map((argument) => misled(argument, random))),
  'throws a text of its own, at a line of its own': (_, random) => fail(random),
  'throws a stub’s text': (_, random) => {
    throw new Thrown('error', 'Error', `TODO: n${random.integer(1, 1e9)}`, undefined);
  },
  'answers with an object of a class with a name of its own': (_, random) =>
    new Oddity(`a C${random.uniform()} object`),
  'answers with a record with names of its own': (_, random) => ({ [`${random.uniform()}`]: `${random.uniform()}` }),
  'misuses what it is given': (_, random) => {
    throw new Misuse(`f was called with (${random.uniform()})`);
  },
};

function fail(random: Random): never {
  const place = { file: 'x', line: random.integer(1, 1e6), column: random.integer(1, 1e6) };
  throw new Thrown('error', `E${random.uniform()}`, `${random.uniform()}`, place);
}

class Liar implements Fuelled {
  spent = 0;
  readonly #right: ModuleSubject;
  readonly #lie: Lie;
  readonly #random: Random;
  #calls = 0;

  constructor(module: Readonly<Record<string, unknown>>, lie: Lie, words: string) {
    this.#right = new ModuleSubject(module);
    this.#lie = lie;
    this.#random = new Random(words);
  }

  refuel(): void {}

  call(name: string, args: readonly Value[]): Value {
    this.#calls += 1;
    return this.#lie((given) => this.#right.call(name, given), this.#random, args, this.#calls - 1);
  }

  watch(name: string, args: readonly Value[]): Watched {
    return { value: this.call(name, args), altered: [], shares: false, random: false };
  }
}

/** Wrong by so much that the same inputs fail, whoever lies. */
function distort(value: Value, random: Random): Value {
  if (typeof value === 'number') return value + 1 + random.uniform() / 1e4;
  if (isArray(value)) return value.map((item) => distort(item, random));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, distort(item, random)]));
}

/** An argument whose callbacks are called with other numbers than the caller believes. */
function misled(value: Value, random: Random): Value {
  if (value instanceof Callback) {
    return new Callback(value.text, value.takes, (...args: Value[]) =>
      value.answer(args.map((argument) => distort(argument, random))),
    );
  }
  if (isArray(value)) return value.map((item) => misled(item, random));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, misled(item, random)]));
}

/** The solution; a fit takes seconds, and no law asks how good a liar's layers are. */
async function moduleOf({ id, file }: Exercise): Promise<Readonly<Record<string, unknown>>> {
  const module = await import(pathToFileURL(join(PROJECT, 'solutions', id, file)).href);
  const layers = [1, 2].map(() => ({ a: [1, 0], b: [1, 0], c: 0 }));
  return 'fitPlanarFlow' in module ? { ...module, fitPlanarFlow: () => layers } : module;
}

/** A report on one check alone. */
async function reportOn(exercise: Exercise, check: Check, oracle: Oracle, subject: Fuelled): Promise<Report> {
  const checks: CheckReport[] = [];
  await runExercise({
    exercise: { ...exercise, checks: [check] },
    oracle,
    seed: PRACTICE_SEED,
    start: async () => subject,
    earlier: [],
    onStart: () => {},
    onVerdict: (verdict) => checks.push(verdict),
  });
  const { id, file, title, core } = exercise;
  const report = {
    id,
    file,
    title,
    core,
    score: 0,
    maxScore: check.points,
    status: 'failed',
    fuel: 0,
    checks,
  } as const;
  return assembleReport({ label: 'x', ignored: [] }, [report], 'hidden', '1.0.0');
}

const subjects = await Promise.all(
  course.map(async (exercise) => ({
    exercise,
    module: await moduleOf(exercise),
    oracle: await oracleFor(PRACTICE_SEED, exercise.id),
  })),
);

test.each(Object.entries(LIES))('nobody learns what code says that %s', async (_, lie) => {
  let heard = 0;
  for (const { exercise, module, oracle } of subjects) {
    for (const check of exercise.checks) {
      const tell = (words: string) => reportOn(exercise, check, oracle, new Liar(module, lie, words));
      const [one, other] = [await tell('one'), await tell('other')];
      if (!isDeepStrictEqual(one, other)) heard += 1;
      for (const counterexamples of [false, true]) {
        const how = { seed: true, counterexamples };
        expect(withhold(one, how), check.id).toEqual(withhold(other, how));
      }
    }
  }
  // The same reports as they are would have told it.
  expect(heard).toBeGreaterThan(5);
});
