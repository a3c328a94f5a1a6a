import { describe, expect, test } from 'vitest';
import { benchFor } from '#grader/engine/run-exercise.ts';
import { hash, Random, UnguessableBits } from '#grader/model/random.ts';
import { clean, count, cutMiddle } from '#grader/model/text.ts';
import {
  array,
  boolean,
  Callback,
  describeShape,
  faultOf,
  formatCall,
  formatValue,
  Labelled,
  number,
  Oddity,
  record,
  vector,
} from '#grader/model/value.ts';
import { benchOf } from '../../support/bench.ts';

describe('a value as TypeScript', () => {
  test.each([
    [1.5, '1.5'],
    [-0, '-0'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
    [true, 'true'],
    ['a "b"', '"a \\"b\\""'],
    [[1, [2, 3]], '[1, [2, 3]]'],
    [{ a: 1, 'odd key': [2] }, '{ a: 1, "odd key": [2] }'],
    [new Oddity('undefined'), 'undefined'],
    [new Labelled([1], 'Array(1).fill(1)'), 'Array(1).fill(1)'],
    [new Callback('(x) => x', [number], (x: number) => x), '(x) => x'],
  ])('%o', (value, text) => {
    expect(formatValue(value)).toBe(text);
  });

  test('cuts long arrays and keeps digits where asked', () => {
    expect(formatValue(Array.from({ length: 100 }, (_, k) => k))).toMatch(
      /^\[0, 1, .* 19, \/\* … 60 more … \*\/, 80, .* 99\]$/,
    );
    expect(formatValue([1 / 3], 4)).toBe('[0.3333]');
    expect(formatCall('f', [1, { a: [2] }])).toBe('f(1, { a: [2] })');
  });
});

describe('a shape', () => {
  test('is described in words', () => {
    expect(describeShape(vector)).toBe('an array of numbers');
    expect(describeShape(array(vector, 3))).toBe('an array of 3 arrays of numbers');
    expect(describeShape(record({ a: number, b: boolean }))).toBe('a record { a, b }');
    expect(describeShape(array(record({ a: number })))).toBe('an array of records { a }');
  });

  test('says where a value does not fit', () => {
    expect(faultOf([1, 2], vector)).toBeUndefined();
    expect(faultOf([1, new Oddity('undefined')], vector)).toBe('has [1] = undefined, not a number');
    expect(faultOf([1], array(number, 2))).toBe('has length 1, not 2');
    expect(faultOf({ a: 1 }, record({ a: number, b: number }))).toBe('has .b = undefined, not a number');
    expect(faultOf(3, record({ a: number }))).toBe('is 3, not a record { a }');
    expect(faultOf({ toString: 1 }, record({ constructor: number }))).toBe(
      'has .constructor = undefined, not a number',
    );
  });
});

describe('random inputs', () => {
  test('are the same for the same seed and differ for another', () => {
    const draw = (seed: string) => {
      const random = new Random(seed);
      return [random.uniform(), random.integer(1, 6), random.decimal(-1, 1), random.normal(), random.pick([1, 2, 3])];
    };
    expect(draw('a')).toEqual(draw('a'));
    expect(draw('a')).not.toEqual(draw('b'));
    expect(hash('a')).not.toBe(hash('b'));
  });

  test('keep their bounds and are short', () => {
    const random = new Random('bounds');
    for (let k = 0; k < 2_000; k += 1) {
      expect(random.integer(-2, 2)).toSatisfy((n: number) => Number.isInteger(n) && Math.abs(n) <= 2);
      expect(String(random.decimal(-1, 1)).length).toBeLessThanOrEqual(5);
    }
    expect(() => random.pick([])).toThrow(RangeError);
  });

  test('are normal with mean 0 and variance 1', () => {
    const random = new Random('normal');
    const samples = Array.from({ length: 20_000 }, () => random.normal());
    const mean = samples.reduce((sum, x) => sum + x, 0) / samples.length;
    // Six standard errors of the mean, and of the variance.
    expect(Math.abs(mean)).toBeLessThan(6 / Math.sqrt(20_000));
    expect(Math.abs(samples.reduce((sum, x) => sum + x * x, 0) / samples.length - 1)).toBeLessThan(
      6 * Math.sqrt(2 / 20_000),
    );
  });

  test('go on from a copy as they would have gone on themselves', () => {
    const random = new Random('copy');
    random.uniform();
    const copy = random.copy();
    expect(copy.uniform()).toBe(random.uniform());
  });

  test('are drawn from one of few states under the default seed alone', () => {
    const { exercise, check, subject, oracle } = benchOf({ f: { run: () => 1, returns: number } });
    const benchUnder = (seed: string) => benchFor({ exercise, oracle, seed }, check, subject);
    const fromState = (seed: string) => new Random(`${seed}/${check.id}`).uniform();
    expect(benchUnder('practice').random.uniform()).toBe(fromState('practice'));
    expect(benchUnder('practice').seed).toBe(hash(`practice/${check.id}`) | 0);
    expect(benchUnder('spring').random.uniform()).not.toBe(fromState('spring'));
    expect(benchUnder('spring').seed).toBeInstanceOf(UnguessableBits);
  });

  test('that nobody can guess are the same each time, on a copy too, and others after a leap', () => {
    const draw = (bits: UnguessableBits) => Array.from({ length: 20 }, () => bits.next());
    const bits = new UnguessableBits('a');
    const all = draw(bits);
    expect(all).toEqual(draw(new UnguessableBits('a')));
    expect(new Set(all).size).toBe(20);
    const copy = bits.clone();
    expect(draw(copy)).toEqual(draw(bits));
    copy.jump();
    expect(draw(copy)).not.toEqual(all);
    expect(draw(new UnguessableBits('b'))).not.toEqual(all);
    for (const each of all) expect(each).toBe(each | 0);
  });
});

describe('text from a submission', () => {
  test('has its control characters and lone surrogates shown', () => {
    expect(clean('a\u001b[31mb\u0000\u202e\ud800')).toBe('a\\u001b[31mb\\u0000\\u202e\\ud800');
    expect(clean('line\nnext\ttab 😀')).toBe('line\nnext\ttab 😀');
  });

  test('is cut in the middle, and says so', () => {
    const cut = clean('x'.repeat(5_000));
    expect(cut.length).toBeLessThanOrEqual(2_000);
    expect(cut).toMatch(/^x+ … 3,?\d+ characters cut … x+$/);
    expect(cutMiddle('short', 10)).toBe('short');
  });

  test('counts in words', () => {
    expect([count(1, 'check'), count(1_200, 'check')]).toEqual(['1 check', '1,200 checks']);
  });
});
