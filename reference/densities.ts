import type { BigNumber } from 'mathjs';
import { big } from './precision.ts';

const TWO_PI = big(-1).acos().times(2);

/** ½·log 2π, the constant of every normal log-density, in nats. */
export const HALF_LOG_TWO_PI = TWO_PI.ln().div(2).toNumber();

/** log N(y; mean, deviation²) in nats, to 64 digits; deviation > 0. */
export function logNormalDensity(y: number, mean: BigNumber, deviation: BigNumber): BigNumber {
  const distance = big(y).minus(mean);
  const variance = deviation.times(deviation);
  return variance.times(TWO_PI).ln().plus(distance.times(distance).div(variance)).div(-2);
}
