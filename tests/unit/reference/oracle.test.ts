import { describe, expect, test } from 'vitest';
import { type Reference, reference } from '#reference/oracle.ts';
import { expectClose } from './support.ts';

type Questions = { [Name in keyof Reference]: Parameters<Reference[Name]> };

const LAYER = { a: [0.8, -0.3], b: [0.6, 1.1], c: 0.2 };
const FIELD = ['x[1] * t', '-x[0] + 0.5 * x[1] ** 2'];
const MATRIX = [
  [1, 2],
  [-3, 0.5],
];
const FLOWS: Parameters<Reference['composition.forward']>[0] = [
  { kind: 'sinh' },
  { kind: 'coupling', from: 0, to: 1, rate: 0.5, factor: -1 },
  { kind: 'affine', scale: [2, -0.5], shift: [0, 1] },
];
const PROBES = [
  [1, -1],
  [1, 1],
];

const QUESTIONS: Questions = {
  'coin.likelihood': [[1, 0, 1], 0.4],
  'coin.negativeLogLikelihood': [[1, 0, 1], 0.4],
  'coin.maximumLikelihood': [[1, 0, 1]],
  'coin.mostLikely': [
    [1, 0, 1],
    [0.1, 0.7],
  ],
  'affine.forward': [2, { a: -2, b: 1 }],
  'affine.inverse': [2, { a: -2, b: 1 }],
  'affine.logAbsDetInverse': [2, { a: -2, b: 1 }],
  'affine.logDensity': [2, { a: -2, b: 1 }],
  'affine.pushforward': [[0, 1], { a: -2, b: 1 }],
  'planar.forward': [[1, 2], LAYER],
  'planar.logDetJacobian': [[1, 2], LAYER],
  'planar.isInvertible': [LAYER],
  'planar.constrain': [LAYER],
  'planar.inverse': [[1, 2], LAYER],
  'coupling.forward': [[1, 2], { split: 1, scale: ['x[0]'], shift: ['2'] }],
  'coupling.inverse': [[1, 2], { split: 1, scale: ['x[0]'], shift: ['2'] }],
  'coupling.logDetJacobian': [[1, 2], { split: 1, scale: ['x[0]'], shift: ['2'] }],
  'ode.eulerStep': [FIELD, [1, 2], 0.5, 0.1],
  'ode.eulerTrajectory': [FIELD, [1, 2], 4],
  'ode.eulerBackward': [FIELD, [1, 2], 4],
  'ode.flow': [FIELD, [0.1, 0.2], 0, 1],
  'ode.linearFlow': [MATRIX, [1, 2]],
  'field.value': [FIELD, [1, 2], 0.5],
  'field.jacobian': [FIELD, [1, 2], 0.5],
  'field.directionalDerivative': [FIELD, [1, 2], 0.5, [3, -1]],
  'field.divergence': [FIELD, [1, 2], 0.5],
  'augmented.push': [FIELD, [1, 2], -1, 4],
  'augmented.pull': [FIELD, [1, 2], 4],
  'augmented.linearLogDensity': [MATRIX, [1, 2]],
  'continuity.gaussianResidual': [['t', '-1'], '1 + t * t', FIELD, [1, 2], 0.5],
  'trace.estimate': [MATRIX, PROBES],
  'trace.estimateWithError': [MATRIX, PROBES],
  'trace.exact': [MATRIX],
  'trace.rademacherVariance': [MATRIX],
  'trace.divergenceEstimate': [FIELD, [1, 2], 0.5, PROBES],
  'training.affineLoss': [{ logScale: 0.1, shift: 0.4 }, [1, 2, 4]],
  'training.affineGradient': [{ logScale: 0.1, shift: 0.4 }, [1, 2, 4]],
  'training.affineDescent': [[1, 2, 4], { initial: { logScale: 0.1, shift: 0.4 }, learningRate: 0.1, steps: 3 }],
  'training.planarLoss': [[LAYER, LAYER], PROBES],
  'training.planarGradient': [[LAYER, LAYER], PROBES],
  'adjoint.sensitivities': [['theta[0] * x[0] * t'], [1], [0.5], 2],
  'matching.interpolate': [[1, 2], [3, -1], 0.25],
  'matching.conditionalVelocity': [
    [1, 2],
    [3, -1],
  ],
  'matching.loss': [FIELD, [{ x0: [1, 2], x1: [3, -1], t: 0.25 }]],
  'matching.gaussianVelocity': [1, 0.5, 2, 0.5],
  'composition.forward': [FLOWS, [1, 2]],
  'composition.inverse': [FLOWS, [1, 2]],
  'composition.logDetJacobian': [FLOWS, [1, 2]],
  'composition.logAbsDetInverse': [FLOWS, [1, 2]],
};

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}

