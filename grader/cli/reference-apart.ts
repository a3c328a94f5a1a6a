/** Loads a module of the bundle, which a script cannot do by itself once it begins with what V8 compiled before. */
declare const LOAD: (name: string) => Promise<object>;

/** Takes the place of `reference.ts` in the threads' program. */
export const loadReference: (() => Promise<object>) | undefined = async () =>
  ((await LOAD('reference.mjs')) as typeof import('#reference/oracle.ts')).reference;
