import { sensitivities } from './adjoint.ts';
import * as affine from './affine.ts';
import * as augmented from './augmented.ts';
import * as coin from './coin.ts';
import * as composition from './composition.ts';
import { gaussianResidual } from './continuity.ts';
import * as coupling from './coupling.ts';
import { requireDomain } from './domain.ts';
import { directionalDerivative, divergence, field } from './fields.ts';
import { logAbsDeterminant, trace } from './linear-algebra.ts';
import * as matching from './matching.ts';
import * as ode from './ode.ts';
import * as planar from './planar.ts';
import * as single from './single-precision.ts';
import { rademacherVariance, traceEstimate, traceEstimateWithError } from './trace.ts';
import * as training from './training.ts';
import type { Matrix, Vector } from './types.ts';
import { witness } from './witness.ts';

/** A vector field as text, one component an entry; see `field`. */
type Components = readonly string[];

/**
 * Every answer the reference gives, by name. Each entry is a pure, synchronous function of plain data to plain data, in
 * which numbers may be ±Infinity or NaN; arguments outside its domain are a RangeError.
 */
export const reference = {
  'coin.likelihood': coin.likelihood,
  'coin.negativeLogLikelihood': coin.negativeLogLikelihood,
  'coin.maximumLikelihood': coin.maximumLikelihood,
  'coin.mostLikely': coin.mostLikely,

  'affine.forward': affine.forward,
  'affine.inverse': affine.inverse,
  'affine.logAbsDetInverse': affine.logAbsDetInverse,
  'affine.logDensity': affine.logDensity,
  'affine.pushforward': affine.pushforward,

  'planar.forward': planar.forward,
  /** log |det J| of the layer at x, from its full d × d Jacobian. */
  'planar.logDetJacobian': (x: Vector, layer: planar.PlanarLayer): number =>
    logAbsDeterminant(witnessedPlanarJacobian(x, layer)),
  'planar.isInvertible': planar.isInvertible,
  'planar.constrain': planar.constrain,
  'planar.inverse': planar.inverse,

  'coupling.forward': coupling.forward,
  'coupling.inverse': coupling.inverse,
  'coupling.logDetJacobian': coupling.logDetJacobian,

  'ode.eulerStep': (components: Components, x: Vector, t: number, h: number): number[] =>
    ode.eulerStep(field(components).value, x, t, h),
  'ode.eulerTrajectory': (components: Components, x0: Vector, steps: number): number[][] =>
    ode.eulerTrajectory(field(components).value, x0, steps),
  'ode.eulerBackward': (components: Components, x1: Vector, steps: number): number[] =>
    ode.eulerBackward(field(components).value, x1, steps),
  'ode.flow': (components: Components, x0: Vector, t0: number, t1: number): number[] =>
    ode.flow(field(components).value, x0, t0, t1),
  'ode.linearFlow': ode.linearFlow,

  'field.value': (components: Components, x: Vector, t: number): number[] => field(components).value(x, t),
  'field.jacobian': (components: Components, x: Vector, t: number): number[][] => field(components).jacobian(x, t),
  'field.directionalDerivative': (components: Components, x: Vector, t: number, v: Vector): number[] =>
    directionalDerivative(field(components), x, t, v),
  'field.divergence': (components: Components, x: Vector, t: number): number => divergence(field(components), x, t),

  'augmented.push': (components: Components, x0: Vector, logDensity0: number, steps: number) =>
    augmented.push(field(components), x0, logDensity0, steps),
  'augmented.pull': (components: Components, y: Vector, steps: number) => augmented.pull(field(components), y, steps),
  'augmented.linearLogDensity': augmented.linearLogDensity,

  'continuity.gaussianResidual': gaussianResidual,

  'trace.estimate': traceEstimate,
  'trace.estimateWithError': traceEstimateWithError,
  'trace.exact': (matrix: Matrix): number => trace(matrix),
  'trace.rademacherVariance': rademacherVariance,
  /** The mean of vᵀJv over the probes, with the exact Jacobian J of the field at (x, t). */
  'trace.divergenceEstimate': (components: Components, x: Vector, t: number, probes: readonly Vector[]): number =>
    traceEstimate(field(components).jacobian(x, t), probes),

  'training.affineLoss': training.affineLoss,
  'training.affineGradient': witnessedAffineGradient,
  'training.affineDescent': training.affineDescent,
  'training.planarLoss': training.planarLoss,
  'training.planarGradient': witnessedPlanarGradient,

  'adjoint.sensitivities': sensitivities,

  'matching.interpolate': matching.interpolate,
  'matching.conditionalVelocity': matching.conditionalVelocity,
  'matching.loss': (components: Components, batch: readonly matching.Pair[]): number =>
    matching.flowMatchingLoss(field(components).value, batch),
  'matching.gaussianVelocity': matching.gaussianVelocity,
  'composition.forward': composition.forward,
  'composition.inverse': composition.inverse,
  /** log |det J| of the whole map at x, from its full d × d Jacobian. */
  'composition.logDetJacobian': (flows: readonly composition.Flow[], x: Vector): number =>
    logAbsDeterminant(witnessedCompositionJacobian(flows, x)),
  /** log |det J⁻¹| at y, where J is the Jacobian of the whole map at the point that it carries to y. */
  'composition.logAbsDetInverse': (flows: readonly composition.Flow[], y: Vector): number =>
    -logAbsDeterminant(witnessedCompositionJacobian(flows, composition.inverse(flows, y))),
} satisfies Record<string, (...args: never[]) => unknown>;

