import { describe, expect, test } from 'vitest';
import { expectFair, fairMargin, type Tally, tallyProduct, tallyProducts } from '#grader/checks/statistic.ts';
import { Failure } from '#grader/model/exercise.ts';
import { Random } from '#grader/model/random.ts';

/** How many of the 2ⁿ sequences of n tosses have |heads − n/2| > margin, weighted by aᵏ·bⁿ⁻ᵏ for k heads. */
function weightBeyond(tosses: number, margin: number, [a, b] = [1n, 1n]): bigint {
  let weight = b ** BigInt(tosses);
  let beyond = 0n;
  for (let k = 0; k <= tosses; k += 1) {
    if (Math.abs(2 * k - tosses) > 2 * margin) beyond += weight;
    weight = (weight * a * BigInt(tosses - k)) / (b * BigInt(k + 1));
  }
  return beyond;
}

// Tosses, and one over the probability: an integer.
const BOUNDS: [number, bigint][] = [
  [1, 10n],
  [2, 3n],
  [7, 20n],
  [8, 20n],
  [60, 10n ** 12n],
  [1000, 64n * 4n * 10n ** 9n],
  [1001, 10n ** 9n],
  [6000, 64n * 4n * 10n ** 9n],
];

describe('the margin of a fair coin', () => {
  test.each(BOUNDS)('of %i tosses is left with probability at most 1/%i, exactly computed', (tosses, odds) => {
    const margin = fairMargin(tosses, 1 / Number(odds));
    expect(weightBeyond(tosses, margin) * odds <= 2n ** BigInt(tosses)).toBe(true);
  });

  test.each(BOUNDS)('of %i tosses is the smallest one for 1/%i', (tosses, odds) => {
    const smaller = fairMargin(tosses, 1 / Number(odds)) - 1;
    expect(weightBeyond(tosses, smaller) * odds > 2n ** BigInt(tosses)).toBe(true);
  });

  test('is a possible distance from half of the tosses', () => {
    for (const [tosses, odds] of BOUNDS) {
      expect(Number.isInteger(fairMargin(tosses, 1 / Number(odds)) + tosses / 2)).toBe(true);
    }
  });
});

const fails = (tallies: readonly Tally[], falseAlarm: number): boolean => {
  try {
    expectFair(tallies, falseAlarm, 'the input');
    return false;
  } catch (error) {
    if (error instanceof Failure) return true;
    throw error;
  }
};

describe('many tallies together', () => {
  test('raise a false alarm at most as often as stated, by the union bound, exactly computed', () => {
    const odds = 10n ** 9n;
    const trials = [...Array.from({ length: 63 }, () => 100), 600];
    const beyond = (hits: number, tosses: number) =>
      fails(
        trials.map((each) => ({ what: '', trials: each, hits: each === tosses ? hits : each / 2 })),
        1 / Number(odds),
      );
    // The probability that one of the counts is beyond what passes, as a fraction with the denominator 2⁶⁰⁰.
    let total = 0n;
    for (const [tosses, tallies] of [
      [100, 63n],
      [600, 1n],
    ] as const) {
      const allowed = Array.from({ length: tosses + 1 }, (_, hits) => hits).filter((hits) => !beyond(hits, tosses));
      const margin = Math.max(...allowed) - tosses / 2;
      expect(Math.min(...allowed)).toBe(tosses / 2 - margin);
      total += tallies * weightBeyond(tosses, margin) * 2n ** BigInt(600 - tosses);
    }
    expect(total > 0n && total * odds <= 2n ** 600n).toBe(true);
  });

  test('say what was counted, what is expected and how rare a false alarm is', () => {
    const tallies = [
      { what: 'a coin shows heads', hits: 52, trials: 100 },
      { what: 'another coin shows heads', hits: 1000, trials: 1000 },
    ];
    let failure: Failure | undefined;
    try {
      expectFair(tallies, 1e-9, 'toss()');
    } catch (error) {
      failure = error as Failure;
    }
    expect(failure).toBeInstanceOf(Failure);
    expect(failure?.message).toContain('another coin shows heads in 1,000 of 1,000');
    expect(failure?.message).toContain('1·10^9');
    expect(failure?.finding).toMatchObject({ actual: '1000 of 1000', counterexample: 'toss()' });
  });

  test('miss a coin of probability 0.6 in 6,000 tosses less than once in 10⁹, exactly computed', () => {
    const margin = fairMargin(6000, 1 / (64 * 4e9));
    const missed = 10n ** 6000n - weightBeyond(6000, margin, [6n, 4n]);
    expect(missed * 10n ** 9n < 10n ** 6000n).toBe(true);
  });
});

describe('products of signs', () => {
  test('are counted for every set of columns, small sets first', () => {
    const tallies = tallyProducts(
      [
        [1, 1],
        [1, -1],
        [-1, -1],
      ],
      (columns) => columns.join('·'),
    );
    expect(tallies).toEqual([
      { what: '0', hits: 2, trials: 3 },
      { what: '1', hits: 1, trials: 3 },
      { what: '0·1', hits: 2, trials: 3 },
    ]);
  });

  const draws: { [name: string]: (random: Random) => () => number[] } = {
    'zeros and ones': (random) => () => triple(() => random.integer(0, 1)),
    'normal numbers': (random) => () => triple(() => random.normal()),
    'a biased coin': (random) => () => triple(() => (random.uniform() < 0.6 ? 1 : -1)),
    'a constant': () => () => [1, 1, 1],
    'one sign for all coordinates': (random) => () => {
      const sign = random.pick([1, -1]);
      return [sign, sign, sign];
    },
    'signs that alternate from draw to draw': () => {
      let sign = 1;
      return () => triple(() => (sign = -sign));
    },
    'signs that alternate, from a random first one': (random) => () => {
      const first = random.pick([1, -1]);
      return [first, -first, first];
    },
    'the same probe twice': (random) => {
      let again: number[] | undefined;
      return () => {
        const probe = again ?? triple(() => random.pick([1, -1]));
        again = again === undefined ? probe : undefined;
        return probe;
      };
    },
    'a third sign that is the product of the first two': (random) => () => {
      const [first, second] = [random.pick([1, -1]), random.pick([1, -1])];
      return [first, second, first * second];
    },
    'a sign that sticks to the one before': (random) => () => {
      let sign = random.pick([1, -1]);
      return triple(() => {
        if (random.uniform() < 0.3) sign = -sign;
        return sign;
      });
    },
  };
  const triple = (draw: () => number) => Array.from({ length: 3 }, draw);

  /** Two successive draws a row, as the check of Rademacher probes has them, and all signs together. */
  const talliesOf = (draw: () => number[]): Tally[] => {
    const rows = Array.from({ length: 1000 }, () => [...draw(), ...draw()]);
    const signs = rows.flat().map((sign) => [sign]);
    return [tallyProduct(signs, [0], ''), ...tallyProducts(rows, () => '')];
  };

  test.each(Object.keys(draws))('show %s, for every one of 20 seeds', (name) => {
    for (let seed = 0; seed < 20; seed += 1) {
      expect(fails(talliesOf(draws[name]?.(new Random(`${name} ${seed}`)) ?? (() => [])), 2.5e-10)).toBe(true);
    }
  });

  test('let independent fair signs pass, for every one of 20 seeds', () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const random = new Random(`fair ${seed}`);
      expect(
        fails(
          talliesOf(() => triple(() => random.pick([1, -1]))),
          2.5e-10,
        ),
      ).toBe(false);
    }
  });
});
