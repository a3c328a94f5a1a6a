import fc from 'fast-check';
import { describe, test } from 'vitest';
import { directionalDerivative, divergence, field } from '#reference/fields.ts';
import { logAbsDeterminant, matrixExponential, trace } from '#reference/linear-algebra.ts';
import { eulerTrajectory, flow, linearFlow } from '#reference/ode.ts';
import { rademacherVariance, traceEstimate, traceEstimateWithError } from '#reference/trace.ts';
import { differences, expectClose } from '../../unit/reference/support.ts';

const SETTINGS = { seed: 8, numRuns: 60 };

const number = fc.double({ min: -2, max: 2, noNaN: true });
const point = fc.tuple(number, number);
const matrix = fc.tuple(point, point);

/** Arithmetic as text, written as sparingly or as bracketed as JavaScript allows, that is smooth for all x and t. */
const { expression } = fc.letrec<{ expression: string; atom: string }>((tie) => ({
  atom: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('x[0]', 'x[1]', 't', '2', '0.5', '1.25e-1', '.75'),
    tie('expression').map((inner) => `(${inner})`),
  ),
  expression: fc.oneof(
    { maxDepth: 3 },
    tie('atom'),
    fc.tuple(tie('atom'), fc.constantFrom('+', ' - ', '*', ' * '), tie('atom')).map((parts) => parts.join('')),
    tie('atom').map((atom) => `-${atom}`),
    tie('atom').map((atom) => `${atom} ** 2`),
    fc.tuple(tie('atom'), tie('atom')).map(([over, under]) => `${over} / (1 + ${under} ** 2)`),
    fc.tuple(tie('atom'), tie('atom'), tie('atom')).map(([a, b, c]) => `${a} - ${b} * ${c} / 4 - ${a}`),
  ),
}));

describe('a field given as text', () => {
  test('means what it means in JavaScript', () => {
    fc.assert(
      fc.property(expression, point, number, (text, x, t) => {
        const inJavaScript = new Function('x', 't', `return ${text};`) as (x: readonly number[], t: number) => number;
        expectClose(field([text, '0']).value(x, t), [inJavaScript(x, t), 0]);
      }),
      { ...SETTINGS, numRuns: 300 },
    );
  });

  test('has the derivatives that differences show', () => {
    fc.assert(
      fc.property(fc.tuple(expression, expression), point, number, point, (components, x, t, v) => {
        const u = field(components);
        const rows = components.map((_, i) => differences((at) => u.value(at, t)[i] as number, x));
        const scale = 1 + Math.max(...u.value(x, t).map(Math.abs), ...rows.flat().map(Math.abs));
        fc.pre(scale < 1e3);
        const [[a = 0, b = 0] = [], [c = 0, d = 0] = []] = rows;
        const close = { abs: 1e-6 * scale, rel: 1e-6 };
        expectClose(u.jacobian(x, t), rows, close);
        expectClose(divergence(u, x, t), a + d, close);
        expectClose(directionalDerivative(u, x, t, v), [a * v[0] + b * v[1], c * v[0] + d * v[1]], close);
      }),
      SETTINGS,
    );
  });
});

describe('a linear field', () => {
  test('has a flow of determinant e^(tr A)', () => {
    fc.assert(
      fc.property(matrix, (a) => {
        expectClose(logAbsDeterminant(matrixExponential(a)), trace(a), { abs: 1e-10 });
      }),
      SETTINGS,
    );
  });

  test('is solved alike by the matrix exponential and by integration', () => {
    fc.assert(
      fc.property(matrix, point, ([[a, b], [c, d]], x0) => {
        const u = field(
          [`${a} * x[0] + ${b} * x[1]`, `${c} * x[0] + ${d} * x[1]`].map((text) => text.replace(/\s+/g, ' ')),
        );
        const there = flow(u.value, x0, 0, 1);
        const close = { abs: 1e-10, rel: 1e-10 };
        expectClose(
          there,
          linearFlow(
            [
              [a, b],
              [c, d],
            ],
            x0,
          ),
          close,
        );
        expectClose(flow(u.value, there, 1, 0), x0, { abs: 1e-9 });
      }),
      SETTINGS,
    );
  });

  test('is followed by Euler with an error of the order of the step', () => {
    fc.assert(
      fc.property(matrix, point, ([[a, b], [c, d]], x0) => {
        const exact = linearFlow(
          [
            [a, b],
            [c, d],
          ],
          x0,
        );
        const u = ([p = 0, q = 0]: readonly number[]) => [a * p + b * q, c * p + d * q];
        const errors = (steps: number) =>
          (eulerTrajectory(u, x0, steps).at(-1) ?? []).map((entry, i) => entry - (exact[i] as number));
        // Richardson: what two halved steps leave over is of second order.
        const left = errors(800).map((error, i) => 2 * error - (errors(400)[i] as number));
        expectClose(left, [0, 0], { abs: 5e-3 });
      }),
      SETTINGS,
    );
  });
});

describe('the trace estimate', () => {
  const probe = fc.tuple(fc.constantFrom(-1, 1), fc.constantFrom(-1, 1));

  test('is exact for a diagonal matrix, with no error', () => {
    fc.assert(
      fc.property(point, fc.array(probe, { minLength: 2, maxLength: 5 }), ([a, d], probes) => {
        const { mean, standardError } = traceEstimateWithError(
          [
            [a, 0],
            [0, d],
          ],
          probes,
        );
        expectClose(
          [
            mean,
            standardError,
            rademacherVariance([
              [a, 0],
              [0, d],
            ]),
          ],
          [a + d, 0, 0],
        );
      }),
      SETTINGS,
    );
  });

  test('is linear in the matrix', () => {
    fc.assert(
      fc.property(matrix, matrix, fc.array(point, { minLength: 1, maxLength: 5 }), (a, b, probes) => {
        const sum = a.map((row, i) => row.map((entry, j) => entry + 3 * (b[i]?.[j] as number)));
        expectClose(traceEstimate(sum, probes), traceEstimate(a, probes) + 3 * traceEstimate(b, probes), {
          abs: 1e-11,
        });
      }),
      SETTINGS,
    );
  });

  test('has the standard error that pairwise differences give', () => {
    fc.assert(
      fc.property(matrix, fc.array(point, { minLength: 2, maxLength: 6 }), (a, probes) => {
        const forms = probes.map((v) => traceEstimate(a, [v]));
        const pairs = forms.flatMap((p, i) => forms.slice(i + 1).map((q) => (p - q) ** 2));
        const n = forms.length;
        const expected = Math.sqrt(pairs.reduce((sum, square) => sum + square, 0) / (n * n * (n - 1)));
        expectClose(traceEstimateWithError(a, probes).standardError, expected, { abs: 1e-11 });
      }),
      SETTINGS,
    );
  });
});