/** The names, arguments and answers of the reference, for those who are handed it. */
export type Reference = typeof reference;

function witnessedPlanarJacobian(x: Vector, layer: planar.PlanarLayer): number[][] {
  const dimension = x.length;
  const exact = (numbers: Vector) => {
    const [at] = training.unflatten(numbers.slice(dimension), [layer]) as [planar.PlanarLayer];
    return planar.forwardJacobian(numbers.slice(0, dimension), at).flat();
  };
  const numbers = [...x, ...training.flatten([layer])];
  const entries = witness('the planar Jacobian', numbers, exact, single.planarJacobian);
  return x.map((_, i) => entries.slice(i * dimension, (i + 1) * dimension));
}

function witnessedCompositionJacobian(flows: readonly composition.Flow[], x: Vector): number[][] {
  const exact = (at: Vector) => composition.forwardJacobian(flows, at).flat();
  const entries = witness('the Jacobian of the composition', x, exact, (at) => single.compositionJacobian(flows, at));
  return x.map((_, i) => entries.slice(i * x.length, (i + 1) * x.length));
}

function witnessedAffineGradient(parameters: training.AffineParameters, data: Vector): training.AffineParameters {
  const exact = ([logScale, shift, ...values]: Vector) => {
    const slope = training.affineGradient({ logScale: logScale as number, shift: shift as number }, values);
    return [slope.logScale, slope.shift];
  };
  const numbers = [parameters.logScale, parameters.shift, ...data];
  const [logScale, shift] = witness('the affine gradient', numbers, exact, single.affineGradient);
  return { logScale: logScale as number, shift: shift as number };
}

function witnessedPlanarGradient(layers: readonly planar.PlanarLayer[], data: readonly Vector[]): planar.PlanarLayer[] {
  const dimension = data[0]?.length ?? 0;
  requireDomain(
    data.every((y) => y.length === dimension),
    'the points of the data have different lengths',
  );
  const theta = training.flatten(layers);
  const exact = (numbers: Vector) => {
    const points = data.map((_, i) => numbers.slice(theta.length + i * dimension).slice(0, dimension));
    return training.flatten(
      training.planarGradient(training.unflatten(numbers.slice(0, theta.length), layers), points),
    );
  };
  const numbers = [...theta, ...data.flat()];
  const inSinglePrecision = (at: Vector) => single.planarGradient(at, layers.length, dimension);
  return training.unflatten(witness('the planar gradient', numbers, exact, inSinglePrecision), layers);
}
