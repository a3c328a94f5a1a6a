import { describe, expect, test } from 'vitest';
import { HALF_LOG_TWO_PI } from '#reference/densities.ts';
import { integrate, integratePlane } from '#reference/quadrature.ts';
import {
  affineDescent,
  affineGradient,
  affineLoss,
  flatten,
  planarGradient,
  planarLoss,
  unflatten,
} from '#reference/training.ts';
import { differences, expectClose } from './support.ts';

const DATA = [1.2, -0.4, 3.1, 0.7, 2.2];
const MEAN = 1.36;
const VARIANCE = (0.16 ** 2 + 1.76 ** 2 + 1.74 ** 2 + 0.66 ** 2 + 0.84 ** 2) / 5;

describe('the affine model', () => {
  test('has the mean of the points’ own losses', () => {
    const [logScale, shift] = [0.3, -0.2];
    const losses = DATA.map((y) => {
      const x = (y - shift) * Math.exp(-logScale);
      return (x * x) / 2 + HALF_LOG_TWO_PI + logScale;
    });
    expectClose(affineLoss({ logScale, shift }, DATA), losses.reduce((sum, loss) => sum + loss) / 5);
  });

  test('has the entropy of a Gaussian as its least loss, where the gradient is 0', () => {
    const best = { logScale: Math.log(VARIANCE) / 2, shift: MEAN };
    expectClose(affineLoss(best, DATA), 0.5 + HALF_LOG_TWO_PI + Math.log(VARIANCE) / 2);
    const { logScale, shift } = affineGradient(best, DATA);
    expectClose([logScale, shift], [0, 0]);
  });

  test('has the gradient that differences show', () => {
    const at = [-0.4, 0.9] as const;
    const { logScale, shift } = affineGradient({ logScale: at[0], shift: at[1] }, DATA);
    const loss = ([s = 0, m = 0]: readonly number[]) => affineLoss({ logScale: s, shift: m }, DATA);
    expectClose([logScale, shift], differences(loss, at), { abs: 1e-9 });
  });

  test('keeps its digits where the data lie far from 0', () => {
    const far = DATA.map((y) => y + 2 ** 30);
    expectClose(affineLoss({ logScale: 0, shift: 2 ** 30 }, far), affineLoss({ logScale: 0, shift: 0 }, DATA), {
      abs: 1e-6,
    });
  });

  test('descends along its gradient, step by step', () => {
    const initial = { logScale: 0.1, shift: 0.4 };
    const { parameters, losses } = affineDescent(DATA, { initial, learningRate: 0.2, steps: 1 });
    const slope = affineGradient(initial, DATA);
    expect(parameters).toEqual({
      logScale: initial.logScale - 0.2 * slope.logScale,
      shift: initial.shift - 0.2 * slope.shift,
    });
    expect(losses).toEqual([affineLoss(initial, DATA), affineLoss(parameters, DATA)]);
  });

  test('may descend no step at all', () => {
    const initial = { logScale: 0.1, shift: 0.4 };
    const { parameters, losses } = affineDescent(DATA, { initial, learningRate: 0.2, steps: 0 });
    expect(parameters).toEqual(initial);
    expect(parameters).not.toBe(initial);
    expect(losses).toEqual([affineLoss(initial, DATA)]);
  });

  test('descends to mean and deviation, and never uphill', () => {
    const initial = { logScale: 0.5, shift: 0.5 };
    const { parameters, losses } = affineDescent(DATA, { initial, learningRate: 0.1, steps: 600 });
    expectClose([parameters.shift, Math.exp(parameters.logScale)], [MEAN, Math.sqrt(VARIANCE)], { abs: 1e-6 });
    expect(losses).toHaveLength(601);
    expect(losses.every((loss, k) => k === 0 || loss <= (losses[k - 1] as number) + 1e-12)).toBe(true);
  });
});

const LAYERS = [
  { a: [0.8, -0.3], b: [0.6, 1.1], c: 0.2 },
  { a: [-0.4, 1.5], b: [0.5, 0.7], c: -0.3 },
];
const POINTS = [
  [0.3, -1.2],
  [1.1, 0.4],
  [-0.7, 2.3],
];

describe('the planar model', () => {
  test('is the standard normal without layers, or with layers that move nothing', () => {
    const squares = (0.09 + 1.44 + 1.21 + 0.16 + 0.49 + 5.29) / 3;
    const still = { a: [0, 0], b: [1, 2], c: 3 };
    expectClose(planarLoss([], POINTS), squares / 2 + 2 * HALF_LOG_TWO_PI);
    expectClose(planarLoss([still, still], POINTS), squares / 2 + 2 * HALF_LOG_TWO_PI);
    expect(planarGradient([], POINTS)).toEqual([]);
  });

  test('follows the change of variables in one dimension', () => {
    const layer = { a: [0.9], b: [1.4], c: 0.5 };
    const height = Math.tanh(1.4 * 0.3 + 0.5);
    const z = 0.3 + 0.9 * height;
    const expected = (z * z) / 2 + HALF_LOG_TWO_PI - Math.log(1 + (1 - height ** 2) * 0.9 * 1.4);
    expectClose(planarLoss([layer], [[0.3]]), expected);
  });

  test('is a density: it integrates to 1 where its layers are invertible', () => {
    const density = (...y: number[]) => Math.exp(-planarLoss(LAYERS, [y]));
    expectClose(integratePlane(density, [-9, 9], [-9, 9], { panels: 4 }), 1, { abs: 1e-4 });
    const [first] = LAYERS.map(({ a, b, c }) => [{ a: a.slice(0, 1), b: b.slice(0, 1), c }]);
    const line = (y: number) => Math.exp(-planarLoss(first ?? [], [[y]]));
    expectClose(integrate(line, -12, 12, { panels: 12 }), 1, { abs: 1e-9 });
  });

  test('has the gradient that differences show, at layers of either orientation', () => {
    const folded = { a: [-2, -1], b: [1.5, 0.5], c: 0.4 };
    for (const layers of [LAYERS, [folded, ...LAYERS]]) {
      const loss = (numbers: readonly number[]) => planarLoss(unflatten(numbers, layers), POINTS);
      const slopes = flatten(planarGradient(layers, POINTS));
      expectClose(slopes, differences(loss, flatten(layers)), { abs: 1e-8, rel: 1e-8 });
    }
  });

  test('has a gradient in the shape of the layers', () => {
    const [first, second] = planarGradient(LAYERS, POINTS);
    for (const slope of [first, second]) {
      expect(slope?.a).toHaveLength(2);
      expect(slope?.b).toHaveLength(2);
      expect(slope?.c).toBeTypeOf('number');
    }
  });

  test('is written in a row and read back', () => {
    expect(flatten(LAYERS)).toEqual([0.8, -0.3, 0.6, 1.1, 0.2, -0.4, 1.5, 0.5, 0.7, -0.3]);
    expect(unflatten(flatten(LAYERS), LAYERS)).toEqual(LAYERS);
  });
});

test('there is no loss of no data', () => {
  expect(() => affineLoss({ logScale: 0, shift: 0 }, [])).toThrow(RangeError);
  expect(() => affineGradient({ logScale: 0, shift: 0 }, [])).toThrow(RangeError);
  expect(() => affineDescent([], { initial: { logScale: 0, shift: 0 }, learningRate: 0.1, steps: 1 })).toThrow(
    RangeError,
  );
  expect(() => planarLoss(LAYERS, [])).toThrow(RangeError);
  expect(() => planarGradient(LAYERS, [])).toThrow(RangeError);
});
