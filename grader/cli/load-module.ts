/** Loads a module of the bundle, which a script cannot do by itself without a warning of Node's. */
declare const LOAD: (name: string) => Promise<object>;

/**
 * Loads a module of the bundle for a program that is a script.
 *
 * @param name  of its file
 */
export function loadModule<Module extends object>(name: string): Promise<Module> {
  return LOAD(name) as Promise<Module>;
}
