import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT, submissionFrom } from '../support/cli.ts';
import type { Running } from '../support/running.ts';
import { startWatch } from '../support/watch.ts';

/** A machine may be busy. */
const SOON = { timeout: 30_000 };

const CHROMIUM = '/usr/bin/chromium';
const ARGUMENTS = [
  ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];
const FILE = '04-planar-log-det/planar.ts';

let folder: string;
let browser: BrowserContext;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'live-'));
  browser = await chromium.launchPersistentContext(join(folder, 'profile'), {
    executablePath: CHROMIUM,
    headless: true,
    args: ARGUMENTS,
  });
});

afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** A page that says what it should not do. */
async function openPage(address: string): Promise<{ page: Page; seen: string[] }> {
  const page = await browser.newPage();
  const seen: string[] = [];
  page.on('console', (message) => seen.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => seen.push(`error: ${error.message}`));
  page.on('request', (asked) => {
    if (!asked.url().startsWith(address)) seen.push(`request: ${asked.url()}`);
  });
  await page.setViewportSize({ width: 900, height: 500 });
  await page.goto(address);
  return { page, seen };
}

async function addressOf(watch: Running): Promise<string> {
  return /live page: (\S+)\n/.exec(await watch.until(/live page: \S+\n/))?.[1] ?? '';
}

const statusOf = (page: Page) => page.locator('#live').textContent();

describe('the live page', () => {
  it('follows a save in place: what is open stays open, and the reader stays where they were', async () => {
    const solution = await readFile(join(PROJECT, 'solutions', FILE), 'utf8');
    const wrong = solution.replace(
      /(export function isInvertible\([^)]*\): boolean \{)/,
      "$1\n  console.log('hello');",
    );
    expect(wrong).not.toBe(solution);
    const broken = solution.replace(/(export function logDetJacobian\([^)]*\): number \{)/, '$1\n  return 0;');
    const directory = await submissionFrom('solutions', { [FILE]: wrong });
    // An exercise before it whose parts are folded, and more of the page below.
    await writeFile(join(directory, '03-composition/composition.ts'), 'oops(');
    const watch = startWatch(['3', '4', '6', '--submission', directory, '--open'], { PATH: '' });
    const { page, seen } = await openPage(await addressOf(watch));
    await expect.poll(() => statusOf(page), SOON).toBe('up to date');

    const planar = page.locator('[id="04-planar-log-det"]');
    expect(await planar.textContent()).toContain('20 of 20 points');
    const picture = planar.locator('figure svg').first();
    await picture.waitFor(SOON);
    const drawn = await picture.innerHTML();
    await page.evaluate(() => Object.assign(window, { marker: 'still here' }));
    const folded = page.locator('[id="03-composition"] details').first();
    await folded.locator('summary').click();
    await page.getByRole('link', { name: 'Euler CNF' }).focus();
    await page.evaluate(() => window.scrollTo(0, 420));
    const before = await page.evaluate(() => window.scrollY);
    expect(before).toBeGreaterThan(300);

    await writeFile(join(directory, FILE), broken);
    await planar.getByText('logDetJacobian').first().waitFor();
    await expect.poll(() => planar.textContent(), SOON).toMatch(/failed: .*log \|det/);
    await expect.poll(() => picture.innerHTML(), SOON).not.toBe(drawn);
    await expect.poll(() => statusOf(page), SOON).toBe('up to date');
    expect(await page.evaluate(() => (window as unknown as { marker?: string }).marker)).toBe('still here');
    expect(await folded.getAttribute('open')).toBe('');
    expect(await page.evaluate(() => window.scrollY)).toBe(before);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Euler CNF');

    await writeFile(join(directory, FILE), solution);
    await expect.poll(() => planar.textContent(), SOON).toContain('20 of 20 points');
    await expect.poll(() => picture.innerHTML(), SOON).toBe(drawn);
    expect(await page.evaluate(() => (window as unknown as { marker?: string }).marker)).toBe('still here');
    expect(seen).toEqual([]);

    watch.process.kill('SIGTERM');
    expect(await watch.ended).toBe(0);
    await expect.poll(() => statusOf(page), SOON).toBe('connection lost; is watch still running?');
    await page.close();
  });

  it('runs no script but its own, and is not answered under another name', async () => {
    const watch = startWatch(['1', '--submission', 'solutions', '--open'], { PATH: '' });
    const address = await addressOf(watch);
    const { page, seen } = await openPage(address);
    await page.evaluate(() => {
      document.addEventListener('securitypolicyviolation', ({ violatedDirective }) =>
        console.error(`policy: ${violatedDirective}`),
      );
      const script = document.createElement('script');
      script.textContent = 'console.log("ran")';
      document.body.append(script);
      fetch('http://127.0.0.1:9/').catch(() => {});
    });
    await expect.poll(() => seen.join('\n'), SOON).toMatch(/policy: script-src-elem/);
    await expect.poll(() => seen.join('\n'), SOON).toMatch(/policy: connect-src/);
    expect(seen.join('\n')).not.toMatch(/ran$/m);
    const { port, pathname } = new URL(address);
    const statusFor = (host: string) =>
      new Promise((resolve, reject) => {
        const headers = { host };
        request({ host: '127.0.0.1', port, path: pathname, headers }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        })
          .on('error', reject)
          .end();
      });
    expect(await statusFor(`rebound.example:${port}`)).toBe(404);
    expect(await statusFor(`127.0.0.1:${port}`)).toBe(200);
    watch.process.kill('SIGTERM');
    expect(await watch.ended).toBe(0);
    await page.close();
  });
});
