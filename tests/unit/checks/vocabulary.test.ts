import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { growsLinearly } from '#grader/checks/cost.ts';
import { rejectsOutside } from '#grader/checks/error.ts';
import { matches } from '#grader/checks/example.ts';
import { all } from '#grader/checks/law.ts';
import { decimals, expectClose, expectThat, forAll, vectors } from '#grader/checks/property.ts';
import { isPure } from '#grader/checks/purity.ts';
import { studentOf } from '#grader/checks/student.ts';
import { NotStarted, Stopped, Unmeasurable } from '#grader/model/subject.ts';
import { array, Callback, number, record, type Value, vector } from '#grader/model/value.ts';
import { benchOf, findingOf } from '../../support/bench.ts';

const oneNumber = (run: unknown) => benchOf({ f: { run, returns: number } });

describe('matches', () => {
  const squares = matches(() => [0, 1, 3, -2].map((x) => ({ args: [x], expected: x * x })));

  test('holds for right answers, also within the tolerance', () => {
    expect(
      findingOf(
        squares,
        oneNumber((x: number) => x * x),
      ),
    ).toBeUndefined();
    expect(
      findingOf(
        squares,
        oneNumber((x: number) => x * x + 5e-10),
      ),
    ).toBeUndefined();
  });

  test('reports the first case that fails, with both values and the tolerance', () => {
    expect(
      findingOf(
        squares,
        oneNumber((x: number) => 2 * x),
      ),
    ).toMatchObject({
      expected: '1',
      actual: '2',
      counterexample: 'f(1)',
      tolerance: '± 1e-9, absolute and relative',
    });
  });

  test('shows as many digits as it takes to tell the values apart', () => {
    const finding = findingOf(
      matches(() => [{ args: [1], expected: 1 }], { abs: 0, rel: 1e-15 }),
      oneNumber(() => 1 + 4e-13),
    );
    expect(finding?.actual).toBe('1.0000000000004');
  });

  test.each([
    ['undefined', () => undefined, /returned undefined.*is there a return/],
    ['a string', () => '1', /what it returned is "1", not a number/],
    ['a typed array', () => new Float64Array(1), /Array\.from/],
    ['NaN', () => Number.NaN, /another value/],
    ['an exception', () => JSON.parse('{'), /threw SyntaxError/],
    [
      'a string thrown',
      () => {
        throw 'no';
      },
      /threw no, which is not an error/,
    ],
    [
      'another stub',
      () => {
        throw new Error('TODO: g');
      },
      /needs g, which is not started yet/,
    ],
    [
      'endless recursion',
      function f(): number {
        return f() + 1;
      },
      /too deep/,
    ],
  ])('refuses %s, plainly', (_name, run, message) => {
    expect(findingOf(squares, oneNumber(run))?.message).toMatch(message);
  });

  test('leaves the stub’s own message alone', () => {
    expect(() =>
      squares(
        oneNumber(() => {
          throw new Error('TODO: f');
        }),
      ),
    ).toThrow(NotStarted);
  });

  test('names a missing function', () => {
    expect(findingOf(squares, oneNumber(undefined))?.message).toBe(
      'test.ts exports no function f; its name must stay as it was',
    );
  });

  test('compares structures, and ignores further properties of a record', () => {
    const law = matches(() => [{ args: [], expected: [{ a: 1, b: [2, 3] }] }]);
    const bench = (run: unknown) => benchOf({ f: { run, returns: array(record({ a: number, b: vector })) } });
    expect(
      findingOf(
        law,
        bench(() => [{ a: 1, b: [2, 3], c: 'more' }]),
      ),
    ).toBeUndefined();
    expect(
      findingOf(
        law,
        bench(() => [{ a: 1, b: [2, 4] }]),
      )?.actual,
    ).toBe('[{ a: 1, b: [2, 4] }]');
    expect(
      findingOf(
        law,
        bench(() => [{ a: 1, b: [2] }]),
      )?.message,
    ).toMatch(/another value/);
    expect(
      findingOf(
        law,
        bench(() => [{ a: 1 }]),
      )?.message,
    ).toMatch(/has \[0\]\.b = undefined, not an array of numbers/);
  });
});

