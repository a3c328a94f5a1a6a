import { readFile } from 'node:fs/promises';
import type { SimilarPair } from '../model/class.ts';
import type { Exercise } from '../model/exercise.ts';
import { UsageError } from '../model/usage-error.ts';
import type { Entry } from './class-list.ts';
import { openHandIn } from './hand-in.ts';

/**
 * From which share in common a pair is shown, and from which length of the longest common part, in fingerprints. Independent
 * solutions of these exercises share at most 0.2, and seven in a row; renamed copies 0.8, and twenty.
 */
const FROM = { similarity: 0.6, longest: 15 };

/** What we use of Dolos, which is large and therefore installed by whoever wants it. */
interface Library {
  Dolos: new (options: {
    language: string;
  }) => {
    analyze(files: readonly object[], name: string, ignored: object): Promise<{ allPairs(): readonly DolosPair[] }>;
  };
  File: new (path: string, content: string) => object;
}

interface DolosPair {
  readonly leftFile: { readonly path: string };
  readonly rightFile: { readonly path: string };
  readonly similarity: number;
  readonly longest: number;
}

/** @throws UsageError when Dolos is not installed, or does not work on this machine */
export async function loadDolos(): Promise<Library> {
  const name = '@dodona/dolos-lib';
  try {
    return (await import(name)) as Library;
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
    const what = isMissing ? 'is not installed' : 'does not work here';
    throw new UsageError(
      `--similarity needs Dolos, which ${what}; npm install --no-save ${name}@3 fetches and compiles it (450 MB)`,
    );
  }
}

/**
 * Pairs of students whose files of one exercise resemble each other, the most similar first.
 *
 * The text of the stub counts for nothing, and neither do names, numbers and comments: programs are compared token by
 * token, by their kinds. That a pair is listed says that a person should look, and no more.
 *
 * @param stubs  the folder with the exercises as they are handed out
 */
export async function findSimilar(
  library: Library,
  entries: readonly Entry[],
  exercises: readonly Exercise[],
  stubs: URL,
  spool: string,
): Promise<SimilarPair[]> {
  const texts = new Map(exercises.map(({ id }): [string, Map<string, string>] => [id, new Map()]));
  for (const { key, id: label, content } of entries) {
    const opened = await openHandIn(content, label, exercises, spool);
    if ('unreadable' in opened) continue;
    for (const [id, file] of opened.submission.files) {
      if (!('fault' in file)) texts.get(id)?.set(key, new TextDecoder().decode(file.bytes));
    }
  }
  const pairs: SimilarPair[] = [];
  for (const { id, file } of exercises) {
    const stub = await readFile(new URL(`${id}/${file}`, stubs), 'utf8');
    const files = [...(texts.get(id) ?? [])].filter(([, text]) => text.trim() !== stub.trim());
    if (files.length < 2) continue;
    const dolos = new library.Dolos({ language: 'typescript' });
    const sources = files.map(([key, text]) => new library.File(key, text));
    const report = await dolos.analyze(sources, id, new library.File('stub', stub));
    for (const { leftFile, rightFile, similarity, longest } of report.allPairs()) {
      if (similarity < FROM.similarity || longest < FROM.longest) continue;
      const [left = '', right = ''] = [leftFile.path, rightFile.path].sort();
      pairs.push({ exercise: id, left, right, similarity, longest });
    }
  }
  const order = (pair: SimilarPair) => `${pair.exercise} ${pair.left} ${pair.right}`;
  return pairs.sort((a, b) => b.similarity - a.similarity || b.longest - a.longest || (order(a) < order(b) ? -1 : 1));
}
