/** Has what V8 compiles of `grade` kept, before threads change the settings under which V8 takes it again; sources keep nothing. */
export const prepareGrade = (): void => {};

/** Loads the program of `grade`. */
export const loadGrade = () => import('./grade-alone.ts');

/** Loads the program of all commands. */
export const loadCommands = () => import('./all-commands.ts');
