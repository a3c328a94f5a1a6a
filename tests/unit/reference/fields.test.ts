import { describe, expect, test } from 'vitest';
import { directionalDerivative, divergence, field, translate } from '#reference/fields.ts';
import { expectClose } from './support.ts';

describe('a field given as text', () => {
  const u = field(['x[1] * t', '-x[0] + 0.5 * x[1] ** 2']);

  test('has the values that JavaScript gives', () => {
    expectClose(u.value([1, 3], 0.5), [1.5, 3.5]);
  });

  test('has its Jacobian, divergence and derivatives along a direction', () => {
    expectClose(u.jacobian([1, 3], 0.5), [
      [0, 0.5],
      [-1, 3],
    ]);
    expectClose(divergence(u, [1, 3], 0.5), 3);
    expectClose(directionalDerivative(u, [1, 3], 0.5, [2, -4]), [-2, -14]);
  });

  test('may be constant, and large with few entries that matter', () => {
    const constant = field(['3', 't']);
    expect(constant.value([0, 0], 2)).toEqual([3, 2]);
    expect(constant.jacobian([0, 0], 2)).toEqual([
      [0, 0],
      [0, 0],
    ]);
    const chain = field(Array.from({ length: 200 }, (_, i) => `x[${i}] ** 2 - ${i} * x[${(i + 1) % 200}]`));
    const x = Array.from({ length: 200 }, (_, i) => i / 100);
    expectClose(
      divergence(chain, x, 0),
      x.reduce((sum, entry) => sum + 2 * entry, 0),
    );
  });

  test('differentiates quotients and powers', () => {
    const powers = field(['x[0] ** -3 / (1 + x[0])', '2 ** x[1]']);
    const [[first], [, second]] = powers.jacobian([2, 3], 0) as [[number], [number, number]];
    expectClose(first, -(3 * 2 ** -4 * 3 + 2 ** -3) / 9);
    expectClose(second, 8 * Math.LN2);
  });

  test('stays real: a root of a negative number is NaN, as in JavaScript', () => {
    expect(field(['x[0] ** 0.5']).value([-2], 0)).toEqual([Number.NaN]);
    expect(field(['1 / x[0]']).value([0], 0)).toEqual([Number.POSITIVE_INFINITY]);
  });

  test('takes points of its own dimension only', () => {
    expect(() => u.value([1], 0)).toThrow(RangeError);
    expect(() => u.jacobian([1, 2, 3], 0)).toThrow('x has 3 entries, the field 2 components');
  });
});

describe('translate', () => {
  test.each([
    ['x[0]', 'x0'],
    ['x[1] - x[0] - 2', '((x1 - x0) - 2)'],
    ['x[0] + t * 2', '(x0 + (t * 2))'],
    ['x[0] / 2 / 3', '((x0 / 2) / 3)'],
    ['2 ** 3 ** t', '(2 ^ (3 ^ t))'],
    ['2 ** -t', '(2 ^ (- t))'],
    ['-(x[0] ** 2)', '(- (x0 ^ 2))'],
    ['(-x[0]) ** 2', '((- x0) ^ 2)'],
    ['1 - -t', '(1 - (- t))'],
    ['+.5e1 * 2.', '((+ 5) * 2)'],
    ['  ( ( t ) )  ', 't'],
  ])('reads %s', (text, expected) => {
    expect(translate(text, 2)).toBe(expected);
  });

  test.each([
    '',
    ' ',
    'y',
    'x',
    'x[2]',
    'x[-1]',
    'x[0.5]',
    'x[01]',
    'x[t]',
    'Math.sin(t)',
    't.constructor',
    'sin(t)',
    '2 x[0]',
    '2(t)',
    't(2)',
    'x[0] x[1]',
    'tt',
    '3t',
    '010',
    '1_000',
    '0x10',
    '1e999',
    '-x[0] ** 2',
    '2 ** -t ** 2',
    '1 +',
    '* 2',
    '(t',
    't)',
    '()',
    '++t',
    '--t',
    't--1',
    '1 // t',
    '1 /* 2 */',
    't; t',
    't, t',
    't = 1',
    't ^ 2',
    't % 2',
    't > 1',
    '"t"',
    '`t`',
    't\u0000',
  ])('refuses %j and names it', (text) => {
    expect(() => translate(text, 2)).toThrow(`'${text}'`);
  });
});
