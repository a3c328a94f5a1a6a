import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundle } from '#grader/build/bundle.mjs';
import { course } from '#grader/course/course.ts';
import { digestOf, MANIFEST, makeEdition, pathOfWork } from '#grader/release/edition.ts';
import { PROJECT } from '../../support/project.ts';

let edition: ReadonlyMap<string, Uint8Array>;
beforeAll(async () => {
  edition = await makeEdition(course, '1.2.3');
});

const textOf = (content: Uint8Array | undefined) => new TextDecoder().decode(content);
const jsonOf = (path: string) => JSON.parse(textOf(edition.get(path)));

/** What is left of a text when spaces, quotes and the ends of statements do not count. */
const bare = (text: string) => text.replace(/[\s;'"`]|\bconst\b|\blet\b/g, '');

async function sourcesIn(...folders: string[]): Promise<string[]> {
  const texts = folders.map(async (folder) => {
    const entries = await readdir(join(PROJECT, folder), { withFileTypes: true, recursive: true });
    const files = entries.filter(({ name, parentPath }) => /\.(ts|js|md)$/.test(name) && !parentPath.endsWith('bin'));
    return Promise.all(files.map(({ name, parentPath }) => readFile(join(parentPath, name), 'utf8')));
  });
  return (await Promise.all(texts)).flat();
}

/** Lines of solutions and reference that stand nowhere in what is handed out by right. */
async function secretLines(): Promise<string[]> {
  const open = (await sourcesIn('exercises', 'grader')).map(bare).join('\n');
  const lines = (await sourcesIn('solutions', 'reference')).flatMap((text) => text.split('\n')).map(bare);
  return [...new Set(lines)].filter((line) => line.length >= 30 && !open.includes(line));
}

const leaksIn = (texts: Iterable<Uint8Array>, lines: readonly string[]) => {
  const all = [...texts].map((content) => bare(textOf(content))).join('\n');
  return lines.filter((line) => all.includes(line));
};

describe('the student edition', () => {
  test('has the exercises, what runs them, and how to', () => {
    const paths = [...edition.keys()];
    expect(paths).toEqual(expect.arrayContaining(course.map(pathOfWork)));
    expect(paths).toEqual(
      expect.arrayContaining([
        'README.md',
        'LICENSE',
        'package.json',
        'package-lock.json',
        'tsconfig.json',
        '.gitignore',
        '.github/workflows/grade.yml',
        '.gitlab-ci.yml',
        'exercises/types.ts',
        'exercises/04-planar-log-det/README.md',
        'docs/pictures/04.grid.svg',
        'grader/bin/main.cjs',
        'grader/bin/worker-start.cjs',
        'grader/bin/worker.js',
        'grader/bin/prelude.js',
        'grader/course/recorded/04-planar-log-det.json',
      ]),
    );
  });

  test('its scripts, which are read byte for byte, are ASCII alone', () => {
    const scripts = [...edition].filter(([path]) => /^grader\/bin\/(?!prelude)[\w-]+\.js$/.test(path));
    expect(scripts.map(([path]) => path)).toEqual(['grader/bin/grade-alone.js', 'grader/bin/worker.js']);
    for (const [path, content] of scripts) {
      expect(
        content.findIndex((byte) => byte > 127),
        path,
      ).toBe(-1);
    }
  });

  test('every relative link of its texts leads to one of its files', () => {
    const broken = [...edition].flatMap(([path, content]) =>
      !path.endsWith('.md')
        ? []
        : [...textOf(content).matchAll(/\]\((?!https?:|#)([^)\s]+)\)/g)]
            .map(([, link = '']) => join(path, '..', link))
            .filter((target) => !edition.has(target)),
    );
    expect(broken).toEqual([]);
  });

  test('holds no text of the solutions or the reference', async () => {
    const lines = await secretLines();
    expect(lines.length).toBeGreaterThan(500);
    expect(leaksIn(edition.values(), lines)).toEqual([]);
    // The same search finds them where they are.
    const { files } = await bundle();
    expect(leaksIn(files.values(), lines).length).toBeGreaterThan(100);
  });

  test('is the same every time, and says what it is made of', async () => {
    const again = await makeEdition(course, '1.2.3');
    expect([...again.keys()]).toEqual([...edition.keys()]);
    for (const [path, content] of again) expect(Buffer.compare(content, edition.get(path) ?? new Uint8Array())).toBe(0);
    const { kit, files } = jsonOf(MANIFEST);
    expect(kit).toBe('1.2.3');
    expect(Object.keys(files)).toEqual([...edition.keys()].filter((path) => path !== MANIFEST));
    for (const [path, digest] of Object.entries(files)) expect(digestOf(edition.get(path) as Uint8Array)).toBe(digest);
  });

  test('installs the versions of the kit, as its lock file says', async () => {
    const kit = JSON.parse(await readFile(join(PROJECT, 'package.json'), 'utf8'));
    const { version, dependencies, devDependencies, engines } = jsonOf('package.json');
    const installed = JSON.parse(await readFile(join(PROJECT, 'node_modules/vitest/package.json'), 'utf8'));
    const lock = jsonOf('package-lock.json');
    expect(version).toBe('1.2.3');
    expect(engines).toEqual(kit.engines);
    for (const [name, wanted] of Object.entries(dependencies)) expect(wanted).toBe(kit.dependencies[name]);
    expect(devDependencies.vitest).toBe(installed.version);
    expect(lock.packages['']).toMatchObject({ version, dependencies, devDependencies });
    expect(textOf(edition.get('package-lock.json'))).not.toContain('"resolved"');
  });

  test('names the licence of every package in the bundle', () => {
    const licences = textOf(edition.get('grader/bin/LICENSES.txt'));
    for (const name of ['commander', 'chalk', 'fast-check', '@observablehq/plot', 'linkedom'])
      expect(licences).toContain(`${name} `);
  });

  test('is not made of exercises that somebody has solved', async () => {
    const [first, ...rest] = course;
    if (first === undefined) throw new Error('the course is empty');
    const other = { ...first, functions: { ...first.functions, another: first.functions.likelihood } };
    await expect(makeEdition([other as typeof first, ...rest], '1.2.3')).rejects.toThrow(
      'exercises/01-coin-mle/coin.ts is no stub any more: put it back, so that nobody is handed your solution',
    );
  });
});
