import { expect, test } from 'vitest';
import { sensitivities } from '#reference/adjoint.ts';
import { differences, expectClose } from './support.ts';

const COMPONENTS = ['theta[0] * x[1] + t * theta[1] * theta[1]', 'x[0] * x[1] * theta[2] - t'];
const [X0, THETA, STEPS] = [[0.5, -1], [0.3, 0.7, -0.4], 5];

test('x(1) and its derivatives for one step, worked by hand', () => {
  const { x1, byX0, byTheta } = sensitivities(['theta[0] * x[0]'], [2], [3], 1);
  expect([x1, byX0, byTheta]).toEqual([[8], [[4]], [[2]]]);
});

test('the derivatives are those that differences give', () => {
  const { byX0, byTheta } = sensitivities(COMPONENTS, X0, THETA, STEPS);
  for (const i of [0, 1]) {
    const end = (x0: readonly number[], theta: readonly number[]) =>
      sensitivities(COMPONENTS, x0, theta, STEPS).x1[i] as number;
    expectClose(
      byX0[i] as number[],
      differences((x0) => end(x0, THETA), X0),
      { abs: 1e-9 },
    );
    expectClose(
      byTheta[i] as number[],
      differences((theta) => end(X0, theta), THETA),
      { abs: 1e-9 },
    );
  }
});

test('a parameter that does not occur changes nothing', () => {
  expectClose(sensitivities(['theta[1] * x[0]'], [1], [5, 0.5], 3).byTheta[0]?.[0] as number, 0);
});
