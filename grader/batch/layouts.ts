import type { EntryKind, TreeEntry } from '../engine/tree.ts';
import type { Exercise } from '../model/exercise.ts';
import { clean, compareText } from '../model/text.ts';
import { UsageError } from '../model/usage-error.ts';
import { isArchiveName } from './archive.ts';
import { FolderOf, type Listed, ListTree, type Source } from './trees.ts';

/** A class as it was downloaded: what each student handed in, and how that was told. */
export interface Download {
  /** E.g. "a Canvas download". */
  readonly layout: string;
  readonly handIns: readonly HandIn[];
  /** What belongs to nobody. */
  readonly ignored: readonly string[];
}

/** What one student handed in. */
export interface HandIn {
  /** As the layout names the student: a number, a login, the name of a folder. */
  readonly id: string;
  /** Empty when the layout does not know it. */
  readonly name: string;
  readonly email?: string;
  /** Where it is in the download. */
  readonly place: string;
  /** The files; perhaps nothing but an archive of them, which has yet to be opened. */
  readonly content: Source;
  /** Why a person should look at it. */
  readonly remarks: readonly string[];
}

type Wanted = Pick<Exercise, 'id' | 'file'>;

/** How many folders may stand around the students'. */
const MAX_WRAPPERS = 3;

// What operating systems leave behind.
const JUNK = /^(__MACOSX|\.DS_Store|Thumbs\.db|desktop\.ini|\._.*)$/;

/**
 * Recognises the layout of a class's download, by the names in it.
 *
 * @param name  the name of the folder or archive, which some layouts need
 * @throws UsageError when there is no student's work in it
 */
export async function findHandIns(root: Source, name: string, exercises: readonly Wanted[]): Promise<Download> {
  let tree = root;
  let place = '';
  let folder = name.replace(/(\.zip|\.tar|\.tar\.gz|\.tgz)$/i, '');
  for (let depth = 0; ; depth += 1) {
    const entries = (await tree.list(''))
      .filter((entry) => !JUNK.test(entry.name))
      .sort((a, b) => compareText(a.name, b.name));
    if (holdsExercises(entries, exercises)) {
      if (depth === 0) {
        throw new UsageError(
          `${name} looks like one student’s work; grade it with npm run grade -- --submission, ` +
            'or name the folder that holds the students’ folders',
        );
      }
      // The folder above held one student alone.
      return gather('one folder per student', [{ id: folder, name: '', place, content: tree, remarks: [] }], []);
    }
    const download =
      fromCanvas(tree, entries, exercises) ??
      (await fromMoodle(tree, entries, exercises)) ??
      (await fromGradescope(tree, entries)) ??
      (await fromRepositories(tree, entries, folder));
    if (download !== undefined) return download;
    const [only, ...others] = entries;
    if (only?.kind === 'folder' && others.length === 0 && depth < MAX_WRAPPERS) {
      folder = only.name;
      place += `${only.name}/`;
      tree = new FolderOf(tree, `${only.name}/`);
      continue;
    }
    const plain = fromFolders(tree, entries);
    if (plain.handIns.length > 0) return plain;
    throw new UsageError(
      `${name} holds no student’s work; looked for a folder or an archive for each student, and for the downloads ` +
        'of Canvas, Moodle, Gradescope, GitHub Classroom and Classroom 50',
    );
  }
}

function holdsExercises(entries: readonly TreeEntry[], exercises: readonly Wanted[]): boolean {
  return entries.some(({ name, kind }) =>
    kind === 'folder'
      ? name === 'exercises' || exercises.some(({ id }) => id === name)
      : exercises.some(({ file }) => file === name),
  );
}

function gather(layout: string, handIns: readonly HandIn[], ignored: readonly string[]): Download {
  return { layout, handIns, ignored: ignored.map((path) => clean(path, 200)) };
}

// doejane_4021_99001_coin.ts, müllerjörg_LATE_4022_99002_coin-1.ts, roebob_4023_text.html, LATE_anon_aB3xZ_99003_coin.ts
const CANVAS_ANONYMOUS = /^(?:LATE_)?anon_(?<id>[^_]+)_(?<attachment>\d+)_(?<file>.+)$/s;
const CANVAS_FILE = /^(?<name>.+?)_(?:LATE_)?(?<id>\d+)_(?<attachment>\d+)_(?<file>.+)$/s;
const CANVAS_ENTRY = /^(?<name>.+?)_(?:LATE_)?(?<id>\d+)_(?<file>text\.html|link\.html)$/s;

