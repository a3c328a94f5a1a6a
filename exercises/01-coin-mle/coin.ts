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
  throw new Error('TODO: likelihood');
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
  throw new Error('TODO: negativeLogLikelihood');
}

/**
 * The p under which the tosses are most probable.
 *
 * @param tosses - y₁ … yₙ, at least one
 * @returns a probability in [0, 1]
 * @throws RangeError if there are no tosses
 */
export function maximumLikelihood(tosses: readonly Toss[]): number {
  throw new Error('TODO: maximumLikelihood');
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
  throw new Error('TODO: mostLikely');
}
