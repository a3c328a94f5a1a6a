import { describe, expect, test } from 'vitest';
import { gradient, jacobian, logAbsDeterminant, Variable, variables } from '#reference/autodiff.ts';
import { gaussLegendre, integrate, integratePlane } from '#reference/quadrature.ts';
import { differences, expectClose } from './support.ts';

describe('quadrature', () => {
  test('has the known nodes and weights of the 2- and 3-point rules', () => {
    expectClose(gaussLegendre(2).nodes, [-1 / Math.sqrt(3), 1 / Math.sqrt(3)]);
    expectClose(gaussLegendre(2).weights, [1, 1]);
    expectClose(gaussLegendre(3).nodes, [-Math.sqrt(0.6), 0, Math.sqrt(0.6)]);
    expectClose(gaussLegendre(3).weights, [5 / 9, 8 / 9, 5 / 9]);
  });

  test('is exact for polynomials of degree 31, and no further', () => {
    expectClose(
      integrate((x) => 31 * x ** 30 + x ** 31, -1, 1, { panels: 1 }),
      2,
    );
    expect(Math.abs(integrate((x) => 33 * x ** 32, -1, 1, { panels: 1 }) - 2)).toBeGreaterThan(1e-10);
  });

  test('agrees with antiderivatives', () => {
    expectClose(integrate(Math.exp, -1, 3, { panels: 2 }), Math.exp(3) - Math.exp(-1));
    expectClose(
      integrate((x) => 1 / (1 + x * x), 0, 1, { panels: 2 }),
      Math.PI / 4,
    );
    expectClose(integrate(Math.sin, Math.PI, 0, { panels: 2 }), -2);
  });

  test('integrates over a rectangle, each axis in its place', () => {
    const volume = integratePlane((x, y) => x * x * Math.exp(y), [0, 3], [0, 1], { panels: 1 });
    expectClose(volume, 9 * (Math.E - 1));
  });
});

describe('automatic differentiation', () => {
  const cases: [string, (x: Variable) => Variable, number, number, number][] = [
    ['x + 3', (x) => x.plus(3), 0.7, 3.7, 1],
    ['x + x', (x) => x.plus(x), 0.7, 1.4, 2],
    ['x − 3', (x) => x.minus(3), 0.7, -2.3, 1],
    ['x − 2x', (x) => x.minus(x.times(2)), 0.7, -0.7, -1],
    ['x · x · x', (x) => x.times(x).times(x), 2, 8, 12],
    ['x / 4', (x) => x.div(4), 2, 0.5, 0.25],
    ['x / (1 + x)', (x) => x.div(x.plus(1)), 3, 0.75, 1 / 16],
    ['e^(−2x)', (x) => x.times(-2).exp(), 0.5, Math.exp(-1), -2 * Math.exp(-1)],
    ['tanh x', (x) => x.tanh(), 0.8, Math.tanh(0.8), 1 / Math.cosh(0.8) ** 2],
    ['log |x|', (x) => x.logAbs(), -4, Math.log(4), -0.25],
  ];

  test.each(cases)('differentiates %s', (_, f, at, value, slope) => {
    const x = new Variable(at);
    const y = f(x);
    expectClose(y.value, value);
    expectClose((gradient(y, [x])[0] as Variable).value, slope);
  });

  test('differentiates derivatives: tanh″ = −2·tanh·(1 − tanh²), (1/x)‴ = −6/x⁴', () => {
    const derivative = (f: Variable, x: Variable) => gradient(f, [x])[0] as Variable;
    const x = new Variable(0.6);
    const tanh = Math.tanh(0.6);
    expectClose(derivative(derivative(x.tanh(), x), x).value, -2 * tanh * (1 - tanh * tanh));
    const reciprocal = new Variable(1).div(x);
    expectClose(derivative(derivative(derivative(reciprocal, x), x), x).value, -6 / 0.6 ** 4);
  });

  test('is 0 for what the output does not depend on, 1 for the output itself', () => {
    const [x, y] = variables([1, 2]) as [Variable, Variable];
    expect(gradient(x.exp(), [y]).map((entry) => entry.value)).toEqual([0]);
    expect(gradient(x, [x, y]).map((entry) => entry.value)).toEqual([1, 0]);
  });

  test('takes its inputs as independent, even where one was computed from another', () => {
    const x = new Variable(3);
    const square = x.times(x);
    const output = square.times(x);
    expect(gradient(output, [square, x]).map((entry) => entry.value)).toEqual([3, 9]);
  });

  test('gives a row of the Jacobian for each output', () => {
    const [x, y] = variables([2, 5]) as [Variable, Variable];
    const rows = jacobian([x.times(y), y.times(y), x], [x, y]);
    expect(rows.map((row) => row.map((entry) => entry.value))).toEqual([
      [5, 2],
      [0, 10],
      [1, 0],
    ]);
  });

  test('copes with sums of twenty thousand terms', () => {
    const x = new Variable(0.5);
    let sum = new Variable(0);
    for (let i = 0; i < 20_000; i++) sum = sum.plus(x.times(i));
    expect((gradient(sum, [x])[0] as Variable).value).toBe((20_000 * 19_999) / 2);
  });
});

describe('log |det A| of variables', () => {
  const entries = [0, 2, -1, 3, 0.5, 1, -2, 1, 4];
  const rows = (list: readonly Variable[]) => [list.slice(0, 3), list.slice(3, 6), list.slice(6, 9)];
  const determinant = ([a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0]: readonly number[]) =>
    a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);

  test('agrees with Sarrus’ rule, and its gradient with differences of that', () => {
    const inputs = variables(entries);
    const output = logAbsDeterminant(rows(inputs));
    const direct = (x: readonly number[]) => Math.log(Math.abs(determinant(x)));
    expectClose(output.value, direct(entries));
    expectClose(
      gradient(output, inputs).map((entry) => entry.value),
      differences(direct, entries),
      { abs: 1e-9 },
    );
  });

  test('is −Infinity for a singular matrix and 0 for none', () => {
    expect(logAbsDeterminant(rows(variables([1, 2, 3, 2, 4, 6, 1, 0, 1]))).value).toBe(Number.NEGATIVE_INFINITY);
    expect(logAbsDeterminant([]).value).toBe(0);
  });
});