/** All files of all students in one folder, each with its owner's name and number before its own. */
function fromCanvas(tree: Source, entries: readonly TreeEntry[], exercises: readonly Wanted[]): Download | undefined {
  const found = entries.map((entry) => ({
    entry,
    parts:
      entry.kind === 'folder'
        ? undefined
        : (CANVAS_ANONYMOUS.exec(entry.name) ?? CANVAS_ENTRY.exec(entry.name) ?? CANVAS_FILE.exec(entry.name))?.groups,
  }));
  if (!mostOf(found, ({ parts }) => parts !== undefined)) return undefined;
  const uploads = found.flatMap(({ entry, parts }) =>
    parts === undefined ? [] : [{ entry, parts, id: parts.id ?? '', attachment: Number(parts.attachment ?? 0) }],
  );
  const handIns = group(uploads, ({ id }) => id).map(([id, own]): HandIn => {
    const files = own
      .sort((a, b) => a.attachment - b.attachment)
      .map(({ entry, parts }) => ({ entry, name: parts.file ?? '' }));
    const name = own[0]?.parts.name ?? '';
    return { id, name, place: own[0]?.entry.name ?? '', ...flatFiles(tree, files, exercises) };
  });
  return gather('a Canvas download', handIns, namesOf(found.filter(({ parts }) => parts === undefined)));
}

// Jane Doe_123456_assignsubmission_file, with a trailing _ from older versions; Default group_assignsubmission_file
const MOODLE_FOLDER = /^(?<name>.*?)(?:_(?<id>\d+))?_assignsubmission_(?:file|onlinetext)_?$/s;
// Ann Lee_123459_assignsubmission_file_coin.ts
const MOODLE_FILE = /^(?<name>.*?)(?:_(?<id>\d+))?_assignsubmission_(?:file|onlinetext)_(?<file>.+)$/s;

/** A folder for each participant, or all files in one, named by the number of the participant in the worksheet. */
async function fromMoodle(
  tree: Source,
  entries: readonly TreeEntry[],
  exercises: readonly Wanted[],
): Promise<Download | undefined> {
  const found = entries.map((entry) => ({
    entry,
    parts: (entry.kind === 'folder' ? MOODLE_FOLDER : MOODLE_FILE).exec(entry.name)?.groups,
  }));
  if (!mostOf(found, ({ parts }) => parts !== undefined)) return undefined;
  const parts = found.flatMap(({ entry, parts }) =>
    parts === undefined ? [] : [{ entry, parts, id: parts.id ?? parts.name ?? '' }],
  );
  const handIns: HandIn[] = [];
  for (const [id, own] of group(parts, (part) => part.id)) {
    const name = own[0]?.parts.name === 'Participant' ? '' : (own[0]?.parts.name ?? '');
    const place = own[0]?.entry.name ?? '';
    const folders = own.filter(({ entry }) => entry.kind === 'folder');
    // The text typed into Moodle stands in a folder of its own, and is no file of the course.
    const works = folders.filter(({ entry }) => !/_assignsubmission_onlinetext_?$/.test(entry.name));
    if (folders.length === 0) {
      const files = own.map(({ entry, parts: { file = '' } }) => ({ entry, name: file }));
      handIns.push({ id, name, place, ...flatFiles(tree, files, exercises) });
    } else {
      for (const { entry } of works.length > 0 ? works : folders.slice(0, 1)) {
        handIns.push({ id, name, place: entry.name, content: new FolderOf(tree, `${entry.name}/`), remarks: [] });
      }
    }
  }
  return gather('a Moodle download', handIns, namesOf(found.filter((each) => each.parts === undefined)));
}

const GRADESCOPE_FOLDER = /^submission_\d+$/;