describe('a known wrong answer', () => {
  const misconceptions = [{ id: 'doubled', function: 'f', hint: 'This is 2x.', wrong: (x: number) => 2 * x }];
  const law = matches(() => [0, 1, 2, 3].map((x) => ({ args: [x], expected: x * x })));
  const bench = (run: unknown) => benchOf({ f: { run, returns: number } }, { misconceptions });

  test('is named when it gives all of the student’s answers', () => {
    expect(
      findingOf(
        law,
        bench((x: number) => x + x),
      )?.misconception,
    ).toBe('doubled');
  });

  test('is not named when it differs anywhere', () => {
    expect(
      findingOf(
        law,
        bench((x: number) => (x === 3 ? 7 : 2 * x)),
      )?.misconception,
    ).toBeUndefined();
    expect(
      findingOf(
        law,
        bench((x: number) => {
          if (x === 3) throw new Error('no');
          return 2 * x;
        }),
      )?.misconception,
    ).toBeUndefined();
  });

  test('is not named where it would already have failed what the function got right', () => {
    const shared = bench((x: number) => (x < 10 ? x * x : 2 * x));
    law(shared);
    const later = matches(() => [{ args: [20], expected: 400 }]);
    expect(findingOf(later, shared)).toMatchObject({ actual: '40' });
    expect(findingOf(later, shared)?.misconception).toBeUndefined();
  });
});

describe('forAll', () => {
  type Module = { f(x: number): number };
  const even = forAll<Module, [number]>({
    inputs: fc.tuple(decimals(-9, 9)),
    holds: (student, [x]) => expectClose(student.f(-x), student.f(x), { message: 'f is not even' }),
    show: ([x]) => `f(${x})`,
  });

  test('holds for a law that holds', () => {
    expect(
      findingOf(
        even,
        oneNumber((x: number) => x * x),
      ),
    ).toBeUndefined();
  });

  test('makes the counterexample as small as possible, and says how it was found', () => {
    const finding = findingOf(
      even,
      oneNumber((x: number) => (x > 2 ? 1 : 0)),
    );
    expect(finding).toMatchObject({ message: 'f is not even', counterexample: 'f(2.01)' });
    expect(finding?.search).toMatch(/^found after \d+ of 20 inputs, made smaller (once|\d+ times)$/);
  });

  test('tries its examples first', () => {
    const law = forAll<Module, [number]>({
      inputs: fc.tuple(decimals(-9, 9)),
      examples: [[100]],
      holds: (student, [x]) => expectThat(student.f(x) < 100, 'f is large'),
      show: ([x]) => `f(${x})`,
    });
    const finding = findingOf(
      law,
      oneNumber((x: number) => x),
    );
    expect(finding).toMatchObject({ counterexample: 'f(100)', search: 'found after 1 of 20 inputs' });
  });

  test('gives the same finding each time', () => {
    const find = () =>
      findingOf(
        even,
        oneNumber((x: number) => (x > 2 ? x : 0)),
      );
    expect(find()).toEqual(find());
  });

  test('stops at once when the machine has stopped', () => {
    let calls = 0;
    const bench = oneNumber(() => 0);
    const stopping = {
      ...bench,
      subject: {
        ...bench.subject,
        spent: 0,
        watch: bench.subject.watch,
        call: () => {
          calls += 1;
          throw new Stopped('out-of-fuel', 'used up its fuel');
        },
      },
    };
    expect(() => even(stopping)).toThrow(Stopped);
    expect(calls).toBe(1);
  });

  test('draws vectors of the length asked for', () => {
    const law = forAll<{ f(x: Value): number }, [number[]]>({
      inputs: fc.tuple(vectors(3, -1, 1)),
      holds: (student, [x]) => expectThat(student.f(x) === 3, 'has another length'),
      show: String,
    });
    expect(
      findingOf(
        law,
        oneNumber((x: number[]) => x.length),
      ),
    ).toBeUndefined();
  });
});

