import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ClassSummary, Row } from '#grader/model/class.ts';
import type { Report } from '#grader/model/report.ts';
import { renderClassHtml } from '#grader/reporters/class-html.ts';
import { renderHtml } from '#grader/reporters/html.ts';
import { attacks } from '../fixtures/redteam/outputs.ts';
import { inventClass } from '../support/class-summary.ts';
import { PROJECT, run } from '../support/cli.ts';
import { HOSTILE } from '../support/hostile-texts.ts';
import { illustrate } from '../support/pictures.ts';
import { check, courseOf, inProgress } from '../unit/reporters/sample.ts';

const CHROMIUM = '/usr/bin/chromium';
const ARGUMENTS = [
  ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

let folder: string;
let browser: BrowserContext;
let page: Page;
let seen: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pages-'));
  await mkdir(join(folder, 'reports'));
  browser = await chromium.launchPersistentContext(join(folder, 'profile'), {
    executablePath: CHROMIUM,
    headless: true,
    args: ARGUMENTS,
  });
  await Promise.all(Object.entries(await makePages()).map(([name, text]) => writeFile(join(folder, name), text)));
});

afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

beforeEach(async () => {
  seen = [];
  page = await browser.newPage();
  page.on('console', (message) => seen.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => seen.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== page.url().split('#')[0]) seen.push(`request: ${request.url()}`);
  });
  page.on('dialog', (dialog) => {
    seen.push(`dialog: ${dialog.message()}`);
    return dialog.dismiss();
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      console.error(`policy: ${violatedDirective} ${blockedURI}`),
    );
  });
});

afterEach(() => page.close());

const open = async (name: string) => {
  const address = pathToFileURL(join(folder, name)).href;
  await page.goto(address);
  // The page itself is asked for before its address is known.
  seen = seen.filter((what) => what !== `request: ${address}`);
};

describe.each([
  ...['class.html', 'hostile-class.html', 'large-class.html', 'partial.html', 'sample.html', 'hostile.html'],
  ...['stubs.html', 'solutions.html', 'pictures.html', 'hostile-pictures.html', 'hostile-source.html'],
])('%s', (name) => {
  it('makes no request, breaks no policy and runs nothing of anybody else’s', async () => {
    await open(name);
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    await page.waitForTimeout(200);
    expect(seen).toEqual([]);
  });

  it.each([390, 1280])('does not scroll sideways at %i px', async (width) => {
    await page.setViewportSize({ width, height: 800 });
    await open(name);
    for (const isOpen of [false, true]) {
      const over = await page.evaluate((open) => {
        for (const details of document.querySelectorAll('details')) details.open = open;
        return document.documentElement.scrollWidth - window.innerWidth;
      }, isOpen);
      expect(over).toBeLessThanOrEqual(0);
    }
  });

  it('is dark only on a screen', async () => {
    const colors = () => page.evaluate(() => [getComputedStyle(document.body).backgroundColor]);
    await page.emulateMedia({ colorScheme: 'dark', media: 'screen' });
    await open(name);
    expect(await colors()).toEqual(['rgb(20, 24, 29)']);
    await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
    expect(await colors()).toEqual(['rgb(255, 255, 255)']);
  });

  it('has text that stands out from what is behind it, in light and dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, media: 'screen' });
      await open(name);
      expect(await page.evaluate(leastContrast)).toBeGreaterThanOrEqual(4.5);
    }
  });
});

it.each(['class.html', 'partial.html'])(
  '%s: what got past the escaping would be stopped, and seen here',
  async (name) => {
    await open(name);
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'alert(1)';
      const image = document.createElement('img');
      image.src = 'https://evil.example/x.png';
      image.setAttribute('onerror', 'alert(1)');
      document.body.append(script, image);
    });
    await page.waitForTimeout(200);
    expect(seen.join('\n')).toMatch(/policy: script-src-elem inline/);
    expect(seen.join('\n')).toMatch(/policy: script-src-attr inline/);
    expect(seen.join('\n')).toMatch(/policy: img-src https:/);
    expect(seen.join('\n')).not.toMatch(/^dialog/m);
  },
);

