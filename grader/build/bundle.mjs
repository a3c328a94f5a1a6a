import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
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

/** A program of its own, which another one starts. */
const GRADE_ALONE = join(PROJECT, 'grader/cli/grade-alone.ts');

/**
 * What is bundled, by the name of its file. Each group apart from the others: what two share would be cut into many small
 * files, and each of them takes its time to be loaded.
 */
const PROGRAMS = [
  { main: 'grader/cli/main.ts', 'checks.practice': 'grader/practice/checks.practice.ts' },
  { 'grade-alone': 'grader/cli/grade-alone.ts' },
];

/** What worker threads run: a script, because Node can begin with what V8 compiled of one; and what begins it. */
const WORKER = 'grader/cli/worker.ts';
const WORKER_START = 'grader/cli/start-worker.ts';

/** What those of another seed than the default ask; a module, whose parts wait for each other while they are loaded. */
const REFERENCE = 'reference/oracle.ts';

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
  const settings = { ...options(replaced, outlines), define };
  const programs = 'grader/cli/reference.ts' in replaced ? PROGRAMS : [...PROGRAMS, { reference: REFERENCE }];
  const groups = await Promise.all(programs.map((entryPoints) => build({ ...settings, entryPoints })));
  const apart = { 'grader/cli/reference.ts': 'grader/cli/reference-apart.ts', ...replaced };
  const worker = await build({ ...script({ ...options(apart, outlines), define }), entryPoints: { worker: WORKER } });
  // A function of what it is given when it begins.
  const program = Buffer.from(`(function (require, $address, LOAD, KEEP_CODE) {${worker.outputFiles[0].text}})`);
  const start = await build({
    ...script(settings, { PROGRAM_DIGEST: JSON.stringify(createHash('sha256').update(program).digest('hex')) }),
    entryPoints: { 'worker-start': WORKER_START },
    outExtension: { '.js': '.cjs' },
    banner: { js: "const $address = require('node:url').pathToFileURL(__filename).href;" },
  });
  const builds = [...groups, worker, start];
  const folder = join(PROJECT, 'grader', 'bin');
  const outputFiles = builds.flatMap((built) => built.outputFiles);
  const files = new Map(outputFiles.map(({ path, contents }) => [path.slice(folder.length + 1), contents]));
  files.set('worker.js', program);
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
 * For one file that is no module.
 *
 * @template {ReturnType<typeof options>} Settings
 * @param {Settings & { define: Record<string, string> }} settings
 * @param {Record<string, string>} define
 */
function script(settings, define = {}) {
  return /** @type {const} */ ({
    ...settings,
    splitting: false,
    format: 'cjs',
    outExtension: { '.js': '.js' },
    banner: {},
    define: { ...settings.define, ...define, 'import.meta.url': '$address' },
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
  const keep = ({ id, file, title, core, checks }) => ({ id, file, title, core, checks });
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
        if (from === GRADE_ALONE) return { path: './grade-alone.mjs', external: true };
        const other = Object.entries(replaced).find(([module]) => join(PROJECT, module) === from)?.[1];
        return other === undefined ? undefined : { path: join(PROJECT, other) };
      });
      onLoad({ filter: /[\\/]course[\\/]outlines\.ts$/ }, () => ({ contents: outlines }));
    },
  };
}