/** submission_N/ beside a file that says whose each is. */
async function fromGradescope(tree: Source, entries: readonly TreeEntry[]): Promise<Download | undefined> {
  const isSubmission = ({ name, kind }: TreeEntry) => kind === 'folder' && GRADESCOPE_FOLDER.test(name);
  const folders = entries.filter(isSubmission);
  const metadata = entries.find(({ name }) => name === METADATA);
  if (folders.length === 0 || !(metadata !== undefined || folders.length === entries.length)) return undefined;
  const submitters = metadata === undefined ? undefined : await readSubmitters(await tree.read(METADATA));
  const handIns = folders.flatMap(({ name: folder }): HandIn[] => {
    const common = { place: `${folder}/`, content: new FolderOf(tree, `${folder}/`) };
    const people = submitters instanceof Map ? (submitters.get(folder) ?? []) : [];
    if (people.length === 0) {
      const why =
        submitters instanceof Map ? `${METADATA} names no submitter` : (submitters ?? `${METADATA} is missing`);
      return [{ ...common, id: folder, name: '', remarks: [`nobody knows whose this is: ${why}`] }];
    }
    return people.map(({ sid, name, email }) => ({
      ...common,
      id: sid || email || name || folder,
      name,
      ...(email !== '' && { email }),
      remarks: [],
    }));
  });
  const rest = entries.filter((entry) => !isSubmission(entry) && entry !== metadata);
  return gather(
    'a Gradescope export',
    handIns,
    rest.map(({ name }) => name),
  );
}

/** The file of a Gradescope export that says whose each submission is. */
export const METADATA = 'submission_metadata.yml';

interface Submitter {
  readonly sid: string;
  readonly name: string;
  readonly email: string;
}

/** By folder, who handed it in; or why nobody can tell. */
async function readSubmitters(content: Uint8Array | string): Promise<Map<string, Submitter[]> | string> {
  if (typeof content === 'string') return `${METADATA} ${content}`;
  // Few classes need it, and it takes its time to be loaded.
  const { parse: parseYaml } = await import('yaml');
  let parsed: unknown;
  try {
    // Numbers stay as they are written: an id may begin with zeros.
    parsed = parseYaml(new TextDecoder().decode(content), { schema: 'failsafe', logLevel: 'silent' });
  } catch {
    return `${METADATA} cannot be read`;
  }
  const entries = isRecord(parsed) ? Object.entries(parsed) : [];
  return new Map(
    entries.map(([folder, value]) => {
      const list = isRecord(value) && Array.isArray(value[':submitters']) ? value[':submitters'] : [];
      const text = (person: unknown, key: string) => {
        const field = isRecord(person) ? person[key] : '';
        return typeof field === 'string' && field !== 'null' ? field.trim() : '';
      };
      return [
        folder,
        list.map((person) => ({
          sid: text(person, ':sid'),
          name: text(person, ':name'),
          email: text(person, ':email'),
        })),
      ];
    }),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// hw-1-submissions/hw-1-alice/
const CLASSROOM = /^(?<slug>.+)-submissions$/;
// course-hw-1_submissions_2026_11_23_T_10_00_00/course-hw-1-alice/
const CLASSROOM50 = /^(?<slug>.+)_submissions_\d{4}(_\d\d){2}_T(_\d\d){3}$/;

/** A repository for each student, named by the assignment and the student's login. */
async function fromRepositories(
  tree: Source,
  entries: readonly TreeEntry[],
  folder: string,
): Promise<Download | undefined> {
  const folders = entries.filter(({ kind, name }) => kind === 'folder' && !name.startsWith('.'));
  if (folders.length === 0) return undefined;
  const owners = new Map<string, string>();
  let repositories = 0;
  for (const { name } of folders) {
    const content = await tree.list(`${name}/`).catch(() => []);
    if (content.some((entry) => entry.name === '.git')) repositories += 1;
    if (content.some((entry) => entry.name === RESULT && entry.kind === 'file')) {
      const owner = readOwner(await tree.read(`${name}/${RESULT}`));
      if (owner !== undefined) owners.set(name, owner);
    }
  }
  const names = folders.map(({ name }) => name);
  const is50 = CLASSROOM50.test(folder) || owners.size > 0;
  const slug =
    (CLASSROOM50.exec(folder) ?? CLASSROOM.exec(folder))?.groups?.slug ??
    (repositories === names.length ? commonStem(names) : undefined);
  if (!is50 && !(slug !== undefined && names.some((name) => name.startsWith(`${slug}-`)))) return undefined;
  const handIns = names.map((name): HandIn => {
    const stem = slug !== undefined && name.startsWith(`${slug}-`) ? name.slice(slug.length + 1) : name;
    const id = owners.get(name) ?? (stem === '' ? name : stem);
    return { id, name: '', place: `${name}/`, content: new FolderOf(tree, `${name}/`), remarks: [] };
  });
  const rest = entries.filter((entry) => !folders.includes(entry));
  const layout = is50 ? 'a Classroom 50 download' : 'cloned classroom repositories';
  return gather(
    layout,
    handIns,
    rest.map(({ name }) => name),
  );
}

/** The file of a Classroom 50 download that names the student. */
export const RESULT = 'result.json';

function readOwner(content: Uint8Array | string): string | undefined {
  if (typeof content === 'string') return undefined;
  try {
    const result: unknown = JSON.parse(new TextDecoder().decode(content));
    if (!isRecord(result) || !String(result.schema).startsWith('classroom50/')) return undefined;
    return typeof result.owner === 'string' && result.owner !== '' ? result.owner : undefined;
  } catch {
    return undefined;
  }
}

/** What all names begin with, up to a hyphen: the assignment of "hw-1-alice" and "hw-1-bob". */
function commonStem(names: readonly string[]): string | undefined {
  const [first = '', ...others] = names;
  if (others.length === 0) return undefined;
  let end = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, end))) end -= 1;
  const hyphen = first.slice(0, end).lastIndexOf('-');
  return hyphen > 0 ? first.slice(0, hyphen) : undefined;
}