describe('the table of all students', () => {
  const column = (index: number) =>
    page.$$eval(
      '#rows tbody tr:not([hidden])',
      (rows, at) => rows.map((row) => (row as HTMLTableRowElement).cells[at]?.textContent ?? ''),
      index,
    );
  const ids = () => column(0);
  const SCORE = 3;

  it('is sorted by numbers as numbers, both ways, and stays as it was among equals', async () => {
    await open('class.html');
    const before = await ids();
    const ascending = [...(await column(SCORE))].sort(byNumber(1));
    const descending = [...ascending].sort(byNumber(-1));
    const head = page.locator('#rows thead th').nth(SCORE);
    await head.getByRole('button').click();
    expect(await column(SCORE)).toEqual(ascending);
    expect(await head.getAttribute('aria-sort')).toBe('ascending');
    await head.getByRole('button').click();
    expect(await column(SCORE)).toEqual(descending);
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    expect(ascending.indexOf('100')).toBeGreaterThan(ascending.indexOf('20'));
    expect(await ids()).not.toEqual(before);

    await page.locator('#rows thead button').nth(2).click();
    expect(await page.locator('#rows thead [aria-sort]').count()).toBe(1);
    const graded = (await page.$$eval('#rows tbody tr', (rows) =>
      rows.map((row) => Array.from((row as HTMLTableRowElement).cells, (cell) => cell.textContent)),
    )) as string[][];
    const scores = graded.filter(([, , status]) => status === 'graded').map((cells) => cells[SCORE]);
    expect(scores).toEqual([...scores].sort((left, right) => Number(right) - Number(left)));

    await page.locator('#rows thead button').nth(0).click();
    expect(await ids()).toEqual(before);
  });

  it('is sorted by names as a reader would, and from the keyboard', async () => {
    await open('class.html');
    await page.locator('#rows thead button').nth(1).focus();
    await page.keyboard.press('Enter');
    const names = (await column(1)).filter((name) => name !== '');
    expect(names[0]).toMatch(/^Ada /);
    expect(names).toEqual([...names].sort(new Intl.Collator('en', { numeric: true }).compare));
    await page.keyboard.press('Space');
    expect((await column(1)).filter((name) => name !== '')).not.toEqual(names);
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineStyle);
    expect(outline).toBe('solid');
  });

  it('is filtered by words, and says how many are left', async () => {
    await open('class.html');
    const filter = page.getByRole('searchbox', { name: 'Show only' });
    await filter.fill('BRANDT graded');
    const names = await column(1);
    expect(names.length).toBeGreaterThan(0);
    expect(names.every((name) => name.includes('Brandt'))).toBe(true);
    expect(await page.getByRole('status').textContent()).toBe(`${names.length} of 300`);
    // An id, and not somebody's score.
    await filter.fill('');
    expect(await column(SCORE)).toContain('119');
    await filter.fill('119');
    expect(await ids()).toEqual(['s0119']);
    await filter.fill('');
    expect(await column(1)).toHaveLength(300);
  });

  it('is sorted and filtered at once for three thousand', async () => {
    await open('large-class.html');
    const filter = page.getByRole('searchbox', { name: 'Show only' });
    await page.locator('#rows thead button').nth(SCORE).click();
    await filter.fill('s2999');
    expect(await ids()).toEqual(['s2999']);
  });

  it.each(['class.html', 'hostile-class.html'])('%s: links to reports that are there', async (name) => {
    await open(name);
    const links = await page.$$eval('a[href]', (all) => all.map((link) => (link as HTMLAnchorElement).href));
    expect(links.length).toBeGreaterThan(0);
    for (const link of new Set(links)) {
      expect((await stat(fileURLToPath(link))).isFile()).toBe(true);
      expect(link.startsWith(pathToFileURL(join(folder, 'reports')).href)).toBe(true);
    }
    await page.locator('#rows a').first().click();
    expect(await page.locator('h1').textContent()).toBe('the report');
  });

  it('can be read without a script: nothing that would do nothing is shown', async () => {
    const still = await browser.browser()?.newContext({ javaScriptEnabled: false });
    const other = await still?.newPage();
    await other?.goto(pathToFileURL(join(folder, 'class.html')).href);
    expect(await other?.locator('#rows tbody tr').count()).toBe(300);
    expect(await other?.locator('button:visible, input:visible').count()).toBe(0);
    await still?.close();
  });
});