function ask(name: string, args: readonly unknown[]): unknown {
  return (reference as unknown as Record<string, (...args: readonly unknown[]) => unknown>)[name]?.(...args);
}

describe('every answer', () => {
  test('has a name, and every name a question here', () => {
    expect(Object.keys(reference).sort()).toEqual(Object.keys(QUESTIONS).sort());
  });

  test.each(Object.entries(QUESTIONS))(
    '%s is plain data, the same each time, from arguments left alone',
    (name, args) => {
      const answer = ask(name, freeze(structuredClone(args) as unknown[]));
      expect(answer).toBeDefined();
      expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
      expect(ask(name, args)).toEqual(answer);
    },
  );
});

describe('answers that no other test sees', () => {
  test('the planar log-determinant is that of the matrix determinant lemma', () => {
    const slope = 1 / Math.cosh(0.6 + 2.2 + 0.2) ** 2;
    expectClose(reference['planar.logDetJacobian']([1, 2], LAYER), Math.log(1 + slope * (0.48 - 0.33)));
    const folding = { a: [-3, 0, 1], b: [1, 1, 0], c: 0 };
    expectClose(reference['planar.logDetJacobian']([0, 0, 5], folding), Math.log(2));
    expect(reference['planar.logDetJacobian']([0], { a: [-1], b: [1], c: 0 })).toBe(Number.NEGATIVE_INFINITY);
  });

  test('field and ODE answers are those of the field that the text describes', () => {
    expectClose(reference['field.value'](FIELD, [1, 2], 0.5), [1, 1]);
    expectClose(reference['field.jacobian'](FIELD, [1, 2], 0.5), [
      [0, 0.5],
      [-1, 2],
    ]);
    expectClose(reference['field.directionalDerivative'](FIELD, [1, 2], 0.5, [3, -1]), [-0.5, -5]);
    expectClose(reference['field.divergence'](FIELD, [1, 2], 0.5), 2);
    expectClose(reference['ode.eulerStep'](FIELD, [1, 2], 0.5, 0.1), [1.1, 2.1]);
    expectClose(reference['ode.eulerTrajectory'](['t'], [1], 2), [[1], [1], [1.25]]);
    expectClose(reference['ode.eulerBackward'](['t'], [1], 2), [0.25]);
    expectClose(reference['ode.flow'](['-x[0] * t'], [2], 0, 1), [2 * Math.exp(-0.5)], { abs: 1e-11 });
    expectClose(reference['trace.divergenceEstimate'](FIELD, [1, 2], 0.5, [[1, -1]]), 2.5);
    expect(reference['trace.exact'](MATRIX)).toBe(1.5);
  });

  test('gradients are handed on as they were found', () => {
    const { logScale, shift } = reference['training.affineGradient']({ logScale: 0, shift: 1 }, [0, 1, 5]);
    expectClose([logScale, shift], [1 - 17 / 3, -1]);
    const [slope] = reference['training.planarGradient']([{ a: [0], b: [1], c: 0 }], [[0.5]]);
    const tanh = Math.tanh(0.5);
    expectClose(slope?.a ?? [], [0.5 * tanh - (1 - tanh ** 2)]);
    expectClose([slope?.b ?? [], slope?.c ?? 1], [[0], 0]);
    expect(reference['training.planarGradient']([], [[0.5]])).toEqual([]);
  });

  test('the log-determinants of a composition are those at x and, with the other sign, at its image', () => {
    const logDet = (x: number) => Math.log(Math.cosh(x) * Math.cosh(2)) + 0.5 * Math.tanh(Math.sinh(x));
    expectClose(reference['composition.logDetJacobian'](FLOWS, [1, 2]), logDet(1));
    const image = reference['composition.forward'](FLOWS, [0.3, 2]);
    expectClose(reference['composition.logAbsDetInverse'](FLOWS, image), -logDet(0.3));
    expect(reference['composition.logDetJacobian']([], [1, 2])).toBe(0);
  });

  test('vectors of different lengths are refused, not cut anew', () => {
    expect(() => reference['training.planarGradient']([{ a: [1], b: [1], c: 0 }], [[1], [2, 3]])).toThrow(RangeError);
    expect(() => reference['training.planarGradient']([LAYER], [])).toThrow(RangeError);
    expect(() => reference['planar.logDetJacobian']([1], LAYER)).toThrow(RangeError);
    expect(() => reference['planar.logDetJacobian']([1, 2], { ...LAYER, b: [1, 2, 3] })).toThrow(RangeError);
    expect(() => reference['training.affineGradient']({ logScale: 0, shift: 0 }, [])).toThrow(RangeError);
  });
});
