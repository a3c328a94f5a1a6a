import { DiskTree, type EntryKind } from '../engine/tree.ts';
import type { Outline } from '../model/exercise.ts';
import type { ChangedFile, Report } from '../model/report.ts';
import { digestOf, makeEdition, pathOfWork } from './edition.ts';

const MAX_LISTED = 50;

/**
 * The files of the kit that were changed in a student's repository, by comparison with the edition that this kit hands out.
 *
 * @param kit  its version
 * @throws UsageError when somebody has worked on the kit's own exercises
 */
export async function compareWithEdition(
  folder: string,
  exercises: readonly Outline[],
  kit: string,
): Promise<NonNullable<Report['changed']>> {
  return findChangedFiles(folder, await makeEdition(exercises, kit), new Set(exercises.map(pathOfWork)));
}

/**
 * Which files of the kit are not, in a student's repository, what was handed out; files that were only added are not looked at.
 *
 * A file is the same when it differs in its line ends alone. Links are never followed.
 *
 * @param folder  where the repository was checked out
 * @param edition  what was handed out, by path
 * @param work  the files that a student writes, which are theirs to change
 */
export async function findChangedFiles(
  folder: string,
  edition: ReadonlyMap<string, Uint8Array>,
  work: ReadonlySet<string>,
): Promise<NonNullable<Report['changed']>> {
  const tree = new DiskTree(folder);
  const listings = new Map<string, Promise<ReadonlyMap<string, EntryKind>>>();
  const list = (parent: string) => {
    const known =
      listings.get(parent) ??
      tree.list(parent).then(
        (entries) => new Map(entries.map(({ name, kind }) => [name, kind])),
        // A folder that cannot be listed shows none of its files.
        () => new Map<string, EntryKind>(),
      );
    listings.set(parent, known);
    return known;
  };
  const compared = [...edition].map(async ([path, content]): Promise<ChangedFile[]> => {
    const how = work.has(path) ? undefined : await compare(path, content, tree, list);
    return how === undefined ? [] : [{ path, how }];
  });
  const changed = (await Promise.all(compared)).flat();
  return { files: changed.slice(0, MAX_LISTED), more: Math.max(0, changed.length - MAX_LISTED) };
}

async function compare(
  path: string,
  content: Uint8Array,
  tree: DiskTree,
  list: (folder: string) => Promise<ReadonlyMap<string, EntryKind>>,
): Promise<ChangedFile['how'] | undefined> {
  let parent = '';
  for (const name of path.split('/')) {
    const kind = (await list(parent)).get(name);
    if (kind === undefined) return 'deleted';
    const isFile = `${parent}${name}` === path;
    if (kind !== (isFile ? 'file' : 'folder')) return 'replaced';
    parent += `${name}/`;
  }
  // With the line ends of Windows, it is at most twice as long.
  const found = await tree.read(path, 2 * content.length);
  return typeof found === 'string' || digestOf(found) !== digestOf(content) ? 'edited' : undefined;
}
