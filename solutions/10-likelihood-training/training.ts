import type { PlanarLayer } from '../04-planar-log-det/planar.ts';
import type { Vector } from '../types.ts';

/** The map T(x) = e^logScale·x + shift from noise to data; every real logScale is a legal one. */
export interface AffineParameters {
  readonly logScale: number;
  readonly shift: number;
}

/** What plain gradient descent is told. */
export interface TrainingOptions {
  readonly initial: AffineParameters;
  readonly learningRate: number;
  readonly steps: number;
}

const LOG_2_PI = Math.log(2 * Math.PI);

/**
 * The mean of −log p₁(y) over the data, where p₁ is the density of T(x) = e^logScale·x + shift for x from N(0, 1).
 *
 * @param data - the observations, in any order
 * @returns nats per observation
 * @throws RangeError if there are no data
 */
export function meanNegativeLogLikelihood(parameters: AffineParameters, data: Vector): number {
  requireData(data);
  let sum = 0;
  for (const x of toNoise(parameters, data)) sum += x ** 2 / 2;
  return sum / data.length + parameters.logScale + LOG_2_PI / 2;
}

/**
 * The derivatives of `meanNegativeLogLikelihood` by logScale and by shift.
 *
 * @throws RangeError if there are no data
 */
export function gradient(parameters: AffineParameters, data: Vector): AffineParameters {
  requireData(data);
  let sum = 0;
  let sumOfSquares = 0;
  for (const x of toNoise(parameters, data)) {
    sum += x;
    sumOfSquares += x ** 2;
  }
  // x = (y − shift)/e^logScale, hence ∂x/∂logScale = −x and ∂x/∂shift = −1/e^logScale
  return {
    logScale: 1 - sumOfSquares / data.length,
    shift: -sum / data.length / Math.exp(parameters.logScale),
  };
}

/**
 * Maximum likelihood by plain gradient descent: θ ← θ − learningRate·∇, `steps` times.
 *
 * @param options - where to start, how far to go along the gradient, how often; 0 steps are legal
 * @returns the last parameters, and the steps + 1 losses: before every step, and at the end
 * @throws RangeError if there are no data
 */
export function train(data: Vector, options: TrainingOptions): { parameters: AffineParameters; losses: number[] } {
  let parameters = { ...options.initial };
  const losses = [meanNegativeLogLikelihood(parameters, data)];
  for (let step = 0; step < options.steps; step++) {
    const slope = gradient(parameters, data);
    parameters = {
      logScale: parameters.logScale - options.learningRate * slope.logScale,
      shift: parameters.shift - options.learningRate * slope.shift,
    };
    losses.push(meanNegativeLogLikelihood(parameters, data));
  }
  return { parameters, losses };
}

/**
 * The mean of −log p(y) over the data under the planar flow z = φ_L(…φ₁(y)), which runs from data to noise:
 * log p(y) = log N(z; 0, I) + Σ log |det J_φ|, so that no layer has to be inverted.
 *
 * @param layers - φ₁ first; none of them means p = N(0, I)
 * @param data - points of d coordinates each
 * @returns nats per point
 * @throws RangeError if there are no data
 */
export function planarMeanNegativeLogLikelihood(layers: readonly PlanarLayer[], data: readonly Vector[]): number {
  requireData(data);
  let sum = 0;
  for (const y of data) {
    let x = y;
    for (const { a, b, c } of layers) {
      const h = Math.tanh(dot(b, x) + c);
      sum -= Math.log(Math.abs(1 + (1 - h * h) * dot(a, b)));
      x = addScaled(x, h, a);
    }
    sum += (dot(x, x) + x.length * LOG_2_PI) / 2;
  }
  return sum / data.length;
}

/**
 * The derivatives of `planarMeanNegativeLogLikelihood` by every number of every layer, in the shape of the layers.
 *
 * @throws RangeError if there are no data
 */
export function planarGradient(layers: readonly PlanarLayer[], data: readonly Vector[]): PlanarLayer[] {
  requireData(data);
  // Forwards, layer by layer, keeping what each was given and what its tanh made of it …
  const passes: { readonly inputs: readonly Vector[]; readonly tanhs: Vector }[] = [];
  let points = data;
  for (const { a, b, c } of layers) {
    const tanhs = points.map((x) => Math.tanh(dot(b, x) + c));
    passes.push({ inputs: points, tanhs });
    points = points.map((x, i) => addScaled(x, tanhs[i] as number, a));
  }
  // … and backwards, with g the derivative of each point's −log p by the layer's output; at the end of the flow, where
  // −log N(z; 0, I) = ½‖z‖² + const, it is z itself.
  const gs = points as number[][]; // new arrays, made above
  const mean = (sum: number) => sum / data.length;
  const slopes: PlanarLayer[] = [];
  for (let k = layers.length - 1; k >= 0; k--) {
    const { a, b } = layers[k] as PlanarLayer;
    const { inputs, tanhs } = passes[k] as (typeof passes)[number];
    const aTb = dot(a, b);
    const sumA = a.map(() => 0);
    const sumB = b.map(() => 0);
    let sumC = 0;
    let sumRatio = 0;
    for (let i = 0; i < gs.length; i++) {
      const g = gs[i] as number[];
      const x = inputs[i] as Vector;
      const h = tanhs[i] as number;
      const slope = 1 - h * h; // tanh′
      const ratio = slope / (1 + slope * aTb); // tanh′/det
      // By bᵀx + c: the output moves by tanh′·a, and −log det by −tanh″·aᵀb/det, with tanh″ = −2·tanh·tanh′.
      const r = slope * dot(g, a) + 2 * h * ratio * aTb;
      for (let j = 0; j < g.length; j++) {
        (sumA[j] as number) += h * (g[j] as number);
        (sumB[j] as number) += r * (x[j] as number);
        (g[j] as number) += r * (b[j] as number);
      }
      sumC += r;
      sumRatio += ratio;
    }
    // −log det also depends on aᵀb directly: by a its derivative is −tanh′/det·b, by b it is −tanh′/det·a.
    slopes.unshift({
      a: addScaled(sumA, -sumRatio, b).map(mean),
      b: addScaled(sumB, -sumRatio, a).map(mean),
      c: mean(sumC),
    });
  }
  return slopes;
}

