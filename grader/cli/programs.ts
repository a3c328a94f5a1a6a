/** Loads the program of `grade`. */
export const loadGrade = () => import('./grade-alone.ts');

/** Loads the program of all commands. */
export const loadCommands = () => import('./all-commands.ts');
