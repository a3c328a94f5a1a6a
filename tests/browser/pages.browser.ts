import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ClassSummary, Row } from '#grader/model/class.ts';
import type { Report } from '#grader/model/report.ts';
import { renderClassHtml } from '#grader/reporters/class-html.ts';
import { renderHtml } from '#grader/reporters/html.ts';
import { inventClass } from '../support/class-summary.ts';
import { run } from '../support/cli.ts';
import { HOSTILE } from '../support/hostile-texts.ts';
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

describe.each(['class.html', 'hostile-class.html', 'large-class.html', 'partial.html', 'sample.html', 'hostile.html'])(
  '%s',
  (name) => {
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
  },
);

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

/** Numbers upwards or downwards; what is none comes last either way. */
function byNumber(direction: 1 | -1) {
  return (left: string, right: string) => {
    if (left === '–' || right === '–') return Number(left === '–') - Number(right === '–');
    return direction * (Number(left) - Number(right));
  };
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

/** The pages, and a report for every key that they link to. */
async function makePages(): Promise<{ [name: string]: string }> {
  const { stdout } = await run(['grade', '--submission', 'tests/fixtures/partial', '--reporter', 'html']);
  const some = inventClass(300);
  const hostile = makeHostileClass();
  const keys = [...some.rows, ...hostile.rows].flatMap(({ key }) => (key === undefined ? [] : [key]));
  return {
    'class.html': renderClassHtml(some),
    'large-class.html': renderClassHtml(inventClass(3_000)),
    'hostile-class.html': renderClassHtml(hostile),
    'partial.html': stdout,
    'sample.html': renderHtml(inProgress),
    'hostile.html': renderHtml(makeHostileReport()),
    ...Object.fromEntries(
      keys.map((key) => [`reports/${key}.html`, '<!doctype html><title>x</title><h1>the report</h1>']),
    ),
  };
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
