import { ModuleSubject } from '#grader/engine/module-subject.ts';
import { benchFor } from '#grader/engine/run-exercise.ts';
import { type Bench, type Exercise, Failure, type Finding, type Law, type Oracle } from '#grader/model/exercise.ts';
import type { Shape } from '#grader/model/value.ts';

/** A bench around functions written in a test, the first of which is the one that is checked. */
export function benchOf(
  functions: Record<string, { run: unknown; returns: Shape }>,
  rest: Partial<Exercise> & { oracle?: Oracle } = {},
): Bench {
  const [name = ''] = Object.keys(functions);
  const check = {
    id: '00.test.law',
    title: 'holds',
    kind: 'property',
    function: name,
    points: 1,
    hint: 'a hint',
    law() {},
  } as const;
  const exercise: Exercise = {
    id: '00-test',
    file: 'test.ts',
    title: 'Test',
    core: true,
    functions: Object.fromEntries(Object.entries(functions).map(([key, { returns }]) => [key, returns])),
    misconceptions: [],
    checks: [check],
    ...rest,
  };
  const module = Object.fromEntries(Object.entries(functions).map(([key, { run }]) => [key, run]));
  const oracle = rest.oracle ?? { ask: () => 0 };
  return benchFor({ exercise, oracle, seed: 'test' }, check, new ModuleSubject(module));
}

/** What a law finds wrong; `undefined` when it holds. */
export function findingOf(law: Law, bench: Bench): Finding | undefined {
  try {
    law(bench);
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error.finding;
    throw error;
  }
}
