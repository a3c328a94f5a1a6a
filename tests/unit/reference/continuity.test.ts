import { expect, test } from 'vitest';
import { gaussianResidual } from '#reference/continuity.ts';
import { field } from '#reference/fields.ts';
import { differences, expectClose } from './support.ts';

const MEAN = ['1 + t', '-2 * t * t'];
const VARIANCE = '(1 + t) * (1 + t)';
const OTHER = ['x[0] * x[1] + t', 't - x[1] * x[1]'];

function density([x, y]: readonly number[], t: number): number {
  const v = (1 + t) ** 2;
  return Math.exp(-(((x as number) - 1 - t) ** 2 + ((y as number) + 2 * t * t) ** 2) / (2 * v)) / (2 * Math.PI * v);
}

test('the residual is 0 for the field that carries the Gaussian along', () => {
  const belonging = ['1 + (x[0] - 1 - t) / (1 + t)', '-4 * t + (x[1] + 2 * t * t) / (1 + t)'];
  expectClose(gaussianResidual(MEAN, VARIANCE, belonging, [0.5, 1], 0.3), 0, { abs: 1e-14 });
});

test('the residual is what differences of ∂ₜp + div(u·p) give for another field', () => {
  const [x, t] = [[0.5, -1], 0.3];
  const u = field(OTHER);
  const [inTime] = differences(([s]) => density(x, s as number), [t]);
  const flux = x.map((_, i) => differences((at) => density(at, t) * (u.value(at, t)[i] as number), x)[i] as number);
  const expected = (inTime as number) + flux.reduce((sum, part) => sum + part, 0);
  expectClose(gaussianResidual(MEAN, VARIANCE, OTHER, x, t), expected, { abs: 1e-9 });
  expect(Math.abs(expected)).toBeGreaterThan(0.01);
});
