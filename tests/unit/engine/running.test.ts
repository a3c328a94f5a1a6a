import { describe, expect, test } from 'vitest';
import { matches } from '#grader/checks/example.ts';
import { ConsoleLog } from '#grader/engine/console-log.ts';
import { ModuleSubject } from '#grader/engine/module-subject.ts';
import { recordFrom, replay } from '#grader/engine/recorded-oracle.ts';
import { type Fuelled, runExercise } from '#grader/engine/run-exercise.ts';
import { type Check, type Exercise, Failure } from '#grader/model/exercise.ts';
import type { CheckReport } from '#grader/model/report.ts';
import { Stopped } from '#grader/model/subject.ts';
import { number } from '#grader/model/value.ts';

const passes = () => {};
const check = (id: string, name: string, law: Check['law'], rest: Partial<Check> = {}): Check => ({
  id,
  title: 'is right',
  kind: 'example',
  function: name,
  points: 1,
  hint: 'a hint',
  law,
  ...rest,
});

function exerciseOf(checks: readonly Check[]): Exercise {
  const names = new Set(checks.map((each) => each.function));
  return {
    id: '00-test',
    file: 'test.ts',
    title: 'Test',
    core: true,
    functions: Object.fromEntries([...names].map((name) => [name, number])),
    misconceptions: [],
    checks,
  };
}

/** Subjects that do nothing but count how many were made. */
async function statuses(
  checks: readonly Check[],
  earlier: readonly CheckReport[] = [],
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const start = async (): Promise<Fuelled> =>
    Object.assign(new ModuleSubject({ f: () => 1, g: () => 1 }), { refuel() {} });
  await runExercise({
    exercise: exerciseOf(checks),
    oracle: { ask: () => 0 },
    seed: 'test',
    start,
    earlier,
    onStart: () => {},
    onVerdict: ({ id, status }) => {
      found[id] = status;
    },
  });
  return found;
}

const fails = () => {
  throw new Failure({ message: 'is wrong' });
};

describe('running an exercise', () => {
  test('a failed example holds back the other checks of its function, and no others', async () => {
    const checks = [
      check('f1', 'f', fails),
      check('f2', 'f', passes),
      check('g1', 'g', passes),
      check('g2', 'g', fails),
    ];
    expect(await statuses(checks)).toEqual({ f1: 'failed', f2: 'skipped', g1: 'passed', g2: 'failed' });
  });

  test('a check that needs another function waits until that one’s example passes', async () => {
    const needy = [check('f1', 'f', passes), check('f2', 'f', passes, { needs: ['g'] })];
    expect(await statuses([...needy, check('g1', 'g', fails)])).toMatchObject({ f2: 'skipped' });
    expect(await statuses([...needy, check('g1', 'g', passes)])).toMatchObject({ f2: 'passed' });
  });

  test('after a limit was used up, the function is not run again', async () => {
    const stops = () => {
      throw new Stopped('out-of-fuel', 'used up its fuel');
    };
    const checks = [
      check('f1', 'f', passes),
      check('f2', 'f', stops),
      check('f3', 'f', passes),
      check('g1', 'g', passes),
    ];
    expect(await statuses(checks)).toEqual({ f1: 'passed', f2: 'out-of-fuel', f3: 'skipped', g1: 'passed' });
  });

  test('an error of the grader is told from a mistake of the student', async () => {
    const breaks = () => {
      throw new Error('no expected value is recorded');
    };
    expect(await statuses([check('f1', 'f', breaks), check('f2', 'f', passes)])).toEqual({
      f1: 'grader-error',
      f2: 'grader-error',
    });
  });

  test('an unlisted misconception is an error of the grader', async () => {
    const names = () => {
      throw new Failure({ message: 'is wrong', misconception: 'unheard-of' });
    };
    expect(await statuses([check('f1', 'f', names)])).toEqual({ f1: 'grader-error' });
  });

  test('goes on after the verdicts that stand already', async () => {
    const checks = [check('f1', 'f', fails), check('f2', 'f', passes), check('g1', 'g', passes)];
    const stalled: CheckReport = {
      id: 'f1',
      title: 'is right',
      kind: 'example',
      function: 'f',
      status: 'out-of-time',
      score: 0,
      maxScore: 1,
    };
    expect(await statuses(checks, [stalled])).toEqual({ f2: 'skipped', g1: 'passed' });
  });

  test('knows a missing function', async () => {
    const law = matches(() => [{ args: [], expected: 1 }]);
    expect(await statuses([check('h1', 'h', law), check('h2', 'h', law)])).toEqual({ h1: 'failed', h2: 'skipped' });
  });
});

describe('expected values that were recorded', () => {
  test('are given back as they were, infinities and NaN included', () => {
    const values = [1.5, Number.POSITIVE_INFINITY, Number.NaN, { a: [Number.NEGATIVE_INFINITY, true] }];
    const { oracle, recording } = recordFrom({ ask: (_quantity, [index]) => values[index as number] ?? 0 }, 'seed');
    for (const [index, value] of values.entries()) expect(oracle.ask('q', [index])).toEqual(value);
    const again = replay(JSON.parse(JSON.stringify(recording())));
    for (const [index, value] of values.entries()) expect(again.ask('q', [index])).toEqual(value);
  });

  test('are missed by name', () => {
    const { oracle, recording } = recordFrom({ ask: () => 1 }, 'seed');
    oracle.ask('q', [1]);
    expect(() => replay(recording()).ask('q', [2])).toThrow('no expected value of q is recorded for this input');
    expect(() => replay(recording()).ask('r', [1])).toThrow('no expected value of r');
  });
});

describe('what a student printed', () => {
  test('is kept whole when short', () => {
    const log = new ConsoleLog();
    log.print('one');
    log.print('two');
    expect(log.lines).toEqual(['one', 'two']);
  });

  test('keeps its first and last lines when long, and says how many were cut', () => {
    const log = new ConsoleLog();
    for (let k = 1; k <= 5_040; k += 1) log.print(`line ${k}`);
    const { lines } = log;
    expect(lines).toHaveLength(41);
    expect([lines[0], lines[19], lines[20], lines[21], lines[40]]).toEqual([
      'line 1',
      'line 20',
      '… 5,000 lines cut …',
      'line 5021',
      'line 5040',
    ]);
  });
});

describe('a module in this process', () => {
  const subject = new ModuleSubject({
    odd: (kind: number) => [null, () => 1, new Map(), new Float64Array(2), Promise.resolve(1), new Date(0)][kind],
    cyclic: () => {
      const a: unknown[] = [];
      a.push(a);
      return a;
    },
    share: (x: number[]) => [x],
    change: (x: { y: number[] }) => x.y.push(1),
    draw: () => Math.random(),
  });

  test.each([
    [0, 'null'],
    [1, 'a function'],
    [2, 'a Map object'],
    [3, 'a Float64Array (Array.from turns it into an array)'],
    [4, 'a Promise object'],
    [5, 'a Date object'],
  ])('names what is no value (%i)', (kind, what) => {
    expect(subject.call('odd', [kind])).toMatchObject({ what });
  });

  test('does not follow a cycle for ever', () => {
    expect(JSON.stringify(subject.call('cyclic', []))).toContain('nested more than 16 deep');
  });

  test('sees shared, changed and random', () => {
    expect(subject.watch('share', [[1]])).toMatchObject({ shares: true, altered: [], random: false });
    expect(subject.watch('change', [{ y: [1] }])).toMatchObject({ shares: false, altered: [0] });
    expect(subject.watch('draw', [])).toMatchObject({ random: true });
  });
});
