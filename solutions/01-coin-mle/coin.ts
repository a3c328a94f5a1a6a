/** The outcome of one toss: 1 = heads, 0 = tails. */
export type Toss = 0 | 1;

/**
 * The probability of this very sequence of tosses when heads has probability p: ∏ᵢ p^yᵢ · (1 − p)^(1 − yᵢ).
 *
 * @param tosses - y₁ … yₙ, any number of them
 * @param p - the probability of heads, in [0, 1]
 * @returns a probability in [0, 1]; 1 without tosses
 * @throws RangeError if p is outside [0, 1] or NaN
 */
export function likelihood(tosses: readonly Toss[], p: number): number {
  requireProbability('p', p);
  // The order of the tosses does not matter: how many of each kind there are says all that they say about p.
  const heads = countHeads(tosses);
  return p ** heads * (1 - p) ** (tosses.length - heads);
}

/**
 * Minus the logarithm of the likelihood, computed so that it neither underflows nor becomes NaN.
 *
 * @param tosses - y₁ … yₙ, any number of them (10,000 as well)
 * @param p - the probability of heads, in [0, 1]
 * @returns nats, in [0, ∞]; 0 without tosses, Infinity when the tosses are impossible under p (0 · log 0 counts as 0)
 * @throws RangeError if p is outside [0, 1] or NaN
 */
export function negativeLogLikelihood(tosses: readonly Toss[], p: number): number {
  requireProbability('p', p);
  const heads = countHeads(tosses);
  // log1p(−p) is log(1 − p) without first rounding 1 − p.
  return surprise(heads, Math.log(p)) + surprise(tosses.length - heads, Math.log1p(-p));
}

/**
 * The p under which the tosses are most probable.
 *
 * @param tosses - y₁ … yₙ, at least one
 * @returns a probability in [0, 1]
 * @throws RangeError if there are no tosses
 */
export function maximumLikelihood(tosses: readonly Toss[]): number {
  if (tosses.length === 0) throw new RangeError('tosses must hold at least one toss, got none');
  // d/dp NLL = −heads/p + tails/(1 − p) is 0 at the share of heads.
  return countHeads(tosses) / tosses.length;
}

/**
 * The index of the candidate under which the tosses are most probable, also where every likelihood underflows to 0.
 *
 * @param tosses - y₁ … yₙ, any number of them
 * @param candidates - probabilities of heads, each in [0, 1], at least one
 * @returns an index into candidates; of equally good ones the lowest, so 0 without tosses
 * @throws RangeError if there are no candidates, or one of them is outside [0, 1] or NaN
 */
export function mostLikely(tosses: readonly Toss[], candidates: readonly number[]): number {
  if (candidates.length === 0) throw new RangeError('candidates must hold at least one probability, got none');
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [index, p] of candidates.entries()) {
    requireProbability(`candidates[${index}]`, p);
    // Logarithms keep apart what underflow would make equal, and the logarithm is monotone: same winner.
    const loss = negativeLogLikelihood(tosses, p);
    if (loss < least) {
      best = index;
      least = loss;
    }
  }
  return best;
}

function requireProbability(name: string, p: number): void {
  // Asked this way round, NaN fails as well.
  if (!(p >= 0 && p <= 1)) throw new RangeError(`${name} must be in [0, 1], got ${p}`);
}

function countHeads(tosses: readonly Toss[]): number {
  return tosses.reduce<number>((heads, toss) => heads + toss, 0);
}

/** −count · log P, where what never happened surprises nobody: 0 · log 0 = 0. */
function surprise(count: number, logProbability: number): number {
  return count === 0 ? 0 : -count * logProbability;
}
