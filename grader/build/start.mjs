// Runs the grader's commands: from the bundle in grader/bin/, made anew whenever a source has changed.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const BIN = join(PROJECT, 'grader', 'bin');
const STAMP = join(BIN, 'made-from');

if (!(await isReady())) {
  // Nowhere to keep a bundle: the sources themselves run as well, after a longer start.
  const { register } = await import('tsx/esm/api');
  register();
  await import('../cli/main.ts');
} else {
  await import('../bin/main.cjs');
}

/** Whether there is a bundle of the sources as they are. */
async function isReady() {
  const stamp = stampOfSources();
  if (readStamp() === stamp) return true;
  const { bundle } = await import('./bundle.mjs');
  const { files } = await bundle();
  try {
    await mkdir(BIN, { recursive: true });
    // Another run may be making, or using, the same.
    for (const [name, content] of [...files, ['made-from', stamp]]) {
      const path = join(BIN, name);
      await writeFile(`${path}.${process.pid}`, content);
      await rename(`${path}.${process.pid}`, path);
    }
    const stale = (await readdir(BIN)).filter((name) => name.startsWith('part-') && !files.has(name));
    await Promise.all(stale.map((name) => rm(join(BIN, name), { force: true })));
    return true;
  } catch (error) {
    if (error.code === undefined) throw error;
    return false;
  }
}

function readStamp() {
  try {
    return readFileSync(STAMP, 'utf8');
  } catch {
    return undefined;
  }
}

/** A digest of which sources there are, how large, and when they were changed. */
function stampOfSources() {
  const hash = createHash('sha256');
  for (const folder of ['grader', 'reference']) {
    const entries = readdirSync(join(PROJECT, folder), { withFileTypes: true, recursive: true });
    const paths = entries
      .filter((entry) => entry.isFile() && /\.m?[jt]s$/.test(entry.name))
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
    for (const path of paths.filter((each) => !each.startsWith(BIN)).sort()) hash.update(describe(path));
  }
  // The packages as they are installed have a part in it.
  for (const file of ['package.json', 'node_modules/.package-lock.json']) hash.update(describe(join(PROJECT, file)));
  return hash.digest('hex');
}

function describe(/** @type {string} */ path) {
  const { size, mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { size: 0, mtimeMs: 0 };
  return `${path} ${size} ${mtimeMs}\n`;
}
