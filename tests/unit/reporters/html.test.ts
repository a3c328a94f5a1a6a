import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import type { Illustrations } from '#grader/model/picture.ts';
import type { Report } from '#grader/model/report.ts';
import { renderHtml } from '#grader/reporters/html.ts';
import { HOSTILE, strangeTags, textOf } from '../../support/hostile-texts.ts';
import { illustrate } from '../../support/pictures.ts';
import { check, exercise, filledWith, finished, inProgress, report, untouched } from './sample.ts';

const open = (some: Report, illustrations?: Illustrations) => parseHTML(renderHtml(some, illustrations)).document;
const words = (some: { textContent: string | null } | null | undefined) =>
  (some?.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
const section = (some: Report, id: string) => open(some).querySelector(`[id="${id}"]`);
const textsOf = (some: ReturnType<typeof section>, selector: string) =>
  Array.from(some?.querySelectorAll(selector) ?? [], words);

it.each([
  ['untouched stubs', untouched],
  ['finished work', finished],
  ['work in progress', inProgress],
  ['no exercises', report([])],
])('%s: one page, the same each time, that leads nowhere else', (_name, some) => {
  const page = renderHtml(some);
  expect(renderHtml(some)).toBe(page);
  expect(page).not.toMatch(/https?:|url\(|@import|src=/);
  // A value may well be NaN.
  expect(textOf(page.replace(/<pre>.*?<\/pre>/gs, ''))).not.toMatch(/undefined|NaN|\[object/);
  expect(strangeTags(page)).toEqual([]);
  expect(page).not.toContain('<script');
  const { document } = parseHTML(page);
  expect(document.querySelector('meta[http-equiv]')?.getAttribute('content')).toBe(
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'",
  );
  const levels = Array.from(document.querySelectorAll('h1, h2, h3, h4'), ({ tagName }) => Number(tagName[1]));
  expect(levels.every((level, index) => level <= (levels[index - 1] ?? 0) + 1)).toBe(true);
  const ids = Array.from(document.querySelectorAll('[id]'), ({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const link of document.querySelectorAll('a')) expect(ids).toContain(link.getAttribute('href')?.slice(1));
});

it.each(HOSTILE)('%j is text wherever it stands', (text) => {
  const page = renderHtml(filledWith(text));
  expect(strangeTags(page)).toEqual([]);
  expect(page).not.toMatch(/\p{Cf}|\p{Cs}|##\w*\[/u);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  expect(page).not.toMatch(/(?:href|src)="(?!#)/);
});

it('says the points first, and the exercises with what is to do', () => {
  const document = open(inProgress);
  expect(words(document.querySelector('h1'))).toBe('Report on exercises');
  expect(words(document.querySelector('.figures'))).toBe('points29 of 76 core 29 of 76');
  expect(Array.from(document.querySelectorAll('.list tbody tr'), words)).toEqual([
    '1Coin MLE ★10/10✓ done',
    '2Affine change of variables ★9/151 wrong',
    '4Planar log-det ★7/201 wrong, 2 not started',
    '6Euler CNF ★3/111 did not finish, 1 waiting',
    '8Hutchinson estimator ★0/20does not load',
  ]);
});

describe('a check', () => {
  it('that failed shows its values, its hint and how it was found', () => {
    const some = section(inProgress, '04-planar-log-det');
    expect(words(some?.querySelector('.check'))).toBe(
      '✗ failed: agrees with log |det J| of your own forward4 points logDetJacobian is not log |det J| of forward ' +
        'smallestlogDetJacobian([0], { a: [1], b: [1], c: 1 }) expected0.350639 (± 1e-6) yours0.566219 ' +
        'Hint. 1 + tanh(·) aᵀb was used where the Jacobian has tanh′(·) = 1 − tanh². ' +
        'found after 1 of 100 inputs, made smaller 14 times',
    );
  });

  it('that a known mistake explains says so', () => {
    const some = section(inProgress, '02-affine-change-of-variables');
    expect(words(some?.querySelector('.hint'))).toMatch(/^A known mistake\. This is log a\./);
    expect(renderHtml(inProgress)).not.toContain('absolute-value-missing');
  });

  it('that ran out of a limit says which, where and in what', () => {
    const some = section(inProgress, '06-euler-cnf');
    expect(words(some?.querySelector('.check'))).toBe(
      '✗ failed: used up its fuel6 points while checking that it follows the field from 0 to 1 ' +
        'Hint. Does every loop come to an end? euler.ts:18',
    );
  });

  it('that passed, waits or is not started takes a line', () => {
    const planar = section(inProgress, '04-planar-log-det');
    expect(textsOf(planar, '.compact li')).toEqual([
      '✓passed: is x + tanh(bᵀx + c)·a6 points',
      '✓passed: is the log-determinant1 point',
      '○not started: gives an invertible layer4 points',
      '○not started: undoes forward4 points',
    ]);
    const euler = section(inProgress, '06-euler-cnf');
    expect(textsOf(euler, '.why')).toEqual([
      'Waiting: not run.',
      'Waiting: counts once solve matches its first check.',
    ]);
    expect(textsOf(planar, 'h3')).toEqual([
      'forward passed · 6/6',
      'logDetJacobian wrong · 1/6',
      'constrain not started · 0/4',
      'inverse not started · 0/4',
    ]);
  });

  it('that the grader could not judge costs nothing, and says so', () => {
    const checks = [check('f', 'holds', { status: 'grader-error', message: 'the reference is silent' })];
    const some = section(report([exercise('04-x', 'X', checks)]), '04-x');
    expect(words(some?.querySelector('.check'))).toContain('could not be graded, which costs no points');
  });
});

describe('an exercise', () => {
  it('that does not load says why and where, and folds its checks', () => {
    const some = section(inProgress, '08-hutchinson-estimator');
    expect(words(some?.querySelector('.check'))).toBe(
      '✗ does not loadhutchinson.ts does not parse: Expected ";" but found "}"hutchinson.ts:7',
    );
    expect(words(some?.querySelector('summary'))).toBe('What will be checked: 1 law of 1 function');
  });

  it('that is not there says so', () => {
    const checks = [check('f', 'holds', { status: 'not-started' })];
    const some = section(report([exercise('04-x', 'X', checks, { message: '04-x/x.ts was not found' })]), '04-x');
    expect(words(some)).toContain('not found');
    expect(textsOf(some, '.text')).toEqual(['04-x/x.ts was not found']);
  });

  it('shows what it printed', () => {
    const some = section(inProgress, '04-planar-log-det');
    expect(textsOf(some, 'details summary')).toEqual(['Printed by your code: 2 lines']);
    expect(some?.querySelector('.console')?.textContent).toBe('hello\nx = [1, 2]');
  });
});

it('names what was not used, at the end', () => {
  const sections = Array.from(open(inProgress).querySelectorAll('section'));
  expect(words(sections.at(-1))).toBe(
    'Not used These files belong to no exercise. .DS_Store node_modules/ package.json',
  );
});

it('congratulates when all is done', () => {
  expect(renderHtml(finished)).toContain('Everything passes. Well done!');
  expect(renderHtml(inProgress)).not.toContain('Well done');
});

describe('with pictures and source', () => {
  const SOURCE = '/** Euler. */\r\n\tif (a < b && "c" > \'d\') return;\r\n\r\n// end\r\n';
  const all = illustrate(
    inProgress.exercises.map(({ id }) => id),
    { source: SOURCE.repeat(6) },
  );
  const euler = () => open(inProgress, all).querySelector('[id="06-euler-cnf"]');

  it('is the same each time, one page that leads nowhere else and runs nothing', () => {
    const page = renderHtml(inProgress, all);
    expect(renderHtml(inProgress, all)).toBe(page);
    expect(page).not.toMatch(/https?:|url\(|@import|src=|<script|undefined|\[object/);
    expect(strangeTags(page)).toEqual([]);
    const { document } = parseHTML(page);
    const ids = Array.from(document.querySelectorAll('[id]'), ({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const link of document.querySelectorAll('a')) expect(ids).toContain(link.getAttribute('href')?.slice(1));
    for (const named of document.querySelectorAll('[aria-labelledby]'))
      expect(ids).toContain(named.getAttribute('aria-labelledby'));
    const levels = Array.from(document.querySelectorAll('h1, h2, h3, h4'), ({ tagName }) => Number(tagName[1]));
    expect(levels.every((level, index) => level <= (levels[index - 1] ?? 0) + 1)).toBe(true);
  });

  it('without them is the page that it was', () => {
    expect(renderHtml(inProgress)).not.toMatch(/--figure-|class="(?:picture|source|missing)/);
    const nothing = { pictures: new Map(), sources: new Map() };
    expect(textOf(renderHtml(inProgress, nothing))).toBe(textOf(renderHtml(inProgress)));
  });

  it('shows a picture with its heading, panels, legend and words, which are heard once', () => {
    const figure = euler()?.querySelector('figure');
    expect(words(figure?.querySelector('h3'))).toBe('Everything');
    const panels = Array.from(figure?.querySelectorAll('.panel > svg') ?? []);
    expect(panels.map((svg) => [svg.getAttribute('role'), svg.getAttribute('aria-label')])).toEqual([
      ['img', 'Before. Every kind of mark. The greatest value is 1.'],
      ['img', 'After'],
      ['img', 'Where it stretches'],
    ]);
    expect(Array.from(figure?.querySelectorAll('.looks li') ?? [], words)).toEqual([
      ...['where it may lie', 'your samples', 'yours', 'the exact curve', 'before the layer', 'data', 'two models'],
      ...['the middle', 'a quarter', 'your field'],
    ]);
    const swatches = Array.from(figure?.querySelectorAll('.swatch') ?? [], ({ innerHTML }) => innerHTML);
    expect(new Set(swatches).size).toBe(swatches.length);
    expect(words(figure?.querySelector('.scale'))).toBe('log |det J| −1 to 2');
    const description = Array.from(figure?.querySelectorAll('p') ?? []).at(-1);
    expect(words(description)).toBe('Every kind of mark. The greatest value is 1.');
    expect(description?.getAttribute('aria-hidden')).toBe('true');
  });

  it('says why a picture is missing', () => {
    expect(words(euler()?.querySelector('.missing'))).toBe('Nothing Not drawn yet: forward is not started.');
  });

  it('shows the file as it is, its lines counted as the compiler counts them', () => {
    const source = euler()?.querySelector('.source');
    expect(words(source?.querySelector('summary'))).toBe('Your file, 24 lines');
    const lines = Array.from(source?.querySelectorAll('.line') ?? [], ({ textContent }) => textContent);
    expect(lines).toHaveLength(24);
    expect(lines.slice(0, 4)).toEqual(['/** Euler. */\n', '\tif (a < b && "c" > \'d\') return;\n', '\n', '// end\n']);
  });

  it('marks a line of which something is said, and leads to it', () => {
    expect(euler()?.querySelector('.check a')?.getAttribute('href')).toBe('#06-euler-cnf-line-18');
    const marked = Array.from(euler()?.querySelectorAll('.marked') ?? []);
    expect(marked.map(({ id }) => id)).toEqual(['06-euler-cnf-line-18']);
    expect(words(marked[0]?.nextElementSibling)).toBe('Line 18: solve used up its fuel');
    const broken = open(inProgress, all).querySelector('[id="08-hutchinson-estimator"]');
    expect(words(broken?.querySelector('.remark'))).toBe(
      'Line 7: hutchinson.ts does not parse: Expected ";" but found "}"',
    );
    expect(broken?.querySelector('.check a')?.getAttribute('href')).toBe('#08-hutchinson-estimator-line-7');
  });

  it('leads nowhere when the line is not there', () => {
    const short = illustrate(['06-euler-cnf'], { source: 'one line' });
    const some = open(inProgress, short).querySelector('[id="06-euler-cnf"]');
    expect(some?.querySelectorAll('a, .marked')).toHaveLength(0);
    expect(words(some?.querySelector('.check'))).toMatch(/euler\.ts:18$/);
  });

  it('shows no more of a file than may be handed in', () => {
    const long = illustrate(['06-euler-cnf'], { source: 'x\n'.repeat(50_000) });
    const some = open(inProgress, long).querySelector('[id="06-euler-cnf"] .source');
    expect(some?.querySelectorAll('.line')).toHaveLength(32_768);
    expect(words(some?.querySelector('p'))).toBe('The rest is not shown.');
    const empty = open(inProgress, illustrate(['06-euler-cnf'], { source: '' }));
    expect(words(empty.querySelector('.source summary'))).toBe('Your file, 0 lines');
  });

  it.each([...HOSTILE, 'a\n::error::b', '\t::error::b'])('%j is text wherever it stands', (text) => {
    const filled = filledWith(text.replaceAll('\t', ''));
    const ids = filled.exercises.map(({ id }) => id);
    const page = renderHtml(filled, illustrate(ids, { words: () => text, source: `${text}\n${text}` }));
    expect(strangeTags(page)).toEqual([]);
    expect(page).not.toMatch(/\p{Cf}|\p{Cs}|##\w*\[|^\s*::/mu);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(page).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
    expect(page).not.toMatch(/(?:href|src)="(?!#)/);
    expect(page.match(/<style>/g)).toHaveLength(1);
  });
});
