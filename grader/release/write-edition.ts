import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeWhole } from '../engine/write-whole.ts';
import { nameOfPath, UsageError } from '../model/usage-error.ts';
import { digestOf, MANIFEST, type Manifest } from './edition.ts';

/** What writing an edition came to. */
export interface Written {
  /** Files of the kit that were written. */
  readonly files: number;
  /** A student's files that were left as they are. */
  readonly kept: readonly string[];
}

/**
 * Writes an edition into a folder that is empty, or that holds an earlier one: the kit's files are replaced, those that the
 * kit no longer has are removed, and a student's work and whatever else is there is left alone.
 *
 * @param work  the files that a student writes; a stub that nobody has touched is the kit's
 * @throws UsageError when the folder holds something else, or cannot be written to
 */
export async function writeEdition(
  folder: string,
  edition: ReadonlyMap<string, Uint8Array>,
  work: ReadonlySet<string>,
): Promise<Written> {
  const earlier = await readEarlier(folder);
  const kept: string[] = [];
  const written: string[] = [];
  for (const [path, content] of edition) {
    const there = work.has(path) ? await readFile(join(folder, path)).catch(() => undefined) : undefined;
    if (there !== undefined && digestOf(there) !== earlier[path] && digestOf(there) !== digestOf(content)) {
      kept.push(path);
      continue;
    }
    await mkdir(dirname(join(folder, path)), { recursive: true }).catch(() => {});
    await writeWhole(join(folder, path), content);
    written.push(path);
  }
  const gone = Object.keys(earlier).filter((path) => /^(grader|docs)\/[\w./-]+$/.test(path) && !path.includes('..'));
  for (const path of gone) if (!edition.has(path)) await rm(join(folder, path), { force: true });
  return { files: written.length, kept };
}

/** The digests of the files of the edition that is there. */
async function readEarlier(folder: string): Promise<Manifest['files']> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new UsageError(`cannot write to ${nameOfPath(folder)}: it is not a folder that can be read`);
  });
  // A repository that was just made.
  if (entries.every((name) => name === '.git')) return {};
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch(() => '{}');
  let manifest: Partial<Manifest> = {};
  try {
    manifest = JSON.parse(text) as Manifest;
  } catch {}
  if (manifest.format === 'flow-grade-edition/1' && typeof manifest.files === 'object') return manifest.files;
  throw new UsageError(
    `${nameOfPath(folder)} holds other files than a student edition's; name an empty folder, or one that npm run release wrote`,
  );
}
