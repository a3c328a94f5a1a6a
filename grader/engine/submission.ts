import type { Exercise } from '../model/exercise.ts';
import type { Report } from '../model/report.ts';
import { clean, compareText } from '../model/text.ts';
import { nameOfPath, UsageError } from '../model/usage-error.ts';
import { codeOf, DiskTree, describeKind, describeUnreadable, type Tree, type TreeEntry } from './tree.ts';

/** What a student handed in: the exercises' files that were found, read, and what else was there. */
export interface Submission {
  /** How a report names it; never an absolute path. */
  readonly label: string;
  /** By exercise id: the file, or why it cannot be read; nothing for an exercise whose file is not there. */
  readonly files: ReadonlyMap<string, SubmittedFile>;
  /** What was found and not used, relative to the submission, sorted; a folder of no use is one entry `name/`. */
  readonly ignored: readonly string[];
  /** Which of the kit's own files were changed, when somebody looked. */
  readonly changed?: NonNullable<Report['changed']>;
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
  readonly entries: { readonly entry: TreeEntry; readonly folder: Folder | undefined }[];
}

/** A place where an exercise's file was found; of several the one with the lowest rank counts. */
interface Candidate {
  readonly path: string;
  readonly rank: readonly number[];
  readonly fault: string | undefined;
}

/**
 * Finds and reads the exercises' files in a folder on disk, and nothing else.
 *
 * @throws UsageError when there is no such folder or none of the files in it
 */
export async function findSubmission(directory: string, exercises: readonly Wanted[]): Promise<Submission> {
  const label = nameOfPath(directory);
  const submission = await readSubmission(new DiskTree(directory), label, exercises).catch((error: unknown) => {
    throw codeOf(error) === undefined ? error : new UsageError(describeNoFolder(error, label));
  });
  if (submission.files.size === 0) throw new UsageError(`${label} ${describeNoFiles(exercises)}`);
  return submission;
}

/** What is said of a submission without any of the exercises' files, as text that follows its name. */
export function describeNoFiles(exercises: readonly Wanted[]): string {
  const names = exercises.map(({ file }) => file).join(', ');
  return (
    `holds none of the exercises’ files; looked for ${names}, in their exercises’ folders or alone, ` +
    `in up to ${MAX_WRAPPERS} wrapper folders`
  );
}

/**
 * Finds and reads the exercises' files, and nothing else; there may be none.
 *
 * A file counts where it stands in its exercise's folder or alone; of several, the one in the fewest wrapper folders,
 * then the one in `exercises/`, then the one in its exercise's folder. Links are never followed; hidden folders and
 * node_modules are never opened. The course's own `README.md` in an exercise's folder and `types.ts` beside such folders
 * belong to the layout and are not listed as ignored.
 *
 * @throws Error with a code such as ENOENT when the tree cannot be listed
 */
export async function readSubmission(tree: Tree, label: string, exercises: readonly Wanted[]): Promise<Submission> {
  const candidates = new Map<string, Candidate[]>();
  const root: Folder = {
    path: '',
    wrappers: 0,
    inExercises: false,
    exercise: undefined,
    parent: undefined,
    entries: [],
  };
  await walk(tree, root, exercises, (exercise, candidate) => {
    candidates.set(exercise.id, [...(candidates.get(exercise.id) ?? []), candidate]);
  });

  const files = new Map<string, SubmittedFile>();
  const used = new Set<string>();
  for (const { id } of exercises) {
    const [best] = (candidates.get(id) ?? []).sort(compareCandidates);
    if (best === undefined) continue;
    used.add(best.path);
    const content = best.fault ?? (await tree.read(best.path));
    const path = clean(best.path);
    files.set(id, typeof content === 'string' ? { path, fault: content } : { path, bytes: content });
  }
  return { label, files, ignored: shortenList(listUnused(root, used)) };
}

/**
 * Looks through the folders breadth first, those of the course's layout before all others, and in the order of names:
 * the same files are found everywhere, and however much else there is does not hide them.
 */
async function walk(
  tree: Tree,
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
    let listing: TreeEntry[];
    try {
      listing = [...(await tree.list(folder.path))];
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
    for (const entry of listing.sort((a, b) => compareText(a.name, b.name))) {
      const path = folder.path + entry.name;
      const inner = entry.kind === 'folder' ? enter(folder, entry.name, exercises) : undefined;
      if (inner !== undefined) (isLayout(inner) ? layout : others).push(inner);
      folder.entries.push({ entry, folder: inner });
      for (const exercise of exercises) {
        const rank = rankOf(folder, exercise, entry.kind === 'file');
        if (entry.name !== exercise.file || (rank[1] ?? 0) > MAX_WRAPPERS) continue;
        found(exercise, { path, rank, fault: entry.kind === 'file' ? undefined : describeKind(entry.kind) });
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
  return compareText(a.path, b.path);
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
    if (entry.kind === 'file') return belongs ? [] : [clean(path)];
    if (entry.kind !== 'folder') return [clean(path)];
    const isBare = inner?.exercise !== undefined && listUnused(inner, used).length === 0;
    return isBare ? [] : [`${clean(path)}/`];
  });
}

/** A list of paths, sorted and cut to the length that a report takes. */
export function shortenList(ignored: string[]): string[] {
  const sorted = ignored.sort(compareText);
  if (sorted.length <= MAX_IGNORED) return sorted;
  const left = sorted.length - MAX_IGNORED;
  return [...sorted.slice(0, MAX_IGNORED), `… and ${left.toLocaleString('en-US')} more`];
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
