import type { Tensor } from '@tensorflow/tfjs-core';
import type { Flow } from './composition.ts';
import { tf } from './tensorflow.ts';
import type { Vector } from './types.ts';

/**
 * The derivatives once more, in 32-bit floating point, by TensorFlow.js from formulas of their own: the planar
 * determinant by the matrix determinant lemma, tanh through exponentials, the affine loss over the data themselves.
 */

/** The Jacobian of the planar layer at x, by rows in one list; `numbers` are x, a, b and c, in a row. */
export function planarJacobian(numbers: Vector): number[] {
  const dimension = (numbers.length - 1) / 3;
  return tf.tidy(() => {
    const [x, a, b, c] = tf.split(tf.tensor1d([...numbers]), [dimension, dimension, dimension, 1]) as Tensors<4>;
    const copies = tf.tile(tf.reshape(x, [1, dimension]), [dimension, 1]);
    const map = (points: Tensor) => planar(points, a, b, c).image;
    // Row i of the weights picks output i at copy i, so that one pass gives every row of the Jacobian.
    return Array.from(tf.grad(map)(copies, tf.eye(dimension)).dataSync());
  });
}

/** The Jacobian at x of some flows one after another, by rows in one list. */
export function compositionJacobian(flows: readonly Flow[], x: Vector): number[] {
  const dimension = x.length;
  return tf.tidy(() => {
    const copies = tf.tile(tf.tensor2d([...x], [1, dimension]), [dimension, 1]);
    // Row i of the weights picks output i at copy i. No flows at all would be no operation to differentiate.
    const map = (points: Tensor) => flows.reduce(carry, tf.mul(points, 1));
    return Array.from(tf.grad(map)(copies, tf.eye(dimension)).dataSync());
  });
}

/** The flow's image of every row of `points`. */
function carry(points: Tensor, flow: Flow): Tensor {
  switch (flow.kind) {
    case 'affine':
      return tf.add(tf.mul(points, [...flow.scale]), [...flow.shift]);
    case 'coupling': {
      const source = tf.slice(points, [0, flow.from], [-1, 1]);
      const stretched = tf.mul(points, tf.exp(tf.mul(tf.tanh(source), flow.rate)));
      const moved = tf.add(stretched, tf.mul(source, flow.factor));
      const target = tf.oneHot([flow.to], points.shape[1] as number);
      return tf.add(tf.mul(target, moved), tf.mul(tf.sub(1, target), points));
    }
    case 'sinh':
      return tf.sinh(points);
  }
}

/** The gradient of the affine loss by [logScale, shift]; `numbers` are these two and then the data. */
export function affineGradient(numbers: Vector): number[] {
  return tf.tidy(() => {
    const [parameters, data] = tf.split(tf.tensor1d([...numbers]), [2, numbers.length - 2]) as Tensors<2>;
    const loss = (theta: Tensor) => {
      const [logScale, shift] = tf.split(theta, 2) as Tensors<2>;
      const noise = tf.mul(tf.sub(data, shift), tf.exp(tf.neg(logScale)));
      return tf.sum(tf.add(tf.div(tf.mean(tf.square(noise)), 2), logScale));
    };
    return Array.from(tf.grad(loss)(parameters).dataSync());
  });
}

/** The gradient of the planar loss by the numbers of the layers; `numbers` are those and then the points of the data. */
export function planarGradient(numbers: Vector, layerCount: number, dimension: number): number[] {
  const size = layerCount * (2 * dimension + 1);
  const points = (numbers.length - size) / dimension;
  if (layerCount === 0) return [];
  return tf.tidy(() => {
    const [parameters, data] = tf.split(tf.tensor1d([...numbers]), [size, points * dimension]) as Tensors<2>;
    const shape = Array.from({ length: layerCount }, () => [dimension, dimension, 1]).flat();
    const loss = (theta: Tensor) => {
      const parts = tf.split(theta, shape);
      let z = tf.reshape(data, [points, dimension]);
      let logDeterminants: Tensor = tf.scalar(0);
      for (let i = 0; i < parts.length; i += 3) {
        const [a, b, c] = parts.slice(i, i + 3) as Tensors<3>;
        const { image, slope } = planar(z, a, b, c);
        const determinant = tf.add(tf.mul(slope, tf.sum(tf.mul(a, b))), 1);
        logDeterminants = tf.add(logDeterminants, tf.mean(tf.log(tf.abs(determinant))));
        z = image;
      }
      return tf.sub(tf.div(tf.sum(tf.square(z)), 2 * points), logDeterminants) as ReturnType<typeof tf.scalar>;
    };
    return Array.from(tf.grad(loss)(parameters).dataSync());
  });
}

type Tensors<N extends 2 | 3 | 4> = N extends 2
  ? [Tensor, Tensor]
  : N extends 3
    ? [Tensor, Tensor, Tensor]
    : [Tensor, Tensor, Tensor, Tensor];

/** φ of every row of `points`, and tanh′ there as a column. */
function planar(points: Tensor, a: Tensor, b: Tensor, c: Tensor): { image: Tensor; slope: Tensor } {
  const argument = tf.add(tf.sum(tf.mul(points, b), 1, true), c);
  // With q = e^(−2s) and σ = 1/(1 + q): tanh s = 2σ − 1 and tanh′ s = 4qσ², whose derivatives lose no digits, while
  // 1 − tanh² s loses all of them. Beyond ±20, where nothing moves any more, q would overflow.
  const q = tf.exp(tf.mul(tf.clipByValue(argument, -20, 20), -2));
  const sigma = tf.div(1, tf.add(1, q));
  const height = tf.sub(tf.mul(sigma, 2), 1);
  const slope = tf.mul(tf.mul(q, sigma), tf.mul(sigma, 4));
  return { image: tf.add(points, tf.mul(height, a)), slope };
}