it('a student’s page leads to each of its exercises', async () => {
  await open('partial.html');
  const link = page.locator('.list a').nth(5);
  await link.focus();
  await page.keyboard.press('Enter');
  const top = await page.locator('[id="06-euler-cnf"]').evaluate((section) => section.getBoundingClientRect().top);
  expect(Math.abs(top)).toBeLessThan(100);
});

describe('a page with pictures', () => {
  it.each(['partial.html', 'solutions.html', 'pictures.html'])('%s: each is seen, and has a name', async (name) => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await open(name);
    const panels = page.locator('.panel > svg');
    expect(await panels.count()).toBeGreaterThan(0);
    for (const panel of await panels.all()) {
      const box = await panel.boundingBox();
      expect(box?.width).toBe(350);
      expect(box?.height).toBeGreaterThan(200);
      expect(await panel.getAttribute('aria-label')).toMatch(/\S/);
    }
    const named = await page.getByRole('img').count();
    expect(named).toBe(await panels.count());
    for (const figure of await page.getByRole('figure').all()) {
      expect(await figure.locator('h3').textContent()).toMatch(/\S/);
    }
  });

  it('sets panels side by side where there is room, and under each other on a phone, as large', async () => {
    const corners = () =>
      page.$$eval('[id="figure-04.all"] .panel > svg', (all) =>
        all.map((svg) => [svg.getBoundingClientRect().left, svg.getBoundingClientRect().width]),
      );
    await page.setViewportSize({ width: 1280, height: 800 });
    await open('pictures.html');
    const [first = [], second = []] = await corners();
    expect(second[0]).toBeGreaterThan((first[0] ?? 0) + 350);
    await page.setViewportSize({ width: 390, height: 800 });
    expect(await corners()).toEqual([
      [20, 350],
      [20, 350],
      [20, 350],
    ]);
  });

  it.each(['light', 'dark'] as const)('has marks that stand out from the paper, %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme, media: 'screen' });
    await open('pictures.html');
    const inks = await page.evaluate(() => {
      const style = getComputedStyle(document.documentElement);
      const probe = document.body.appendChild(document.createElement('i'));
      return ['yours', 'reference', 'data', 'before', 'aid'].map((role) => {
        probe.style.color = style.getPropertyValue(`--figure-${role}`);
        return getComputedStyle(probe).color;
      });
    });
    const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(new Set(inks).size).toBe(5);
    for (const ink of inks) expect(contrast(ink, paper)).toBeGreaterThanOrEqual(3);
    const stroke = await page.$eval(
      '.panel path[stroke-dasharray], .panel [stroke-dasharray] path',
      (path) => getComputedStyle(path).stroke,
    );
    expect(inks).toContain(stroke);
  });

  it('leads from a check to the line, which unfolds the file', async () => {
    await open('pictures.html');
    const line = page.locator('[id="06-euler-cnf-line-18"]');
    expect(await line.isVisible()).toBe(false);
    await page.locator('[id="06-euler-cnf"] .check a').click();
    await line.waitFor({ state: 'visible' });
    await page.waitForFunction(() => {
      const top = document.querySelector('[id="06-euler-cnf-line-18"]')?.getBoundingClientRect().top ?? -1;
      return top >= 0 && top < window.innerHeight;
    });
    expect(await line.locator('+ .remark').textContent()).toContain('used up its fuel');
  });

  it('has source that is copied without numbers and remarks, and scrolls in its own box', async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    await open('pictures.html');
    await page.locator('[id="06-euler-cnf"] .source > summary').click();
    const copied = await page.evaluate(() => {
      const pre = document.querySelector('[id="06-euler-cnf"] .source pre');
      if (pre !== null) getSelection()?.selectAllChildren(pre);
      return getSelection()?.toString();
    });
    expect(copied?.trimEnd()).toBe(SOURCE.trimEnd());
    const box = page.locator('[id="06-euler-cnf"] .code');
    expect(await box.evaluate((code) => code.scrollWidth > code.clientWidth)).toBe(true);
    const remark = await page.locator('[id="06-euler-cnf"] .remark').boundingBox();
    expect(remark?.width).toBeLessThanOrEqual(350);
  });

  it.each(['hostile-pictures.html', 'hostile-source.html'])('%s: is not what its texts want', async (name) => {
    await open(name);
    expect(await page.locator('script, img, iframe, main style, [onload], [onerror]').count()).toBe(0);
    expect(seen).toEqual([]);
  });
});