/** A folder or an archive for each student, named as the student is. */
function fromFolders(tree: Source, entries: readonly TreeEntry[]): Download {
  const handIns = entries.flatMap(({ name, kind }): HandIn[] => {
    const common = { name: '', remarks: [] };
    if (kind === 'folder' && !name.startsWith('.') && name !== 'node_modules') {
      return [{ ...common, id: name, place: `${name}/`, content: new FolderOf(tree, `${name}/`) }];
    }
    if (kind === 'file' && isArchiveName(name)) {
      const id = name.replace(/(\.zip|\.tar|\.tar\.gz|\.tgz)$/i, '');
      return [{ ...common, id: id === '' ? name : id, place: name, content: new ListTree([listed(tree, name, kind)]) }];
    }
    return [];
  });
  const used = new Set(handIns.map(({ place }) => place.replace(/\/$/, '')));
  return gather(
    'one folder per student',
    handIns,
    entries.map(({ name }) => name).filter((name) => !used.has(name)),
  );
}

/**
 * Files of one student that a download has put beside everybody else's, under their own names again.
 *
 * Canvas marks what is handed in again, coin-1.ts; of several the one that was uploaded last counts.
 */
function flatFiles(
  tree: Source,
  files: readonly { readonly entry: TreeEntry; readonly name: string }[],
  exercises: readonly Wanted[],
): Pick<HandIn, 'content' | 'remarks'> {
  const remarks: string[] = [];
  const taken = new Map<string, Listed & { readonly original: string }>();
  for (const { entry, name } of files) {
    // A name is a name alone, whatever stands in it.
    const original = name.replaceAll('/', '_');
    const unmarked = original.replace(/-\d+(\.ts)$/, '$1');
    const plain = exercises.some(({ file }) => file === unmarked) ? unmarked : original;
    const earlier = taken.get(plain);
    if (earlier !== undefined) {
      const names = [earlier.original, original].map((each) => clean(each, 100));
      remarks.push(`${names[0]} and ${names[1]} were handed in; ${names[1]}, which came last, was taken`);
      taken.delete(plain);
      taken.set(earlier.original === plain ? `${plain} (earlier)` : earlier.original, earlier);
    }
    taken.set(plain, { ...listed(tree, entry.name, entry.kind), original });
  }
  return { content: new ListTree([...taken].map(([path, file]) => ({ ...file, path }))), remarks };
}

function listed(tree: Source, path: string, kind: EntryKind): Listed {
  return { path, kind, read: () => tree.read(path), pathOf: () => tree.pathOf(path) };
}

function namesOf(found: readonly { readonly entry: TreeEntry }[]): string[] {
  return found.map(({ entry }) => entry.name);
}

/** Whether a layout's pattern fits: to one name at least, and to no fewer than it does not fit. */
function mostOf<Item>(items: readonly Item[], test: (item: Item) => boolean): boolean {
  const fitting = items.filter(test).length;
  return fitting > 0 && 2 * fitting >= items.length;
}

function group<Item>(items: readonly Item[], keyOf: (item: Item) => string): [string, Item[]][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const own = groups.get(key);
    if (own === undefined) groups.set(key, [item]);
    else own.push(item);
  }
  return [...groups];
}