/**
 * A planar flow of `layerCount` layers, all of them invertible, under which the data are likely.
 *
 * Gradient descent from several random starts for a few steps each, on some of the data, and from the likeliest of their
 * ends for many more, on all.
 *
 * @param data - points of d coordinates each
 * @param rng - uniform on [0, 1), the only source of randomness
 * @throws RangeError if there are no data
 */
export function fitPlanarFlow(data: readonly Vector[], layerCount: number, rng: () => number): PlanarLayer[] {
  requireData(data);
  const dimension = (data[0] as Vector).length;
  // The points are independent of one another, so the first few show where a start leads, at a fraction of the cost.
  const some = data.slice(0, POINTS_PER_TRIAL);
  const trials = Array.from({ length: STARTS }, () =>
    descend(randomLayers(layerCount, dimension, rng), some, STEPS_PER_TRIAL),
  );
  return descend(likeliest(trials, some), data, STEPS);
}

const STARTS = 4;
const STEPS_PER_TRIAL = 10;
const POINTS_PER_TRIAL = 50;
const STEPS = 40;
const LEARNING_RATE = 0.1;
/** How much of its velocity the descent keeps from one step to the next. */
const MOMENTUM = 0.7;
/** The least bᵀa that a fit may use: at −1 itself a layer is no longer invertible. */
const LEAST_BTA = -0.95;

/**
 * Gradient descent with momentum that never leaves the invertible layers, bᵀa > −1: beyond that border lie better
 * losses, but they are the losses of no probability density.
 */
function descend(start: readonly PlanarLayer[], data: readonly Vector[], steps: number): PlanarLayer[] {
  let layers = start.map(makeInvertible);
  let velocities: PlanarLayer[] = layers.map(zeros);
  for (let step = 0; step < steps; step++) {
    const slopes = planarGradient(layers, data);
    velocities = velocities.map((velocity, k) => addScaledLayer(slopes[k] as PlanarLayer, MOMENTUM, velocity));
    layers = layers.map((layer, k) =>
      makeInvertible(addScaledLayer(layer, -LEARNING_RATE, velocities[k] as PlanarLayer)),
    );
  }
  return layers;
}

function randomLayers(layerCount: number, dimension: number, rng: () => number): PlanarLayer[] {
  const randomVector = () => Array.from({ length: dimension }, () => 2 * rng() - 1);
  return Array.from({ length: layerCount }, () => ({ a: randomVector(), b: randomVector(), c: 0 }));
}

function likeliest(candidates: readonly PlanarLayer[][], data: readonly Vector[]): PlanarLayer[] {
  const losses = candidates.map((layers) => planarMeanNegativeLogLikelihood(layers, data));
  return candidates[losses.indexOf(Math.min(...losses))] as PlanarLayer[];
}

/** The layer itself where bᵀa is large enough; otherwise with a and b both shrunk until it is. */
function makeInvertible(layer: PlanarLayer): PlanarLayer {
  const bTa = dot(layer.b, layer.a);
  if (bTa >= LEAST_BTA) return layer;
  const factor = Math.sqrt(LEAST_BTA / bTa);
  const shrink = (value: number) => factor * value;
  return { a: layer.a.map(shrink), b: layer.b.map(shrink), c: layer.c };
}

/** A layer of the same shape, all zeros, to add to. */
function zeros({ a, b }: PlanarLayer) {
  return { a: a.map(() => 0), b: b.map(() => 0), c: 0 };
}

/** layer + factor·other, number by number. */
function addScaledLayer(layer: PlanarLayer, factor: number, other: PlanarLayer): PlanarLayer {
  return {
    a: addScaled(layer.a, factor, other.a),
    b: addScaled(layer.b, factor, other.b),
    c: layer.c + factor * other.c,
  };
}

/** T⁻¹ of the data: what the noise was if the parameters are right. */
function toNoise({ logScale, shift }: AffineParameters, data: Vector): number[] {
  const scale = Math.exp(logScale);
  return data.map((y) => (y - shift) / scale);
}

function dot(x: Vector, y: Vector): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] as number) * (y[i] as number);
  return sum;
}

/** x + factor·y, in a new array. */
function addScaled(x: Vector, factor: number, y: Vector): number[] {
  const sum: number[] = [];
  for (let i = 0; i < x.length; i++) sum.push((x[i] as number) + factor * (y[i] as number));
  return sum;
}

function requireData(data: readonly unknown[]): void {
  if (data.length === 0) throw new RangeError('data must not be empty, got []');
}