describe.each(['stubs.html', 'partial.html', 'solutions.html', 'pictures.html', 'class.html'])('%s', (name) => {
  it.each(['light', 'dark'] as const)('has nothing serious or critical that axe finds, %s', async (colorScheme) => {
    // The policy of the page would not let axe run.
    const other = await browser.browser()?.newContext({ bypassCSP: true, colorScheme });
    const audited = await other?.newPage();
    await audited?.goto(pathToFileURL(join(folder, name)).href);
    const findings = await audited?.evaluate(async (source) => {
      for (const details of document.querySelectorAll('details')) details.open = true;
      document.head.appendChild(document.createElement('script')).textContent = source;
      const { violations } = await (window as unknown as { axe: typeof import('axe-core') }).axe.run();
      return violations.map(({ id, impact, nodes }) => `${impact}: ${id}: ${nodes[0]?.html}`);
    }, axe.source);
    await other?.close();
    expect(findings?.filter((finding) => /^(serious|critical)/.test(finding))).toEqual([]);
  });
});

describe('a picture in a file', () => {
  it.each(['light', 'dark'] as const)('is drawn by a browser as an image, %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.setContent('<body style="margin: 0"></body>');
    const svg = await readFile(join(PROJECT, 'docs/pictures/04.grid.svg'), 'utf8');
    const [width, pixel] = await page.evaluate(async (text) => {
      const image = new Image();
      image.src = `data:image/svg+xml,${encodeURIComponent(text)}`;
      await image.decode();
      const canvas = document.createElement('canvas');
      const context = canvas.getContext('2d');
      context?.drawImage(image, 0, 0);
      return [image.naturalWidth, [...(context?.getImageData(10, 10, 1, 1).data ?? [])]];
    }, svg);
    expect(width).toBeGreaterThan(350);
    expect(pixel).toEqual(colorScheme === 'light' ? [255, 255, 255, 255] : [20, 24, 29, 255]);
  });
});

/** Numbers upwards or downwards; what is none comes last either way. */
function byNumber(direction: 1 | -1) {
  return (left: string, right: string) => {
    if (left === '–' || right === '–') return Number(left === '–') - Number(right === '–');
    return direction * (Number(left) - Number(right));
  };
}

