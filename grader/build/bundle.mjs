import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The project's folder. */
export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** Packages that stay as they are installed: with a binary, loaded for a class alone, or a test framework. */
const INSTALLED = [
  'esbuild',
  'vitest',
  'mathjs',
  '@tensorflow/*',
  'bullmq',
  'ioredis',
  '@dodona/dolos-lib',
  'tar',
  'yauzl',
];

/** Modules of the bundle, by the names of their files. What two of them share is cut into small files. */
const MODULES = {
  'all-commands': 'grader/cli/all-commands.ts',
  'checks.practice': 'grader/practice/checks.practice.ts',
  'report-page': 'grader/cli/report-page.ts',
};

/** Those that the full kit alone has: what compares a repository with the edition, and what other seeds ask. */
const OF_FULL_KIT = { 'changed-files': 'grader/release/changed-files.ts' };
/** Apart from the others: its parts wait for each other while they are loaded. */
const REFERENCE = { reference: 'reference/oracle.ts' };

/** Programs that are one script: Node can begin with what V8 compiled of one, and it is loaded sooner than modules are. */
const SCRIPTS = { 'grade-alone': 'grader/cli/grade-alone.ts', worker: 'grader/cli/worker.ts' };

/** What is run first, in the process and in its threads; begins those programs. */
const STARTS = { main: 'grader/cli/main.ts', 'worker-start': 'grader/cli/start-worker.ts' };

/** What scripts have in place of modules that load others. */
const IN_SCRIPTS = {
  'grader/cli/programs.ts': 'grader/cli/programs-in-bundle.ts',
  'grader/cli/reference.ts': 'grader/cli/reference-in-bundle.ts',
  'grader/cli/load-report-page.ts': 'grader/cli/load-report-page-in-bundle.ts',
  'grader/cli/changed-files.ts': 'grader/cli/changed-files-in-bundle.ts',
};

/** CommonJS packages ask for Node's modules by `require`, which a module of today has not. */
const REQUIRE =
  "import { createRequire as $createRequire } from 'node:module'; const require = $createRequire(import.meta.url);";

/**
 * Bundles commands of the grader, with the packages they use, into a few files that start quickly.
 *
 * They are meant to stand in `grader/bin/`: every module of the grader lies in a folder beside it, so that an address
 * relative to a module leads to the same place from there. The same sources give the same bytes.
 *
 * @param {Record<string, string>} replaced  modules that are left out, each with the one to put in its place; paths
 *   relative to the project
 * @returns {Promise<{ files: Map<string, Uint8Array>, packages: string[] }>} by name, the files; and the folders of the
 *   packages that are in them, relative to the project
 */
export async function bundle(replaced = {}) {
  const define = { SANDBOX_DIGEST: JSON.stringify(await digestOfSandbox()) };
  const outlines = await makeOutlines();
  const modules = { ...options(replaced, outlines), define };
  const isFullKit = Object.keys(replaced).length === 0;
  const entries = isFullKit ? [{ ...MODULES, ...OF_FULL_KIT }, REFERENCE] : [MODULES];
  const groups = await Promise.all(entries.map((entryPoints) => build({ ...modules, entryPoints })));
  const scripts = script({ ...options({ ...IN_SCRIPTS, ...replaced }, outlines), define });
  const programs = await build({ ...scripts, entryPoints: SCRIPTS });
  // A program is a function of what it is given when it begins. It is read byte for byte: a tagged template is the one
  // place where the bundler leaves other characters than ASCII's.
  const wrapped = programs.outputFiles.map(({ path, text }) => {
    const ascii = text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
    const content = Buffer.from(`(function (module, require, $address, LOAD, KEEP_CODE) {${ascii}})`);
    return /** @type {const} */ ([basename(path), content]);
  });
  const digests = wrapped.map(([name, content]) => [name, createHash('sha256').update(content).digest('hex')]);
  const starts = await build({
    ...scripts,
    define: { ...scripts.define, DIGESTS: JSON.stringify(Object.fromEntries(digests)) },
    entryPoints: STARTS,
    outExtension: { '.js': '.cjs' },
    banner: { js: "const $address = require('node:url').pathToFileURL(__filename).href;" },
  });
  const builds = [...groups, programs, starts];
  const folder = join(PROJECT, 'grader', 'bin');
  const outputFiles = [...groups, starts].flatMap((built) => built.outputFiles);
  const files = new Map(outputFiles.map(({ path, contents }) => [path.slice(folder.length + 1), contents]));
  for (const [name, content] of wrapped) files.set(name, content);
  files.set('prelude.js', await readFile(join(PROJECT, 'grader/sandbox/prelude.js')));
  const packages = builds
    .flatMap(({ metafile }) => Object.keys(metafile.inputs))
    .flatMap((path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  return { files, packages: [...new Set(packages)].sort() };
}

/**
 * @param {Record<string, string>} replaced
 * @param {string} outlines
 */
function options(replaced, outlines) {
  return /** @type {const} */ ({
    absWorkingDir: PROJECT,
    outdir: 'grader/bin',
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    outExtension: { '.js': '.mjs' },
    chunkNames: 'part-[hash]',
    external: INSTALLED,
    // Names of files depend on the addresses of modules: the same ones where the packages' folder is a link.
    preserveSymlinks: true,
    banner: { js: REQUIRE },
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    // Packages that others ask for only where they are installed.
    alias: { canvas: './grader/build/nothing.mjs' },
    plugins: [replace(replaced, outlines)],
    logLevel: 'silent',
  });
}

/**
 * For files that are no modules.
 *
 * @template {ReturnType<typeof options>} Settings
 * @param {Settings & { define: Record<string, string> }} settings
 */
function script(settings) {
  return /** @type {const} */ ({
    ...settings,
    splitting: false,
    format: 'cjs',
    outExtension: { '.js': '.js' },
    banner: {},
    define: { ...settings.define, 'import.meta.url': '$address' },
  });
}

/** A digest of the machine that student code runs in: its engine, and what surrounds it. */
async function digestOfSandbox() {
  const folder = join(PROJECT, 'grader/sandbox');
  const names = (await readdir(folder)).sort();
  const hash = createHash('sha256');
  for (const path of [
    ...names.map((name) => join(folder, name)),
    createRequire(import.meta.url).resolve('quickjs-wasi/quickjs.wasm'),
  ])
    hash.update(await readFile(path));
  return hash.digest('hex');
}

/** The module of the exercises' outlines, as plain data: what JSON keeps of the course is all but its laws. */
async function makeOutlines() {
  const { outputFiles } = await build({
    absWorkingDir: PROJECT,
    entryPoints: ['grader/course/course.ts'],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    preserveSymlinks: true,
  });
  const source = Buffer.from(outputFiles[0].contents).toString('base64');
  const { course } = await import(`data:text/javascript;base64,${source}`);
  const keep = ({ id, file, title, core, functions, checks }) => ({ id, file, title, core, functions, checks });
  return `export const outlines = ${JSON.stringify(course.map(keep))};`;
}

/**
 * @param {Record<string, string>} replaced
 * @param {string} outlines
 * @returns {import('esbuild').Plugin}
 */
function replace(replaced, outlines) {
  return {
    name: 'replace',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.{1,2}\// }, ({ path, importer }) => {
        const from = join(dirname(importer), path);
        const other = Object.entries(replaced).find(([module]) => join(PROJECT, module) === from)?.[1];
        return other === undefined ? undefined : { path: join(PROJECT, other) };
      });
      onLoad({ filter: /[\\/]course[\\/]outlines\.ts$/ }, () => ({ contents: outlines }));
    },
  };
}
