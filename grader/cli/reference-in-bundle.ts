import { loadModule } from './load-module.ts';

/** Takes the place of `reference.ts` in scripts. */
export const loadReference: (() => Promise<object>) | undefined = async () =>
  (await loadModule<typeof import('#reference/oracle.ts')>('reference.mjs')).reference;
