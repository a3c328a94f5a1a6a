import { type Compiled, type CompileFault, compile } from '#grader/sandbox/compile.ts';
import type { Machine } from '#grader/sandbox/machine.ts';
import { Sandbox } from '#grader/sandbox/machine.ts';

let sandbox: Promise<Sandbox> | undefined;

export const compileText = (source: string | Uint8Array): Promise<Compiled | CompileFault> =>
  compile('00-test/test.ts', typeof source === 'string' ? new TextEncoder().encode(source) : source);

/** A machine with a module in it; `fuel` is for what follows, loading has its own. */
export async function machineWith(
  source: string,
  print: (line: string) => void = () => {},
  fuel = 4e6,
): Promise<Machine> {
  const compiled = await compileText(source);
  if ('message' in compiled) throw new Error(compiled.message);
  sandbox ??= Sandbox.open();
  const names = [...source.matchAll(/export (?:function\*?|const|class|async function) (\w+)/g)].map(
    ([, name]) => name ?? '',
  );
  const machine = await (await (await sandbox).load(compiled, names, 4e6, print)).start();
  machine.refuel(fuel);
  return machine;
}

/** What a call throws; an Error that says so when it does not. */
export function thrownBy(run: () => unknown): unknown {
  try {
    return new Error(`returned ${JSON.stringify(run())}`);
  } catch (error) {
    return error;
  }
}
