import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeWhole } from '../engine/write-whole.ts';
import type { Exercise } from '../model/exercise.ts';

/** How many hints an exercise has, the weakest first. */
export const LEVELS = 3;

/** The project's folder. */
export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** A hint that somebody asked for. */
export interface Hint {
  readonly level: number;
  /** Markdown. */
  readonly text: string;
  /** Whether it was shown already, being the last. */
  readonly isAgain: boolean;
  /** Whether it is noted that it was shown. */
  readonly isRemembered: boolean;
}

/** The folded hints of an exercise's text, in order. */
export function hintsIn(readme: string): string[] {
  const folded = readme
    .replaceAll('\r\n', '\n')
    .matchAll(/<details>\s*<summary>Hint (\d+)<\/summary>([\s\S]*?)<\/details>/g);
  return [...folded].map(([, , text = '']) => text.trim());
}

/**
 * The next hint of an exercise, after the strongest that was shown, or the one of a level; it is noted as shown.
 *
 * @param level  1 to 3
 * @param project  the folder with `exercises/`, where `.flow-grade/hints.json` remembers what was shown
 */
export async function takeHint({ id }: Pick<Exercise, 'id'>, level?: number, project = PROJECT): Promise<Hint> {
  const hints = hintsIn(await readFile(join(project, 'exercises', id, 'README.md'), 'utf8'));
  const file = join(project, '.flow-grade', 'hints.json');
  const shown = await readShown(file);
  const before = shown.get(id) ?? 0;
  const now = level ?? Math.min(LEVELS, before + 1);
  const text = hints[now - 1];
  if (text === undefined) throw new Error(`the text of ${id} has no hint ${now}`);
  const isRemembered = now <= before || (await remember(file, new Map([...shown, [id, now]])));
  return { level: now, text, isAgain: level === undefined && before >= LEVELS, isRemembered };
}

/** The strongest hint shown of each exercise; of a file that is damaged, nothing. */
async function readShown(file: string): Promise<Map<string, number>> {
  try {
    const content: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof content !== 'object' || content === null) return new Map();
    return new Map(Object.entries(content).filter(([, level]) => level === 1 || level === 2 || level === 3));
  } catch {
    return new Map();
  }
}

async function remember(file: string, shown: ReadonlyMap<string, number>): Promise<boolean> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeWhole(file, `${JSON.stringify(Object.fromEntries(shown), null, 2)}\n`);
    return true;
  } catch {
    return false;
  }
}
