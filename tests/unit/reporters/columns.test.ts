import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsOf, fitLine, padColumns, takeColumns, wrapText } from '#grader/reporters/columns.ts';

describe('columns', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['ä·★█', 4],
    ['e\u0301', 1],
    ['bᵀx', 3],
    ['漢字', 4],
    ['ＡＢ', 4],
    ['한국', 4],
    ['🎲', 2],
  ])('%j takes %i', (text, columns) => {
    expect(columnsOf(text)).toBe(columns);
    expect(columnsOf(padColumns(text, 9))).toBe(9);
  });

  it('never cuts a wide character or a mark in two', () => {
    expect(takeColumns('漢字', 3)).toBe('漢');
    expect(takeColumns('ae\u0301b', 2)).toBe('ae\u0301');
    expect(takeColumns('🎲🎲', 3)).toBe('🎲');
  });

  it('marks a line that was cut', () => {
    expect(fitLine('one two three', 80)).toBe('one two three');
    expect(fitLine('one two three', 8)).toBe('one two…');
    expect(fitLine('one two three', 9)).toBe('one two…');
    expect(fitLine('one\ntwo', 80)).toBe('one two');
    expect(fitLine('one two three', 9, '...')).toBe('one tw...');
  });
});

describe('wrapping', () => {
  it('breaks at spaces, and long words where it must', () => {
    expect(wrapText('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrapText('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrapText('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
    expect(wrapText('a bcdefghij', 4)).toEqual(['a', 'bcde', 'fghi', 'j']);
    expect(wrapText('    indented', 6)).toEqual(['    in', 'dented']);
  });

  it('keeps line feeds and inner spaces', () => {
    expect(wrapText('one\n\n  two  words\n', 20)).toEqual(['one', '', '  two  words']);
    expect(wrapText('', 20)).toEqual(['']);
  });

  it('marks what it leaves out', () => {
    expect(wrapText('one two three four', 7, 2)).toEqual(['one two', 'three …']);
    expect(wrapText('one two three four', 7, 1)).toEqual(['one t …']);
    expect(wrapText('one\ntwo\nthree', 7, 2)).toEqual(['one', 'two …']);
  });

  it('loses nothing but spaces, for any text, and is never too wide', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', ' ', '漢', '\u0301', '🎲', '\n', '-'), maxLength: 60 });
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 12 }), (text, columns) => {
        const lines = wrapText(text, columns);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(/[ \n]/g, ''));
        expect(Math.max(...lines.map(columnsOf))).toBeLessThanOrEqual(columns);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
