import { basename, isAbsolute, normalize, sep } from 'node:path';
import { clean } from './text.ts';

/** The call or its input is wrong. The message is one line that says what, and what to do; the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  /** Also what another copy of this module made: programs of the bundle have one each. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'UsageError';
  }
}

/** How messages and reports name a path: as it was typed, or by its last part alone when that was absolute. */
export function nameOfPath(typed: string): string {
  const path = isAbsolute(typed) ? basename(typed) || '(root)' : normalize(typed);
  const tidy = path.split(sep).join('/').replace(/\/+$/, '');
  return clean(tidy, 200).replaceAll(/[\n\t]/g, ' ');
}