/** The contrast of two colours, as WCAG reckons it. */
function contrast(...colors: readonly [string, string]): number {
  const [more = 0, less = 0] = colors
    .map((color) => {
      const [r = 0, g = 0, b = 0] = (color.match(/[\d.]+/g) ?? []).map((text) => {
        const value = Number(text) / 255;
        return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    })
    .sort((a, b) => b - a);
  return (more + 0.05) / (less + 0.05);
}

/** The least contrast, as WCAG reckons it, of any text with the first background behind it; runs in the page. */
function leastContrast(): number {
  const read = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const light = (color: string) => {
    const [r = 0, g = 0, b = 0] = read(color).map((value) =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  let least = 21;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let count = 0; walker.nextNode() && count < 3_000; count += 1) {
    const parent = walker.currentNode.parentElement;
    if (parent === null || walker.currentNode.textContent?.trim() === '' || !parent.checkVisibility()) continue;
    const style = getComputedStyle(parent);
    let behind: Element | null = parent;
    while (behind !== null && read(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
    const paper = light(getComputedStyle(behind ?? document.body).backgroundColor);
    const ink = light(parent instanceof SVGElement ? style.fill : style.color);
    least = Math.min(least, (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05));
  }
  return least;
}

const SOURCE = `${'// a line of text\n'.repeat(17)}export const loop = () => { for (;;) { ${'/* long */ '.repeat(20)}} };\n\n\tend();\n`;

/** The pages, and a report for every key that they link to. */
async function makePages(): Promise<{ [name: string]: string }> {
  const pageOf = async (submission: string, ...names: string[]) =>
    (await run(['grade', ...names, '--submission', submission, '--reporter', 'html'])).stdout;
  const hostileReport = makeHostileReport();
  const texts = [...HOSTILE, LONG].join(' ');
  const pictures = { words: () => texts, source: [...HOSTILE, LONG].join('\n').repeat(20) };
  const some = inventClass(300);
  const hostile = makeHostileClass();
  const keys = [...some.rows, ...hostile.rows].flatMap(({ key }) => (key === undefined ? [] : [key]));
  return {
    'class.html': [...renderClassHtml(some)].join(''),
    'large-class.html': [...renderClassHtml(inventClass(3_000))].join(''),
    'hostile-class.html': [...renderClassHtml(hostile)].join(''),
    'partial.html': await pageOf('tests/fixtures/partial'),
    'stubs.html': await pageOf('exercises'),
    'solutions.html': await pageOf('solutions', '1', '2', '4'),
    'sample.html': renderHtml(inProgress),
    'pictures.html': renderHtml(inProgress, illustrate(['04-planar-log-det', '06-euler-cnf'], { source: SOURCE })),
    'hostile.html': renderHtml(hostileReport),
    'hostile-pictures.html': renderHtml(
      hostileReport,
      illustrate(
        hostileReport.exercises.map(({ id }) => id),
        pictures,
      ),
    ),
    'hostile-source.html': await pageOf(await handInHostileSource(), '2'),
    ...Object.fromEntries(
      keys.map((key) => [`reports/${key}.html`, '<!doctype html><title>x</title><h1>the report</h1>']),
    ),
  };
}

/** A solution that throws markup, and has it in its text. */
async function handInHostileSource(): Promise<string> {
  const attack = attacks.find(({ name }) => name === 'HTML in the message and the name of an error');
  if (attack === undefined) throw new Error('there is no such attack');
  const [from, to] = attack.hostile.change as readonly [string, string];
  const solution = await readFile(join(PROJECT, 'solutions/02-affine-change-of-variables/affine.ts'), 'utf8');
  if (!solution.includes(from)) throw new Error('the attack is on another text');
  const directory = join(folder, 'hostile', '02-affine-change-of-variables');
  await mkdir(directory, { recursive: true });
  await writeFile(
    join(directory, 'affine.ts'),
    `// </pre></style><script>alert(1)</script>\n${solution.replace(from, () => to)}`,
  );
  return join(folder, 'hostile');
}

const LONG = `${'x'.repeat(400)} ${'a few words '.repeat(40)}`;

/** Names as hostile as can be; keys as hostile as a file's name can be. */
function makeHostileClass(): ClassSummary {
  const some = inventClass(40);
  const [first, ...others] = some.exercises;
  const texts = [...HOSTILE, LONG];
  const keys = ['100% a', '%2e%2e', 'a b#c?d', "it's", '"q"', 'ä漢字', '&amp;', '<b>', 'javascript:alert(1)'];
  const rows = some.rows.map((row, index): Row => {
    const text = texts[index % texts.length] ?? '';
    return {
      ...row,
      key: row.grade === undefined ? undefined : (keys[index] ?? `k${index}`),
      id: text,
      name: text,
      reason: text,
    };
  });
  const pairs = rows.flatMap(({ key }) => (key === undefined ? [] : [key]));
  return {
    ...some,
    layout: texts.join(' '),
    seed: LONG,
    rows,
    exercises: first === undefined ? others : [{ ...first, title: texts.join(' ') }, ...others],
    misconceptions: texts.map((text) => ({ exercise: '01-coin-mle', id: text, hint: text, count: 1 })),
    similar: pairs.slice(1).map((key, index) => ({
      exercise: '04-planar-log-det',
      left: pairs[index] ?? '',
      right: key,
      similarity: 0.5,
      longest: 10,
    })),
  };
}

function makeHostileReport(): Report {
  const texts = [...HOSTILE, LONG];
  const all = texts.join('\n');
  return courseOf(
    (name) => [
      ...texts.map((text) =>
        check(name, text, {
          status: 'failed',
          message: text,
          expected: text,
          actual: `${text}!`,
          counterexample: text,
          search: text,
          hint: text,
          location: { file: text, line: 1, column: 1 },
        }),
      ),
      check(name, all, { status: 'skipped', message: all }),
      check(all, all),
    ],
    { submission: LONG, seed: all, ignored: texts },
  );
}
