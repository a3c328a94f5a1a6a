import type { BigNumber } from 'mathjs';
import { requireDomain } from './domain.ts';
import { math } from './math.ts';

/** Digits to which `findRoot` settles its answer; the arithmetic itself carries 64. */
const ROOT_DIGITS = 30;

/**
 * The number as a BigNumber of 64 digits. It is the double's own binary value: `big(0.1)` is 0.1000000000000000055…,
 * where `math.bignumber(0.1)` would take the decimal 0.1 and so move the input by up to half an ulp.
 */
export function big(x: number): BigNumber {
  return math.bignumber(x.toPrecision(64));
}

/** The sum of BigNumbers; 0 for none. */
export function sumBig(terms: readonly BigNumber[]): BigNumber {
  return terms.reduce((sum, term) => sum.plus(term), big(0));
}

/** The arithmetic mean of at least one BigNumber, else a RangeError. */
export function meanBig(terms: readonly BigNumber[]): BigNumber {
  requireDomain(terms.length > 0, 'the mean of no values');
  return sumBig(terms).div(terms.length);
}

/**
 * The root of a continuous f between `low` and `high`, to 30 digits of the bracket; a RangeError if f has one sign at
 * both. Ridders' method: false position after an exponential has straightened f; each round at least halves the bracket.
 * Source: C. Ridders, IEEE Transactions on Circuits and Systems 26 (1979), 979–980.
 */
export function findRoot(f: (x: BigNumber) => BigNumber, low: BigNumber, high: BigNumber): BigNumber {
  const settled = low.abs().plus(high.abs()).times(`1e-${ROOT_DIGITS}`);
  let [left, right] = [low, high];
  let [fLeft, fRight] = [f(left), f(right)];
  if (fLeft.isZero()) return left;
  if (fRight.isZero()) return right;
  requireDomain(fLeft.isNegative() !== fRight.isNegative(), `no change of sign between ${low} and ${high}`);

  for (let previous = left; ; ) {
    const middle = left.plus(right).div(2);
    const fMiddle = f(middle);
    const steepness = fMiddle.times(fMiddle).minus(fLeft.times(fRight)).sqrt();
    const step = middle.minus(left).times(fMiddle).div(steepness);
    const x = fLeft.isNegative() ? middle.minus(step) : middle.plus(step);
    const fx = f(x);
    if (fx.isZero() || x.minus(previous).abs().lte(settled)) return x;

    for (const [at, value] of [[middle, fMiddle] as const, [x, fx] as const]) {
      if (value.isNegative() === fLeft.isNegative()) [left, fLeft] = [at, value];
      else [right, fRight] = [at, value];
    }
    previous = x;
  }
}
