import { Failure } from '../model/exercise.ts';
import { count } from '../model/text.ts';
import type { Vector } from '../model/value.ts';

/**
 * How often something happened that should happen in half of all trials, independently in each.
 *
 * Statistical checks are made of tallies alone, because for a fair coin the probability of every count is known exactly.
 */
export interface Tally {
  /** What was counted, as a sentence up to the count: "coordinate 1 of a probe is +1". */
  readonly what: string;
  readonly hits: number;
  readonly trials: number;
}

/**
 * Every tally may be that of a fair coin.
 *
 * The probability that a right answer fails is at most `falseAlarm`: each of m tallies gets falseAlarm/m, and the union
 * bound holds however they depend on one another.
 */
export function expectFair(tallies: readonly Tally[], falseAlarm: number, counterexample: string): void {
  const margins = new Map<number, number>();
  for (const { what, hits, trials } of tallies) {
    const margin = margins.get(trials) ?? fairMargin(trials, falseAlarm / tallies.length);
    margins.set(trials, margin);
    if (Math.abs(2 * hits - trials) <= 2 * margin) continue;
    const [low, high] = [Math.ceil(trials / 2 - margin), Math.floor(trials / 2 + margin)];
    const odds = (1 / falseAlarm).toExponential(0).replace('e+', '·10^');
    throw new Failure({
      message: `${what} in ${hits.toLocaleString('en-US')} of ${count(trials, 'case')}; chance alone fails a right answer here at most once in ${odds} runs`,
      expected: `${low} to ${high} of ${trials}, about half`,
      actual: `${hits} of ${trials}`,
      counterexample,
    });
  }
}

/**
 * The smallest margin (half an integer) with P(|hits − trials/2| > margin) ≤ falseAlarm for a fair coin, from the exact
 * binomial distribution.
 *
 * Only + − × ÷ are used, so that the margin is the same on every machine.
 */
export function fairMargin(trials: number, falseAlarm: number): number {
  // The weights C(n, k) from the middle outwards, relative to the largest, which keeps them from overflowing; those that
  // underflow, far out, are below any bound of interest.
  const middle = Math.ceil(trials / 2);
  const weights = [1];
  for (let k = middle; k < trials; k += 1) weights.push(((weights.at(-1) as number) * (trials - k)) / (k + 1));
  // With an even number of trials the middle stands alone, with an odd one it has a twin.
  const all = 2 * weights.reduceRight((total, weight) => total + weight, 0) - (trials % 2 === 0 ? 1 : 0);
  let tail = 0;
  let outermost = weights.length;
  while (outermost > 0) {
    const next = tail + 2 * (weights[outermost - 1] as number);
    if (next > falseAlarm * all) break;
    tail = next;
    outermost -= 1;
  }
  return middle + outermost - 1 - trials / 2;
}

/**
 * For every non-empty set of columns of a table of signs, how often the product over the set is +1; small sets first.
 *
 * In a row of independent fair signs every such product is a fair sign itself, and conversely: the 2ᵈ − 1 products are
 * the Walsh functions of the row, and a distribution on {±1}ᵈ under which each of them has mean 0 is the uniform one. So
 * these tallies see any bias and any dependence, given enough rows.
 */
export function tallyProducts(rows: readonly Vector[], describe: (columns: readonly number[]) => string): Tally[] {
  const width = rows[0]?.length ?? 0;
  const sets = Array.from({ length: 2 ** width - 1 }, (_, index) =>
    Array.from({ length: width }, (_, column) => column).filter((column) => ((index + 1) >> column) & 1),
  );
  return sets.sort((a, b) => a.length - b.length).map((columns) => tallyProduct(rows, columns, describe(columns)));
}

/** How often the product of a row's signs in these columns is +1. */
export function tallyProduct(rows: readonly Vector[], columns: readonly number[], what: string): Tally {
  const hits = rows.filter((row) => columns.reduce((product, column) => product * (row[column] as number), 1) === 1);
  return { what, hits: hits.length, trials: rows.length };
}
