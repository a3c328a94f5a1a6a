import { constants, type Dirent } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Exercise } from '../model/exercise.ts';
import { clean } from '../model/text.ts';
import { nameOfPath, UsageError } from '../model/usage-error.ts';
import { MAX_BYTES } from '../sandbox/compile.ts';

/** What a student handed in: the exercises' files that were found, read, and what else was there. */
export interface Submission {
  /** How a report names it; never an absolute path. */
  readonly label: string;
  /** By exercise id: the file, or why it cannot be read; nothing for an exercise whose file is not there. */
  readonly files: ReadonlyMap<string, SubmittedFile>;
  /** What was found and not used, relative to the submission, sorted; a folder of no use is one entry `name/`. */
  readonly ignored: readonly string[];
}

/** One exercise's file; `path` is relative to the submission, and `fault` follows the file's name: "is a link". */
export type SubmittedFile =
  | { readonly path: string; readonly bytes: Uint8Array }
  | { readonly path: string; readonly fault: string };

type Wanted = Pick<Exercise, 'id' | 'file'>;

/** How many wrapper folders may stand around the exercises. */
const MAX_WRAPPERS = 3;

// A submission may be a whole disk by mistake, or on purpose: beyond this nothing more is opened.
const MAX_FOLDERS = 2_000;
const MAX_ENTRIES = 100_000;

const MAX_IGNORED = 50;

/** A folder of the submission that was looked into. */
interface Folder {
  /** Relative to the submission: '' or 'wrapper/04-planar-log-det/'. */
  readonly path: string;
  /** Wrapper folders around it and itself; `exercises` is none, its content belongs to the folder that it stands in. */
  readonly wrappers: number;
  readonly inExercises: boolean;
  /** Set when it has the name of an exercise's folder. */
  readonly exercise: Wanted | undefined;
  readonly parent: Folder | undefined;
  readonly entries: { readonly entry: Dirent; readonly folder: Folder | undefined }[];
}

/** A place where an exercise's file was found; of several the one with the lowest rank counts. */
interface Candidate {
  readonly path: string;
  readonly rank: readonly number[];
  readonly fault: string | undefined;
}

/**
 * Finds and reads the exercises' files in a folder, and nothing else.
 *
 * A file counts where it stands in its exercise's folder or alone; of several, the one in the fewest wrapper folders,
 * then the one in `exercises/`, then the one in its exercise's folder. Links are never followed; hidden folders and
 * node_modules are never opened. The course's own `README.md` in an exercise's folder and `types.ts` beside such folders
 * belong to the layout and are not listed as ignored.
 *
 * @throws UsageError when there is no such folder or none of the files in it
 */
export async function findSubmission(directory: string, exercises: readonly Wanted[]): Promise<Submission> {
  const label = nameOfPath(directory);
  const candidates = new Map<string, Candidate[]>();
  const root: Folder = {
    path: '',
    wrappers: 0,
    inExercises: false,
    exercise: undefined,
    parent: undefined,
    entries: [],
  };
  await walk(directory, root, exercises, (exercise, candidate) => {
    candidates.set(exercise.id, [...(candidates.get(exercise.id) ?? []), candidate]);
  }).catch((error: unknown) => {
    throw codeOf(error) === undefined ? error : new UsageError(describeNoFolder(error, label));
  });

  const files = new Map<string, SubmittedFile>();
  const used = new Set<string>();
  for (const { id } of exercises) {
    const [best] = (candidates.get(id) ?? []).sort(compareCandidates);
    if (best === undefined) continue;
    used.add(best.path);
    const content = best.fault ?? (await readBounded(join(directory, best.path)));
    const path = clean(best.path);
    files.set(id, typeof content === 'string' ? { path, fault: content } : { path, bytes: content });
  }
  if (files.size === 0) {
    const names = exercises.map(({ file }) => file).join(', ');
    throw new UsageError(
      `${label} holds none of the exercises’ files; looked for ${names}, in their exercises’ folders or alone, ` +
        `in up to ${MAX_WRAPPERS} wrapper folders`,
    );
  }
  return { label, files, ignored: shorten(listUnused(root, used)) };
}

/**
 * Looks through the folders breadth first, those of the course's layout before all others, and in the order of names:
 * the same files are found everywhere, and however much else there is does not hide them.
 */
async function walk(
  directory: string,
  root: Folder,
  exercises: readonly Wanted[],
  found: (exercise: Wanted, candidate: Candidate) => void,
): Promise<void> {
  const layout = [root];
  const others: Folder[] = [];
  let opened = 0;
  let seen = 0;
  for (let folder = layout.shift(); folder !== undefined; folder = layout.shift() ?? others.shift()) {
    if (folder !== root && (opened >= MAX_FOLDERS || seen >= MAX_ENTRIES)) break;
    let listing: Dirent[];
    try {
      listing = await readdir(join(directory, folder.path), { withFileTypes: true });
    } catch (error) {
      if (folder === root) throw error;
      if (folder.exercise !== undefined) {
        const path = folder.path + folder.exercise.file;
        found(folder.exercise, {
          path,
          rank: rankOf(folder, folder.exercise, false),
          fault: describeUnreadable(error),
        });
      }
      continue;
    }
    opened += 1;
    seen += listing.length;
    for (const entry of listing.sort((a, b) => compare(a.name, b.name))) {
      const path = folder.path + entry.name;
      const inner = entry.isDirectory() ? enter(folder, entry.name, exercises) : undefined;
      if (inner !== undefined) (isLayout(inner) ? layout : others).push(inner);
      folder.entries.push({ entry, folder: inner });
      for (const exercise of exercises) {
        const rank = rankOf(folder, exercise, entry.isFile());
        if (entry.name !== exercise.file || (rank[1] ?? 0) > MAX_WRAPPERS) continue;
        found(exercise, { path, rank, fault: entry.isFile() ? undefined : describeKind(entry) });
      }
    }
  }
}

