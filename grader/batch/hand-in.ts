import { describeNoFiles, readSubmission, type Submission, shortenList } from '../engine/submission.ts';
import { codeOf, describeUnreadable, MAX_BYTES } from '../engine/tree.ts';
import type { Exercise } from '../model/exercise.ts';
import { clean } from '../model/text.ts';
import { type Archive, ArchiveFault, isArchiveName, openArchive } from './archive.ts';
import { type Source, treeOf } from './trees.ts';

type Wanted = Pick<Exercise, 'id' | 'file'>;

/** What is in one student's hand-in; or why it cannot be read. */
export type Opened =
  | { readonly submission: Submission; readonly remarks: readonly string[] }
  | { readonly unreadable: string };

/**
 * Reads one student's files, out of an archive when that is all there is.
 *
 * @param label  what the report calls the submission
 * @param spool  a folder of ours for what an archive makes us keep
 */
export async function openHandIn(
  content: Source,
  label: string,
  exercises: readonly Wanted[],
  spool: string,
): Promise<Opened> {
  let outer: Submission;
  let archives: string[];
  try {
    outer = await readSubmission(content, label, exercises);
    if (outer.files.size > 0) return { submission: outer, remarks: [] };
    const entries = await content.list('');
    archives = entries.filter(({ name, kind }) => kind === 'file' && isArchiveName(name)).map(({ name }) => name);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return { unreadable: describeUnreadable(error) };
  }
  const [name, ...others] = archives;
  if (name === undefined) return { submission: outer, remarks: [describeNoFiles(exercises)] };
  if (others.length > 0)
    return { submission: outer, remarks: ['holds several archives, and none of the exercises’ files'] };
  const path = content.pathOf(name);
  const shown = clean(name, 100);
  if (path === undefined) {
    const remark = `${shown} is an archive inside an archive; unpack the outer one and grade the folder`;
    return { submission: outer, remarks: [remark] };
  }
  let archive: Archive | undefined;
  try {
    const names = new Set(exercises.map(({ file }) => file));
    const wanted = (entry: string) => names.has(entry.split('/').at(-1) ?? '');
    archive = await openArchive(path, { wanted, maxBytes: () => MAX_BYTES, spool });
    const inner = await readSubmission(treeOf(archive), label, exercises);
    const remarks = archive.remarks.map((remark) => `${shown} ${remark}`);
    if (inner.files.size === 0) remarks.unshift(`${shown} ${describeNoFiles(exercises)}`);
    // The list of the outer folder is whole, for nothing in it was of use.
    const beside = outer.ignored.filter((entry) => entry !== clean(name));
    return { submission: { ...inner, ignored: shortenList([...inner.ignored, ...beside]) }, remarks };
  } catch (error) {
    if (!(error instanceof ArchiveFault)) throw error;
    return { unreadable: `${shown} ${error.message}` };
  } finally {
    await archive?.close();
  }
}
