import { gradient, jacobian, logAbsDeterminant, Variable, variables } from './autodiff.ts';
import { HALF_LOG_TWO_PI } from './densities.ts';
import { requireDomain } from './domain.ts';
import { dot } from './linear-algebra.ts';
import { type Lifted, type PlanarLayer, planar } from './planar.ts';
import { big, meanBig } from './precision.ts';
import type { Vector } from './types.ts';

/** The map T(x) = e^logScale·x + shift from noise to data. */
export interface AffineParameters {
  readonly logScale: number;
  readonly shift: number;
}

/** How to descend: from where, how far along the gradient, how often. */
export interface Descent {
  readonly initial: AffineParameters;
  readonly learningRate: number;
  readonly steps: number;
}

/** All that the affine model's loss depends on: mean and variance (divided by n) of the data. */
interface Moments {
  readonly mean: number;
  readonly variance: number;
}

/** The mean of −log p₁ over the data in nats, p₁ = T#N(0, 1); empty data → RangeError. */
export function affineLoss(parameters: AffineParameters, data: Vector): number {
  return affineLossAt(parameters, moments(data)).loss.value;
}

/** The gradient of `affineLoss` by logScale and shift; empty data → RangeError. */
export function affineGradient(parameters: AffineParameters, data: Vector): AffineParameters {
  return affineLossAt(parameters, moments(data)).gradient();
}

/** Plain gradient descent on `affineLoss`; losses[k] is the loss before step k, and the last one that at the end. */
export function affineDescent(
  data: Vector,
  { initial, learningRate, steps }: Descent,
): { parameters: AffineParameters; losses: number[] } {
  const facts = moments(data);
  let parameters: AffineParameters = { ...initial };
  const losses: number[] = [];
  for (let k = 0; k < steps; k++) {
    const { loss, gradient } = affineLossAt(parameters, facts);
    const slope = gradient();
    losses.push(loss.value);
    parameters = {
      logScale: parameters.logScale - learningRate * slope.logScale,
      shift: parameters.shift - learningRate * slope.shift,
    };
  }
  losses.push(affineLossAt(parameters, facts).loss.value);
  return { parameters, losses };
}

/**
 * The mean of −[log N(z; 0, I) + Σ log |det J_φ|] over the data, in nats, where the layers run from data to noise,
 * z = φ_L(… φ₁(y)). Each J_φ is the full Jacobian, by automatic differentiation. Empty data → RangeError.
 */
export function planarLoss(layers: readonly PlanarLayer[], data: readonly Vector[]): number {
  return planarLossOf(liftLayers(layers), data).value;
}

/** The gradient of `planarLoss` by the layers' numbers, in the shape of the layers; empty data → RangeError. */
export function planarGradient(layers: readonly PlanarLayer[], data: readonly Vector[]): PlanarLayer[] {
  const lifted = liftLayers(layers);
  const inputs = lifted.flatMap(({ a, b, c }) => [...a, ...b, c]);
  return unflatten(
    gradient(planarLossOf(lifted, data), inputs).map((entry) => entry.value),
    layers,
  );
}

/** The layers' numbers in a row: a, b and c of the first, then of the next. */
export function flatten(layers: readonly PlanarLayer[]): number[] {
  return layers.flatMap(({ a, b, c }) => [...a, ...b, c]);
}

/** The numbers in a row as layers again, of the shape that `like` has. */
export function unflatten(numbers: Vector, like: readonly PlanarLayer[]): PlanarLayer[] {
  let next = 0;
  const take = (count: number) => {
    next += count;
    return numbers.slice(next - count, next);
  };
  return like.map(({ a, b }) => ({ a: take(a.length), b: take(b.length), c: take(1)[0] as number }));
}

/** Σ over the data collapses to moments: mean NLL = logScale + ½log 2π + ½e^(−2·logScale)·(variance + (mean − shift)²). */
function affineLossAt(parameters: AffineParameters, { mean, variance }: Moments) {
  const logScale = new Variable(parameters.logScale);
  const shift = new Variable(parameters.shift);
  const offset = shift.minus(mean);
  const spread = offset.times(offset).plus(variance);
  const loss = logScale.times(-2).exp().times(spread).div(2).plus(logScale).plus(HALF_LOG_TWO_PI);
  return {
    loss,
    gradient(): AffineParameters {
      const [byLogScale, byShift] = gradient(loss, [logScale, shift]) as [Variable, Variable];
      return { logScale: byLogScale.value, shift: byShift.value };
    },
  };
}

function moments(data: Vector): Moments {
  requireDomain(data.length > 0, 'no data');
  const values = data.map(big);
  const mean = meanBig(values);
  return { mean: mean.toNumber(), variance: meanBig(values.map((y) => y.minus(mean).pow(2))).toNumber() };
}

function planarLossOf(layers: readonly Lifted<Variable>[], data: readonly Vector[]): Variable {
  requireDomain(data.length > 0, 'no data');
  return data
    .map((y) => pointLoss(layers, y))
    .reduce((sum, loss) => sum.plus(loss))
    .div(data.length);
}

function pointLoss(layers: readonly Lifted<Variable>[], y: Vector): Variable {
  let z = variables(y);
  let loss = new Variable(y.length * HALF_LOG_TWO_PI);
  for (const layer of layers) {
    const image = planar(z, layer);
    loss = loss.minus(logAbsDeterminant(jacobian(image, z)));
    z = image;
  }
  return loss.plus(dot(z, z).div(2));
}

function liftLayers(layers: readonly PlanarLayer[]): Lifted<Variable>[] {
  return layers.map(({ a, b, c }) => ({ a: variables(a), b: variables(b), c: new Variable(c) }));
}
