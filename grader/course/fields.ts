import { callback } from '../checks/callbacks.ts';
import type { Random } from '../model/random.ts';
import { array, type Callback, type Matrix, number } from '../model/value.ts';

/** A field of many dimensions in few words; every component depends on two coordinates and on t. */
export function wideField(dimension: number): Callback {
  return callback('(x, t) => x.map((xi, i) => t * xi * xi - x[(i + 1) % x.length])', [
    array(number, dimension),
    number,
  ]);
}

/** v ↦ A·v. */
export function linearMap(matrix: Matrix): Callback {
  return callback(`(v) => [${linearComponents(matrix, 'v').join(', ')}]`, [array(number, matrix.length)]);
}

/** A linear map of many dimensions in few words; neither symmetric nor diagonal. */
export function wideMap(dimension: number): Callback {
  return callback('(v) => v.map((vi, i) => (i + 1) * vi - v[(i + 1) % v.length])', [array(number, dimension)]);
}

/** The components of x ↦ A·x. */
export function linearComponents(matrix: Matrix, name = 'x'): string[] {
  return matrix.map((row) => sum(row.map((entry, j) => [entry, `${name}[${j}]`])));
}

/**
 * The components of a random field, cubic in x, that depends on t in each of them; from points within ±2 its paths stay
 * moderate up to t = 1.
 */
export function randomComponents(random: Random, dimension: number): string[] {
  return Array.from({ length: dimension }, (_, i) => {
    const [own, next] = [`x[${i}]`, `x[${(i + 1) % dimension}]`];
    return sum([
      [random.decimal(-1, 1), own],
      [random.pick([-1, 1]) * random.decimal(0.2, 1), `${next} * t`],
      [random.decimal(-0.2, 0.2), `${own} * ${next}`],
      [random.pick([-0.05, 0.05]), `${next} * ${next} * ${next}`],
      [random.pick([-1, 1]) * random.decimal(0.2, 1), 't * t'],
      [random.decimal(-1, 1), ''],
    ]);
  });
}

/** Coefficients times factors (none: '') as a sum; what is multiplied by 0 is left out. */
export function sum(terms: readonly (readonly [coefficient: number, factor: string])[]): string {
  const texts = terms
    .filter(([coefficient]) => coefficient !== 0)
    .map(([coefficient, factor]) => {
      if (factor === '') return String(coefficient);
      if (Math.abs(coefficient) === 1) return coefficient === 1 ? factor : `-${factor}`;
      return `${coefficient} * ${factor}`;
    });
  return texts.length === 0 ? '0' : texts.join(' + ').replaceAll('+ -', '- ');
}

/**
 * A source of uniform numbers in (0, 1).
 *
 * The generator of Park and Miller (1988), which fits on a line and is exact in floating point. Two of its 31-bit values
 * make one number, so that all 53 bits of it may be used.
 *
 * @param seed  an integer from 1 to 2³¹ − 2
 */
export function uniforms(seed: number): Callback {
  const next = 'next = () => (s = (s * 16807) % 2147483647)';
  return callback(`((s = ${seed}, ${next}) => () => (next() + next() / 2147483647) / 2147483647)()`, []);
}

/** A source of uniform numbers that are these, again and again. */
export function cycle(numbers: readonly number[]): Callback {
  return callback(`((numbers = [${numbers.join(', ')}], i = 0) => () => numbers[i++ % numbers.length])()`, []);
}
