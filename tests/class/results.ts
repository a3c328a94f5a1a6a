import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Everything that a run on a class writes for people, by file name; what it keeps for itself is no part of it. */
export async function resultsIn(folder: string): Promise<Map<string, string>> {
  const names = ['grades.csv', 'review.csv', 'class.html'];
  for (const name of await readdir(join(folder, 'reports'))) names.push(`reports/${name}`);
  const files = names
    .sort()
    .map(async (name): Promise<[string, string]> => [name, await readFile(join(folder, name), 'utf8')]);
  return new Map(await Promise.all(files));
}

/** Names of the files in which two results differ. */
export function differing(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): string[] {
  const names = new Set([...one.keys(), ...other.keys()]);
  return [...names].filter((name) => one.get(name) !== other.get(name));
}
