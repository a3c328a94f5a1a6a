import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { drawPictures, withPictures } from '#grader/cli/pictures.ts';
import { course } from '#grader/course/course.ts';
import { figuresOf } from '#grader/figures/figures.ts';

const project = new URL('../../', import.meta.url);
const read = (path: string) => readFile(new URL(path, project), 'utf8');

const pictures = await drawPictures();

test('every figure has its picture, and no other is there (npm run pictures)', async () => {
  const figures = await Promise.all(course.map(({ id }) => figuresOf(id)));
  const files = figures.flat().map(({ id }) => `${id}.svg`);
  expect(pictures.map(({ file }) => file)).toEqual(files);
  expect((await readdir(new URL('docs/pictures/', project))).sort()).toEqual([...files].sort());
});

describe.each(pictures.map((picture) => [picture.file, picture] as const))('%s', (file, { svg }) => {
  test('is what the code draws now (npm run pictures)', async () => {
    const [kept, fresh] = [splitNumbers(await read(`docs/pictures/${file}`)), splitNumbers(svg)];
    expect(kept.rest).toBe(fresh.rest);
    // Other versions of Node may differ in the last bit of exp, log and tanh, and so in what a number is rounded to.
    for (const [index, number] of fresh.numbers.entries()) {
      expect(Math.abs((kept.numbers[index] ?? Number.NaN) - number)).toBeLessThanOrEqual(0.011);
    }
  });

  test('is small, asks for nothing and says what it shows', () => {
    expect(Buffer.byteLength(svg)).toBeLessThan(80_000);
    expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/https?:|url\(|<script|\son\w+=|href/);
    expect(svg).toMatch(
      /^<svg [^>]*role="img"[^>]*>\n<title id="title">[^<]+<\/title>\n<desc id="description">[^<]+\.</,
    );
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });
});

const illustrated = [...new Set(pictures.map(({ exercise }) => exercise))];

test.each(illustrated)('the text of %s shows its figures (npm run pictures)', async (exercise) => {
  const readme = await read(`exercises/${exercise}/README.md`);
  const own = pictures.filter((picture) => picture.exercise === exercise);
  expect(withPictures(readme, exercise, own)).toBe(readme);
  expect(readme).toContain('## What it looks like');
});

test('the pictures of the first text are there, and have words', async () => {
  const shown = [...(await read('README.md')).matchAll(/!\[([^\]]+)\]\(docs\/pictures\/([^)]+)\)/g)];
  expect(shown).toHaveLength(2);
  for (const [, words = '', file] of shown) {
    expect(words.length).toBeGreaterThan(20);
    expect(pictures.map((picture) => picture.file)).toContain(file);
  }
});

describe('putting pictures into a text', () => {
  const [first] = pictures;
  if (first === undefined) throw new Error('there is no picture');
  const text = '# 01\n\nA text.\n\n## What to write\n\nCode.\n';

  test('gives them a part of their own before what is to write, once', () => {
    const once = withPictures(text, '01-coin-mle', [first]);
    expect(once).toMatch(/A text\.\n\n## What it looks like\n\n<!--[\s\S]*-->\n\n## What to write\n\nCode\.\n$/);
    expect(once).toContain(`](../../docs/pictures/${first.file})`);
    expect(withPictures(once, '01-coin-mle', [first])).toBe(once);
    expect(withPictures(once, '01-coin-mle', [first, { ...first, file: 'other.svg' }])).toContain('pictures/other.svg');
  });

  test('has words that stay words', () => {
    const hostile = { ...first, description: '[a](b) <b> `c` *d*' };
    expect(withPictures(text, '01-coin-mle', [hostile])).toContain('![\\[a\\](b) \\<b\\> \\`c\\` \\*d\\*](../../');
  });

  test('leaves a text without any as it is', () => {
    expect(withPictures(text, '01-coin-mle', [])).toBe(text);
  });
});

/** A drawing's numbers, and what is between them. */
function splitNumbers(svg: string): { numbers: number[]; rest: string } {
  const number = /-?\d+(?:\.\d+)?/g;
  return { numbers: (svg.match(number) ?? []).map(Number), rest: svg.replace(number, '#') };
}
