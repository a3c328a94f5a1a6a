import { loadModule } from './load-module.ts';

/** Takes the place of `changed-files.ts` in scripts. */
export const loadChangedFiles: (() => Promise<typeof import('../release/changed-files.ts')>) | undefined = () =>
  loadModule('changed-files.mjs');
