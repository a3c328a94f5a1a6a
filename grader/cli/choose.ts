import type { Exercise } from '../model/exercise.ts';
import { clean } from '../model/text.ts';
import { UsageError } from '../model/usage-error.ts';

/**
 * The exercises that were asked for, in the order of the course; all of them when none was.
 *
 * @param asked  numbers (`4`, `04`), folder names or unambiguous parts of one (`planar`)
 * @throws UsageError for a name that no exercise has, or more than one
 */
export function chooseExercises<Item extends Pick<Exercise, 'id'>>(
  asked: readonly string[],
  exercises: readonly Item[],
): readonly Item[] {
  if (asked.length === 0) return exercises;
  const chosen = new Set(asked.map((name) => findExercise(name, exercises)));
  return exercises.filter((exercise) => chosen.has(exercise));
}

/**
 * The one exercise that is meant.
 *
 * @throws UsageError for a name that no exercise has, or more than one
 */
export function findExercise<Item extends Pick<Exercise, 'id'>>(asked: string, exercises: readonly Item[]): Item {
  const found = matching(asked, exercises);
  const [first] = found;
  const name = JSON.stringify(clean(asked, 100)).replaceAll('\\\\', '\\');
  if (first === undefined) {
    throw new UsageError(`there is no exercise ${name}; there are ${exercises.map(({ id }) => id).join(', ')}`);
  }
  if (found.length > 1) {
    throw new UsageError(`${name} may be ${found.map(({ id }) => id).join(' or ')}; say which, or give its number`);
  }
  return first;
}

function matching<Item extends Pick<Exercise, 'id'>>(asked: string, exercises: readonly Item[]): readonly Item[] {
  // A shell completes a folder's name to its path.
  const name = asked.split(/[\\/]/).findLast((part) => part !== '') ?? '';
  if (name === '') return [];
  if (/^\d+$/.test(name)) return exercises.filter(({ id }) => Number.parseInt(id, 10) === Number(name));
  const part = name.toLowerCase();
  const exact = exercises.filter(({ id }) => id === part);
  return exact.length > 0 ? exact : exercises.filter(({ id }) => id.includes(part));
}
