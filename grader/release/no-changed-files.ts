/** The student edition has nothing to compare a repository with but itself. */
export const loadChangedFiles = undefined;
