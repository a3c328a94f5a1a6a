/** Loads what compares a repository with what was handed out; the student edition has nothing to compare with but itself. */
export const loadChangedFiles: (() => Promise<typeof import('../release/changed-files.ts')>) | undefined = () =>
  import('../release/changed-files.ts');
