import type { BigNumber } from 'mathjs';
import { requireDomain } from './domain.ts';
import { big, findRoot } from './precision.ts';

/** 1 is heads. */
export type Toss = 0 | 1;

/** p^heads·(1 − p)^tails, to 64 digits and then rounded; p outside [0, 1] → RangeError. */
export function likelihood(tosses: readonly Toss[], p: number): number {
  requireProbability(p);
  const { heads, tails } = count(tosses);
  return big(p)
    .pow(heads)
    .times(big(1).minus(big(p)).pow(tails))
    .toNumber();
}

/** −log likelihood in nats, with 0·log 0 = 0 and Infinity for the impossible; p outside [0, 1] → RangeError. */
export function negativeLogLikelihood(tosses: readonly Toss[], p: number): number {
  return surprise(tosses, p).toNumber();
}

/**
 * The p that maximises the likelihood: where the score heads/p − tails/(1 − p) changes its sign, found without solving
 * for it. It cannot be nearer to 0 or 1 than 1/n, unless all tosses are alike. No tosses → RangeError.
 */
export function maximumLikelihood(tosses: readonly Toss[]): number {
  requireDomain(tosses.length > 0, 'no tosses');
  const { heads, tails } = count(tosses);
  if (heads === 0) return 0;
  if (tails === 0) return 1;
  const score = (p: BigNumber) =>
    big(heads)
      .div(p)
      .minus(big(tails).div(big(1).minus(p)));
  const margin = big(1).div(2 * tosses.length);
  return findRoot(score, margin, big(1).minus(margin)).toNumber();
}

/** The index of the candidate with the greatest likelihood, the lowest of equals; none, or one outside [0, 1] → RangeError. */
export function mostLikely(tosses: readonly Toss[], candidates: readonly number[]): number {
  requireDomain(candidates.length > 0, 'no candidates');
  const surprises = candidates.map((p) => surprise(tosses, p));
  return surprises.reduce((best, value, i) => (value.lt(surprises[best] as BigNumber) ? i : best), 0);
}

function surprise(tosses: readonly Toss[], p: number): BigNumber {
  requireProbability(p);
  const { heads, tails } = count(tosses);
  return nats(heads, big(p)).plus(nats(tails, big(1).minus(big(p))));
}

/** −times·log p, which is 0 for no times whatever p is. */
function nats(times: number, p: BigNumber): BigNumber {
  return times === 0 ? big(0) : p.ln().times(-times);
}

function count(tosses: readonly Toss[]): { heads: number; tails: number } {
  const heads = tosses.filter((toss) => toss === 1).length;
  return { heads, tails: tosses.length - heads };
}

function requireProbability(p: number): void {
  requireDomain(p >= 0 && p <= 1, `p is outside [0, 1]: ${p}`);
}
