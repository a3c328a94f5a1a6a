import type { Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { MAX_BYTES } from '../engine/tree.ts';
import type { Exercise } from '../model/exercise.ts';
import { nameOfPath, UsageError } from '../model/usage-error.ts';
import { ArchiveFault, openArchive } from './archive.ts';
import { METADATA, RESULT } from './layouts.ts';
import { DiskSource, type Source, treeOf } from './trees.ts';

/** A class's download, opened. */
export interface OpenedSource {
  readonly tree: Source;
  /** The name of the folder or archive. */
  readonly name: string;
  readonly remarks: readonly string[];
  close(): Promise<void>;
}

/** Largest file of a download that says whose work is whose, in bytes. */
const MAX_METADATA = 32 << 20;

/** The repositories of a large class, with what was installed in them. */
const LIMITS_OF_A_CLASS = { entries: 2_000_000, inflated: 2 ** 36, ratio: 500 };

/**
 * Opens a class's download, a folder or an archive.
 *
 * @param spool  a folder of ours for what an archive makes us keep
 * @throws UsageError when there is none, or when the archive cannot be used
 */
export async function openSource(
  path: string,
  exercises: readonly Pick<Exercise, 'file'>[],
  spool: string,
): Promise<OpenedSource> {
  const label = nameOfPath(path);
  const status = await statSource(path);
  const name = basename(await realpath(path));
  if (status.isDirectory()) return { tree: new DiskSource(path), name, remarks: [], close: async () => {} };
  const stems = exercises.map(({ file }) => file.replace(/\.ts$/, '').replaceAll('.', '\\.'));
  // Alone in its folder, or behind its owner's name, and perhaps with the mark of a second upload.
  const wanted = new RegExp(`(?:^|[/_])(?:${stems.join('|')})(?:-\\d+)?\\.ts$`);
  const metadata = new RegExp(`(?:^|/)(?:${METADATA}|${RESULT})$`.replaceAll('.', '\\.'));
  try {
    const archive = await openArchive(path, {
      wanted: (entry) => wanted.test(entry) || metadata.test(entry),
      maxBytes: (entry) => (metadata.test(entry) ? MAX_METADATA : MAX_BYTES),
      spool,
      limits: LIMITS_OF_A_CLASS,
    });
    return { tree: treeOf(archive), name, remarks: archive.remarks, close: () => archive.close() };
  } catch (error) {
    if (error instanceof ArchiveFault) throw new UsageError(`${label} ${error.message}`);
    throw error;
  }
}

/** @throws UsageError when there is no work, or results would be written among it */
export async function expectApart(source: string, out: string): Promise<void> {
  await statSource(source);
  const path = relative(await realpath(source), await realPlaceOf(resolve(out)));
  if (path === '' || !(path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path))) {
    throw new UsageError(
      `--out ${nameOfPath(out)} lies in SOURCE, where it would be taken for a student’s work; name another folder`,
    );
  }
}

/** Where a folder that need not be there would be, links resolved. */
async function realPlaceOf(path: string): Promise<string> {
  const place = await realpath(path).catch(() => undefined);
  return place ?? join(await realPlaceOf(dirname(path)), basename(path));
}

async function statSource(path: string): Promise<Stats> {
  return stat(path).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'there is no folder or archive' : `cannot read (${error.code})`;
    throw new UsageError(`${why} ${nameOfPath(path)}; SOURCE is a folder or an archive with the students’ work`);
  });
}
