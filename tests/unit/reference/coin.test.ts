import { describe, expect, test } from 'vitest';
import { likelihood, maximumLikelihood, mostLikely, negativeLogLikelihood, type Toss } from '#reference/coin.ts';
import { expectClose } from './support.ts';

function tosses(heads: number, tails: number): Toss[] {
  return [...Array<Toss>(heads).fill(1), ...Array<Toss>(tails).fill(0)];
}

describe('the likelihood of tosses', () => {
  test('is a product of probabilities', () => {
    expect(likelihood(tosses(5, 5), 0.5)).toBe(2 ** -10);
    expectClose(likelihood([1, 0, 1], 0.8), 0.8 * 0.2 * 0.8);
    expect(likelihood([], 0.3)).toBe(1);
  });

  test('is certain or impossible for p = 0 and 1', () => {
    expect(likelihood([1, 1], 1)).toBe(1);
    expect(likelihood([1, 0], 1)).toBe(0);
    expect(likelihood([0], 0)).toBe(1);
    expect(likelihood([1], 0)).toBe(0);
  });

  test('adds up to 1 over all sequences of three', () => {
    const sequences = Array.from({ length: 8 }, (_, k) => [k & 1, (k >> 1) & 1, (k >> 2) & 1] as Toss[]);
    expectClose(
      sequences.reduce((sum, sequence) => sum + likelihood(sequence, 0.37), 0),
      1,
    );
  });

  test('is accurate down to the smallest doubles, and then 0', () => {
    expect(likelihood(tosses(1000, 0), 0.5)).toBe(2 ** -1000);
    expect(likelihood(tosses(1074, 0), 0.5)).toBe(Number.MIN_VALUE);
    expect(likelihood(tosses(10_000, 0), 0.5)).toBe(0);
  });
});

describe('the negative log-likelihood', () => {
  test('is a sum of surprises in nats', () => {
    expectClose(negativeLogLikelihood(tosses(3, 1), 0.25), 3 * Math.log(4) + Math.log(4 / 3));
    expect(negativeLogLikelihood([], 0.5)).toBe(0);
  });

  test('has 0·log 0 = 0, and Infinity for the impossible', () => {
    expect(negativeLogLikelihood([1, 1], 1)).toBe(0);
    expect(negativeLogLikelihood([0], 0)).toBe(0);
    expect(negativeLogLikelihood([0], 1)).toBe(Number.POSITIVE_INFINITY);
    expect(negativeLogLikelihood([1, 0], 0)).toBe(Number.POSITIVE_INFINITY);
  });

  test('is finite for ten thousand tosses', () => {
    expectClose(negativeLogLikelihood(tosses(10_000, 0), 1e-3), 30_000 * Math.LN10, { abs: 0, rel: 1e-15 });
    expectClose(negativeLogLikelihood(tosses(0, 10_000), 1e-3), -10_000 * Math.log1p(-1e-3), { abs: 0, rel: 1e-15 });
  });
});

describe('the maximum of the likelihood', () => {
  test('is the share of heads, exactly', () => {
    for (let heads = 0; heads <= 12; heads++) {
      for (let tails = heads === 0 ? 1 : 0; tails <= 12; tails++) {
        expect(maximumLikelihood(tosses(heads, tails))).toBe(heads / (heads + tails));
      }
    }
    expect(maximumLikelihood(tosses(1, 9_999))).toBe(1e-4);
  });

  test('needs tosses', () => {
    expect(() => maximumLikelihood([])).toThrow(RangeError);
  });
});

describe('the most likely candidate', () => {
  test('is the one nearest to the data, in likelihood', () => {
    expect(mostLikely(tosses(7, 3), [0.2, 0.9, 0.6, 0.5])).toBe(2);
  });

  test('is found where every likelihood underflows', () => {
    expect(likelihood(tosses(5_000, 5_000), 0.5)).toBe(0);
    expect(mostLikely(tosses(5_000, 5_000), [0.4, 0.4999, 0.501])).toBe(1);
  });

  test('is the first of equals', () => {
    expect(mostLikely(tosses(2, 1), [0.1, 0.6, 0.6])).toBe(1);
    expect(mostLikely([1, 0], [0, 1])).toBe(0);
    expect(mostLikely([], [0.9, 0.1])).toBe(0);
  });
});

test.each([-0.1, 1.1, Number.NaN, Number.POSITIVE_INFINITY])('%d is no probability', (p) => {
  expect(() => likelihood([1], p)).toThrow(RangeError);
  expect(() => negativeLogLikelihood([], p)).toThrow(RangeError);
  expect(() => mostLikely([1], [0.5, p])).toThrow(RangeError);
});

test('there is no best of no candidates', () => {
  expect(() => mostLikely([1], [])).toThrow(RangeError);
});
