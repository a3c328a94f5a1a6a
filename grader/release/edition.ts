import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle, PROJECT } from '../build/bundle.mjs';
import type { Outline } from '../model/exercise.ts';
import { UsageError } from '../model/usage-error.ts';

/** Where an edition says what it is: its version, and a digest of each of its files. */
export const MANIFEST = 'grader/edition.json';

/** What stands in the manifest. */
export interface Manifest {
  readonly format: 'flow-grade-edition/1';
  readonly kit: string;
  /** By path, the digest of the file. */
  readonly files: Readonly<Record<string, string>>;
}

/** What the kit itself puts into an edition as it is, besides the exercises. */
const COPIED = ['LICENSE', 'exercises/types.ts', 'docs/pictures', 'grader/course/recorded'];

/** Files of the templates whose names would mean something where they stand. */
const RENAMED: Readonly<Record<string, string>> = {
  gitignore: '.gitignore',
  'github-workflow.yml': '.github/workflows/grade.yml',
  'gitlab-ci.yml': '.gitlab-ci.yml',
};

/** Where a student's file of an exercise stands, in the kit and in an edition. */
export function pathOfWork({ id, file }: Pick<Outline, 'id' | 'file'>): string {
  return `exercises/${id}/${file}`;
}

/**
 * All files of the student edition, by path: exercises, expected values, the grader in a bundle, and what a repository
 * needs; neither solutions nor reference. The same kit gives the same bytes.
 *
 * @param kit  its version
 * @throws UsageError when somebody has worked on the exercises, whose solutions would be handed out
 */
export async function makeEdition(
  exercises: readonly Outline[],
  kit: string,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const exercise of exercises) {
    const path = pathOfWork(exercise);
    const stub = await readFile(join(PROJECT, path));
    if (!isStub(stub.toString(), exercise)) {
      throw new UsageError(`${path} is no stub any more: put it back, so that nobody is handed your solution`);
    }
    files.set(path, stub);
    const text = `exercises/${exercise.id}/README.md`;
    files.set(text, await readFile(join(PROJECT, text)));
  }
  for (const path of COPIED) for (const [name, content] of await readAll(PROJECT, path)) files.set(name, content);
  for (const [name, content] of await readAll(join(PROJECT, 'grader/release/student'), '.')) {
    const text = new TextDecoder().decode(content).replaceAll('0.0.0-kit', kit);
    files.set(RENAMED[name] ?? name, Buffer.from(text));
  }
  const { files: bundled, packages } = await bundle({
    'grader/cli/commands.ts': 'grader/cli/student-commands.ts',
    'grader/cli/reference.ts': 'grader/release/no-reference.ts',
    'grader/cli/changed-files.ts': 'grader/release/no-changed-files.ts',
  });
  for (const [name, content] of bundled) files.set(`grader/bin/${name}`, content);
  files.set('grader/bin/LICENSES.txt', Buffer.from(await licencesOf(packages)));
  return withManifest(files, kit);
}

/** Programs that Gradescope runs. */
export const GRADESCOPE_SCRIPTS = ['setup.sh', 'run_autograder'];

/**
 * All files of an autograder for Gradescope, by path: the grader of the student edition, and what Gradescope runs.
 *
 * @param edition  the student edition
 * @param kit  its version
 */
export async function makeAutograder(
  edition: ReadonlyMap<string, Uint8Array>,
  kit: string,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const taken = [...edition].filter(([path]) => /^(grader\/(bin|course)\/|package(-lock)?\.json$|LICENSE$)/.test(path));
  const scripts = await readAll(join(PROJECT, 'grader/release/gradescope'), '.');
  return withManifest(new Map([...taken, ...scripts]), kit);
}

/** The files in order, and what says which they are. */
function withManifest(files: ReadonlyMap<string, Uint8Array>, kit: string): ReadonlyMap<string, Uint8Array> {
  const sorted = [...files].sort(([one], [other]) => (one < other ? -1 : 1));
  const manifest: Manifest = {
    format: 'flow-grade-edition/1',
    kit,
    files: Object.fromEntries(sorted.map(([path, content]) => [path, digestOf(content)])),
  };
  return new Map([...sorted, [MANIFEST, Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`)]]);
}

/** Whether no function of an exercise has been started. */
function isStub(text: string, { functions }: Outline): boolean {
  return Object.keys(functions).every((name) => text.includes(`throw new Error('TODO: ${name}')`));
}

/** A digest of a file, the same whether its lines end as on Windows or not. */
export function digestOf(content: Uint8Array): string {
  const hash = createHash('sha256');
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (!bytes.includes('\r\n')) return hash.update(bytes).digest('hex');
  return hash.update(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1').digest('hex');
}

/** A file, or all files of a folder, by their paths in `root`. */
async function readAll(root: string, path: string): Promise<[string, Uint8Array][]> {
  const entries = await readdir(join(root, path), { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return [[path, await readFile(join(root, path))]];
  const inside = entries.map(({ name }) => readAll(root, path === '.' ? name : `${path}/${name}`));
  return (await Promise.all(inside)).flat();
}

/** The licences of the packages that are in the bundle, which ask to be told with every copy. */
async function licencesOf(packages: readonly string[]): Promise<string> {
  const texts = packages.map(async (path) => {
    const { name, version, license } = JSON.parse(
      await readFile(join(PROJECT, path, 'package.json'), 'utf8'),
    ) as Record<string, string>;
    const file = (await readdir(join(PROJECT, path))).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? '' : await readFile(join(PROJECT, path, file), 'utf8');
    return `${name} ${version} (${license})\n\n${text.replaceAll('\r\n', '\n').trim()}\n`;
  });
  return (await Promise.all(texts)).join(`\n${'─'.repeat(80)}\n\n`);
}