function isLayout({ exercise, path }: Folder): boolean {
  return exercise !== undefined || path.endsWith('exercises/');
}

/** The folder inside another, if it is to be looked into. */
function enter(parent: Folder, name: string, exercises: readonly Wanted[]): Folder | undefined {
  if (name === 'node_modules' || name.startsWith('.')) return undefined;
  const exercise = exercises.find(({ id }) => id === name);
  const isExercises = name === 'exercises' && !parent.inExercises;
  const wrappers = parent.wrappers + (isExercises ? 0 : 1);
  if (parent.wrappers > MAX_WRAPPERS || (wrappers > MAX_WRAPPERS && exercise === undefined)) return undefined;
  const path = `${parent.path}${name}/`;
  return { path, wrappers, inExercises: parent.inExercises || isExercises, exercise, parent, entries: [] };
}

function rankOf(folder: Folder, exercise: Wanted, isFile: boolean): number[] {
  const isHome = folder.parent !== undefined && folder.exercise?.id === exercise.id;
  const wrappers = isHome ? (folder.parent?.wrappers ?? 0) : folder.wrappers;
  return [isFile ? 0 : 1, wrappers, folder.inExercises ? 0 : 1, isHome ? 0 : 1];
}

function compareCandidates(a: Candidate, b: Candidate): number {
  for (const [index, rank] of a.rank.entries()) {
    const other = b.rank[index] ?? 0;
    if (rank !== other) return rank - other;
  }
  return compare(a.path, b.path);
}

/** By code unit, as every machine sorts. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function listUnused(folder: Folder, used: ReadonlySet<string>): string[] {
  const holdsExercises = folder.entries.some((child) => child.folder?.exercise !== undefined);
  return folder.entries.flatMap(({ entry, folder: inner }) => {
    const path = folder.path + entry.name;
    if (used.has(path) || [...used].some((file) => file.startsWith(`${path}/`))) {
      return inner === undefined ? [] : listUnused(inner, used);
    }
    const belongs =
      folder.exercise !== undefined ? entry.name === 'README.md' : entry.name === 'types.ts' && holdsExercises;
    if (entry.isFile()) return belongs ? [] : [clean(path)];
    if (!entry.isDirectory()) return [clean(path)];
    const isBare = inner?.exercise !== undefined && listUnused(inner, used).length === 0;
    return isBare ? [] : [`${clean(path)}/`];
  });
}

function shorten(ignored: string[]): string[] {
  const sorted = ignored.sort(compare);
  if (sorted.length <= MAX_IGNORED) return sorted;
  const left = sorted.length - MAX_IGNORED;
  return [...sorted.slice(0, MAX_IGNORED), `… and ${left.toLocaleString('en-US')} more`];
}

/** A file's bytes, or why it has none for us; never more than one byte over the limit is read. */
export async function readBounded(path: string): Promise<Uint8Array | string> {
  let file: FileHandle | undefined;
  try {
    // A link or a pipe may have taken the file's place since the folder was listed. Windows knows neither flag.
    file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    const status = await file.stat();
    if (!status.isFile()) return describeKind(status);
    if (status.size > MAX_BYTES) return describeSize(status.size);
    const buffer = new Uint8Array(MAX_BYTES + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length);
      length += bytesRead;
      if (bytesRead === 0 || length === buffer.length) break;
    }
    return length > MAX_BYTES ? describeSize(length) : buffer.slice(0, length);
  } catch (error) {
    return describeUnreadable(error);
  } finally {
    await file?.close();
  }
}

function describeSize(bytes: number): string {
  return `is ${bytes} bytes long; a submission's file may have ${MAX_BYTES} (64 KiB)`;
}

function describeKind(entry: { isDirectory(): boolean; isSymbolicLink(): boolean }): string {
  if (entry.isDirectory()) return 'is a folder, not a file';
  return entry.isSymbolicLink() ? 'is a link; hand in the file itself' : 'is not an ordinary file';
}

function describeUnreadable(error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOENT':
      return 'vanished while it was being read';
    case 'ELOOP':
      return 'is a link; hand in the file itself';
    case 'EACCES':
    case 'EPERM':
      return 'cannot be read (permission denied)';
    default:
      return `cannot be read (${codeOf(error)})`;
  }
}

function describeNoFolder(error: unknown, label: string): string {
  switch (codeOf(error)) {
    case 'ENOENT':
      return `there is no folder ${label}; --submission takes the folder with the exercises’ files`;
    case 'ENOTDIR':
      return `${label} is a file; --submission takes the folder that it stands in`;
    default:
      return `the folder ${label} cannot be read (${codeOf(error)})`;
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
