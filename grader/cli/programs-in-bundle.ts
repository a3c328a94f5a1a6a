import { existsSync } from 'node:fs';
import { forget } from '../sandbox/kept.ts';
import { type Begun, begin, fileOfCode } from './begin.ts';

// Takes the place of `programs.ts` in the bundle, where each program is a file of its own.

const PLACE = 'grade';
let begun: Begun | undefined;

export const prepareGrade = (): void => {
  if (existsSync(fileOfCode(PLACE))) return;
  begun = begin('grade-alone.js', PLACE);
  begun.keepCode(1);
};

export const loadGrade = async () => {
  if (begun === undefined) {
    begun = begin('grade-alone.js', PLACE);
    // Of another version, or spoilt: the next run makes it anew.
    if (!begun.isReady) forget(fileOfCode(PLACE));
  }
  return begun.exports as typeof import('./grade-alone.ts');
};

export const loadCommands = (): Promise<typeof import('./all-commands.ts')> =>
  import(new URL('all-commands.mjs', import.meta.url).href);
