import { Thrown } from '#grader/model/subject.ts';
import type { Oddity, Value } from '#grader/model/value.ts';
import { type Machine, Sandbox } from '#grader/sandbox/machine.ts';
import { compileText, thrownBy } from '../../support/machine.ts';

/** Fuel for loading, in polls. */
const LOADING = 4e6;

let sandbox: Promise<Sandbox> | undefined;

export interface Options {
  /** What the exercise asks for; `f` alone when nothing is said. */
  readonly functions?: readonly string[];
  readonly fuel?: number;
  readonly print?: (line: string) => void;
}

/** A machine with a module in it. */
export async function machineOf(
  source: string,
  { functions = ['f'], fuel = 4e6, print = () => {} }: Options = {},
): Promise<Machine> {
  const compiled = await compileText(source);
  if ('message' in compiled) throw new Error(compiled.message);
  sandbox ??= Sandbox.open();
  const loaded = await (await sandbox).load(compiled, functions, LOADING, print);
  const machine = await loaded.start();
  machine.refuel(fuel);
  return machine;
}

/** What one expression comes to outside; in it, `x` is the list of arguments. */
export async function resultOf(expression: string, args: readonly Value[] = []): Promise<Value> {
  return (await machineOf(`export const f = (...x: any[]) => (${expression});`)).call('f', args);
}

/** What an expression throws out of the machine. */
export async function failureOf(expression: string, args: readonly Value[] = []): Promise<unknown> {
  const machine = await machineOf(`export const f = (...x: any[]) => (${expression});`);
  return thrownBy(() => machine.call('f', args));
}

/** What statements throw, where that is something of the student's own. */
export async function thrownIn(statements: string, args: readonly Value[] = []): Promise<Thrown> {
  const error = await failureOf(`(() => { ${statements} })()`, args);
  if (error instanceof Thrown) return error;
  throw error;
}

export type { Oddity };
export { compileText, thrownBy };