describe('rejectsOutside', () => {
  const law = rejectsOutside({ outside: [[-1], [Number.NaN]], inside: [[0], [4]] });

  test('holds for a RangeError or a subclass of it', () => {
    class DomainError extends RangeError {}
    expect(
      findingOf(
        law,
        oneNumber((x: number) => {
          if (!(x >= 0)) throw new DomainError('x');
          return Math.sqrt(x);
        }),
      ),
    ).toBeUndefined();
  });

  test.each([
    ['nothing thrown', (x: number) => Math.sqrt(x), /returned NaN/],
    [
      'NaN let through',
      (x: number) => {
        if (x < 0) throw new RangeError('x');
        return x;
      },
      /returned NaN/,
    ],
    [
      'another error',
      (x: number) => {
        if (!(x >= 0)) throw new TypeError('x');
        return x;
      },
      /threw TypeError/,
    ],
    [
      'legal inputs refused',
      () => {
        throw new RangeError('x');
      },
      /threw RangeError/,
    ],
    [
      'a stack overflow',
      function f(x: number): number {
        return x >= 0 ? 1 : f(x) + 1;
      },
      /too deep/,
    ],
  ])('fails for %s', (_name, run, message) => {
    expect(findingOf(law, oneNumber(run))?.message).toMatch(message);
  });
});

describe('isPure', () => {
  const bench = (run: unknown) => benchOf({ f: { run, returns: vector } });
  const law = isPure(({ random }) => [[[3, 1, 2], random.decimal(0, 1)]]);

  test('holds for a function of its arguments alone', () => {
    expect(
      findingOf(
        law,
        bench((x: number[], y: number) => x.map((value) => value * y)),
      ),
    ).toBeUndefined();
  });

  let calls = 0;
  test.each([
    ['an argument is changed', (x: number[]) => [...x.sort()], /changes its first argument/],
    ['an argument is returned', (x: number[]) => x, /returns an array that it was given/],
    ['Math.random is used', (x: number[]) => x.map(() => Math.random()), /uses Math\.random/],
    [
      'the answer depends on earlier calls',
      () => {
        calls += 1;
        return [calls];
      },
      /another answer when it is called again/,
    ],
  ])('fails when %s', (_name, run, message) => {
    expect(findingOf(law, bench(run))?.message).toMatch(message);
  });
});

describe('growsLinearly', () => {
  const law = growsLinearly((n) => [n], { size: 10, calls: 8 }, 4);
  const metered = (cost: (n: number) => number) => {
    const bench = oneNumber(() => 0);
    let spent = 0;
    const subject = {
      get spent() {
        return spent;
      },
      call: (_name: string, [n]: readonly Value[]) => {
        spent += cost(n as number);
        return 0;
      },
      watch: bench.subject.watch,
    };
    return { ...bench, subject };
  };

  test('tells a linear cost from a quadratic one', () => {
    expect(
      findingOf(
        law,
        metered((n) => 1000 * n + 5000),
      ),
    ).toBeUndefined();
    expect(
      findingOf(
        law,
        metered((n) => 1000 * n ** 2),
      )?.message,
    ).toMatch(/for 4 times the dimension f takes more than 12 times/);
  });

  test('says so where steps are not counted', () => {
    expect(() => law(oneNumber(() => 0))).toThrow(Unmeasurable);
  });
});

describe('callbacks', () => {
  const use = (run: unknown, callback: Callback) => {
    const bench = benchOf({ f: { run, returns: number } });
    return findingOf((inner) => void studentOf<{ f(u: unknown): number }>(inner).f(callback), bench);
  };
  const field = () => new Callback('(x, t) => [t]', [vector, number], (_x: number[], t: number) => [t]);

  test('are counted with their arguments', () => {
    const callback = field();
    expect(use((u: (x: number[], t: number) => number[]) => u([1, 2], 0.5)[0], callback)).toBeUndefined();
    expect(callback.calls).toEqual([[[1, 2], 0.5]]);
  });

  test('called wrongly are the student’s mistake', () => {
    const finding = use((u: (x: number) => number[]) => u(1)[0], field());
    expect(finding?.message).toBe('(x, t) => [t] was called with (1): argument 1 is 1, not an array of numbers');
  });
});

test('all reports the first law that does not hold', () => {
  const first = () => expectThat(true, 'first');
  const second = () => expectThat(false, 'second', { expected: 'x' });
  expect(
    findingOf(
      all(first, second),
      oneNumber(() => 0),
    ),
  ).toEqual({ message: 'second', expected: 'x' });
});
