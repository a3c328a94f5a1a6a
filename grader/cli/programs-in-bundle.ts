import { begin } from './begin.ts';

// Takes the place of `programs.ts` in the bundle, where each program is a file of its own.
export const loadGrade = async () => {
  const { exports, keepCode } = begin('grade-alone.js', 'grade');
  // At once: the threads will change V8's settings, under which it would not take the code again.
  keepCode(1);
  return exports as typeof import('./grade-alone.ts');
};
export const loadCommands = (): Promise<typeof import('./all-commands.ts')> =>
  import(new URL('all-commands.mjs', import.meta.url).href);
