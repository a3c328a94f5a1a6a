/**
 * The data that exercise 10's `fitPlanarFlow` is given, and the measure of how well it did.
 *
 * The distribution has four clusters at the corners of a square: y = R·(s + ε), with s = (±1.8, ±1.8), each corner
 * equally likely, ε from N(0, I), and R a rotation which differs from seed to seed, so that layers have to be fitted
 * rather than remembered. Its covariance is 4.24·I whatever R is: no Gaussian sees the clusters, and their directions
 * cannot be read off the second moments. Neither its entropy nor the best Gaussian depends on R.
 *
 * Two planar layers, one along each side of the square, come within a few per cent of the entropy, well inside the
 * invertible ones (bᵀa ≈ −0.8); one layer alone stays far behind the best Gaussian. Layers with bᵀa ≤ −1 must be
 * rejected before anything here is asked about them: their "density" integrates to more than 1.
 */

/** What is needed of a planar layer x ↦ x + tanh(bᵀx + c)·a. */
interface PlanarLayer {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly c: number;
}

/** Where randomness comes from: U[0, 1), and N(0, 1) rounded so that it is the same on every machine. */
interface Random {
  uniform(): number;
  normal(): number;
}

/** (cos, sin) of the angle by which the square is turned. */
export type Rotation = readonly [cos: number, sin: number];

export const layerCount = 2;
export const pointCount = 250;
/** With these, `gapClosed` of a good fit varies by about 0.01 from one fresh sample to the next. */
export const freshPointCount = 2000;

/** Half the side of the square, in deviations of a cluster. */
export const offset = 1.8;

/**
 * H = −E log p(y) in nats. Up to the rotation the coordinates are independent, each with the density
 * q(t) = ½·N(t; 1.8, 1) + ½·N(t; −1.8, 1), so that H = −2·∫ q log q dt; by the trapezoidal rule on [−14, 14].
 */
export const entropy = 4.037533001542029;

/** −E log of the Gaussian with the distribution's own moments, N(0, (1 + 1.8²)·I), which is 1 + log(2π·4.24). */
export const bestGaussianNegativeLogLikelihood = 1 + Math.log(2 * Math.PI * (1 + offset ** 2));

/** A rotation by a uniformly distributed angle: the direction of a point of the unit disc, found without sin and cos. */
export function drawRotation(random: Random): Rotation {
  for (;;) {
    const x = 2 * random.uniform() - 1;
    const y = 2 * random.uniform() - 1;
    const length = Math.sqrt(x * x + y * y);
    if (length > 0 && length < 1) return [x / length, y / length];
  }
}

/** The rotation by another 45°, as far as a square can be turned: layers that suit the one do not suit the other. */
export function turnFurther([cos, sin]: Rotation): Rotation {
  const half = Math.sqrt(0.5);
  return [half * (cos - sin), half * (cos + sin)];
}

/** `count` points of the distribution; bit for bit the same wherever `random` is. */
export function sampleData(random: Random, [cos, sin]: Rotation, count: number): number[][] {
  const coordinate = () => (random.uniform() < 0.5 ? -offset : offset) + random.normal();
  return Array.from({ length: count }, () => {
    const first = coordinate();
    const second = coordinate();
    return [cos * first - sin * second, sin * first + cos * second];
  });
}

/** log p(y) of the distribution itself. */
export function logDensity(y: readonly number[], [cos, sin]: Rotation): number {
  const [y0, y1] = y as [number, number];
  return logCoordinateDensity(cos * y0 + sin * y1) + logCoordinateDensity(cos * y1 - sin * y0);
}

/**
 * The share of the gap between the best Gaussian and the entropy which the flow closes: 0 is as good as the best
 * Gaussian, 1 is the distribution itself, and less than 0 is common.
 *
 * (NLL(best Gaussian) − NLL(flow))/(NLL(best Gaussian) − entropy) = 1 − KL(p, flow)/KL(p, best Gaussian). The
 * divergence KL(p, flow) = E[log p(y) − log flow(y)] is averaged over the fresh points, which are those of p: as both
 * logarithms go up and down together, that mean is ten times steadier than the flow's NLL alone.
 *
 * @param layers - from data to noise, of two dimensions each, all with bᵀa > −1
 */
export function gapClosed(
  layers: readonly PlanarLayer[],
  freshPoints: readonly (readonly number[])[],
  rotation: Rotation,
): number {
  let sum = 0;
  for (const y of freshPoints) sum += logDensity(y, rotation) - logFlowDensity(layers, y);
  return 1 - sum / freshPoints.length / (bestGaussianNegativeLogLikelihood - entropy);
}

/** log q(t) = log N(t; 0, 1) − offset²/2 + log cosh(offset·t), with a cosh that cannot overflow. */
function logCoordinateDensity(t: number): number {
  const u = Math.abs(offset * t);
  const logCosh = u + Math.log((1 + Math.exp(-2 * u)) / 2);
  return logCosh - (t * t + offset * offset + Math.log(2 * Math.PI)) / 2;
}

/** log N(z; 0, I) + Σ log det J_φ for z = φ_L(…φ₁(y)). */
function logFlowDensity(layers: readonly PlanarLayer[], y: readonly number[]): number {
  let [x0, x1] = y as [number, number];
  let logDet = 0;
  for (const { a, b, c } of layers) {
    const [a0, a1] = a as [number, number];
    const [b0, b1] = b as [number, number];
    const h = Math.tanh(b0 * x0 + b1 * x1 + c);
    logDet += Math.log(1 + (1 - h * h) * (b0 * a0 + b1 * a1));
    x0 += h * a0;
    x1 += h * a1;
  }
  return logDet - (x0 * x0 + x1 * x1) / 2 - Math.log(2 * Math.PI);
}
