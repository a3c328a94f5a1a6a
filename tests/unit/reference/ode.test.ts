import { describe, expect, test } from 'vitest';
import { eulerBackward, eulerStep, eulerTrajectory, flow, linearFlow, type Velocity } from '#reference/ode.ts';
import { expectClose } from './support.ts';

const growth: Velocity = (x) => x;
const pendulum: Velocity = ([angle = 0, speed = 0]) => [speed, -Math.sin(angle)];

describe('Euler’s method', () => {
  test('is x + h·u(x, t), and leaves x alone', () => {
    const x = [1, 2];
    expect(eulerStep(([a = 0, b = 0], t) => [b * t, a], x, 3, 0.5)).toEqual([4, 2.5]);
    expect(x).toEqual([1, 2]);
  });

  test('multiplies by 1 + 1/n at each step of exponential growth', () => {
    for (const steps of [1, 2, 7]) {
      const states = eulerTrajectory(growth, [3], steps);
      expect(states).toHaveLength(steps + 1);
      states.forEach(([state = 0], k) => {
        expectClose(state, 3 * (1 + 1 / steps) ** k);
      });
    }
  });

  test('multiplies by 1 − 1/n at each step going back', () => {
    expectClose(eulerBackward(growth, [2], 5), [2 * 0.8 ** 5]);
  });

  test('takes u at the left end of each step, and at 1 − k/n going back', () => {
    const times: number[] = [];
    const clock: Velocity = (x, t) => {
      times.push(t);
      return x.map(() => t);
    };
    expectClose(eulerTrajectory(clock, [0], 4).at(-1) ?? [], [(0 + 1 + 2 + 3) / 16]);
    expectClose(eulerBackward(clock, [0], 4), [-(4 + 3 + 2 + 1) / 16]);
    expect(times).toEqual([0, 0.25, 0.5, 0.75, 1, 0.75, 0.5, 0.25]);
  });

  test('has an error that halves with the step', () => {
    const error = (steps: number) => Math.abs((eulerTrajectory(growth, [1], steps).at(-1)?.[0] ?? 0) - Math.E);
    expectClose(error(400) / error(800), 2, { abs: 0.01 });
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d steps', (steps) => {
    expect(() => eulerTrajectory(growth, [1], steps)).toThrow(RangeError);
    expect(() => eulerBackward(growth, [1], steps)).toThrow(RangeError);
  });
});

describe('the accurate flow', () => {
  test.each<[string, Velocity, number[], number[]]>([
    ['growth', growth, [1, -2], [Math.E, -2 * Math.E]],
    ['decay', (x) => x.map((entry) => -10 * entry), [1], [Math.exp(-10)]],
    ['swift decay', (x) => x.map((entry) => -20 * entry), [1], [Math.exp(-20)]],
    ['a quarter turn', ([a = 0, b = 0]) => [(-b * Math.PI) / 2, (a * Math.PI) / 2], [1, 0], [0, 1]],
    ['a force in time alone', (_, t) => [Math.cos(5 * t)], [0], [Math.sin(5) / 5]],
    ['the logistic curve', ([x = 0]) => [4 * x * (1 - x)], [0.1], [1 / (1 + 9 * Math.exp(-4))]],
    ['x′ = −2tx', ([x = 0], t) => [-2 * t * x], [3], [3 / Math.E]],
    ['x′ = −x²', ([x = 0]) => [-x * x], [50], [50 / 51]],
    ['standing still', () => [0], [7], [7]],
  ])('solves %s', (_, u, x0, x1) => {
    expectClose(flow(u, x0, 0, 1), x1, { abs: 1e-11, rel: 1e-11 });
  });

  test('goes backward, and from anywhere', () => {
    expectClose(flow(growth, [Math.E], 1, 0), [1], { abs: 1e-11 });
    expectClose(flow(growth, [1], -2, 3), [Math.exp(5)], { rel: 1e-11 });
    expectClose(flow(growth, [5], 2, 2), [5]);
  });

  test('keeps the energy of a pendulum', () => {
    const energy = ([angle = 0, speed = 0]: readonly number[]) => (speed * speed) / 2 - Math.cos(angle);
    expectClose(energy(flow(pendulum, [1, 2], 0, 20)), energy([1, 2]), { abs: 1e-10 });
  });

  test('is what ever finer Euler steps tend to', () => {
    const exact = flow(pendulum, [1, 2], 0, 1)[0] as number;
    const error = (steps: number) => (eulerTrajectory(pendulum, [1, 2], steps).at(-1)?.[0] ?? 0) - exact;
    expectClose(error(1000) / error(2000), 2, { abs: 0.01 });
  });

  test('leaves its arguments alone', () => {
    const x0 = Object.freeze([1, 2]);
    expect(flow(pendulum, x0, 0, 1)).not.toBe(x0);
  });

  test('says so where the solution runs off to infinity', () => {
    expect(() => flow(([x = 0]) => [x * x], [2], 0, 1)).toThrow('not smooth near t = 0.4');
  });

  test('agrees with the matrix exponential', () => {
    const matrix = [
      [0.5, -2],
      [1, -0.3],
    ];
    const u: Velocity = ([a = 0, b = 0]) => [0.5 * a - 2 * b, a - 0.3 * b];
    expectClose(flow(u, [1, 2], 0, 1), linearFlow(matrix, [1, 2]), { abs: 1e-11 });
  });
});
