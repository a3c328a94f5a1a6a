import { Stopped, Thrown } from '../model/subject.ts';
import type { Sandbox } from './machine.ts';

const MODULE = `var submission = {
  deep: (n) => n === 0 ? 0 : [1].map(() => submission.deep(n - 1))[0] + 1,
  endless: (n) => submission.endless(n + 1) + 1,
  fill: () => { const all = []; for (;;) all.push(new Array(1_000).fill(all.length)); },
  count: (n) => { let s = 0; for (let i = 0; i < n; i += 1) s += i; return s; },
};`;

/** Memory of the machines that are tried: filling little takes little time, and the limit is kept in the same way. */
const MEMORY = 2 << 20;

/**
 * Makes sure that this engine, on this machine, keeps the promises on which every verdict rests.
 *
 * @throws Error that names the promise when one is broken; nothing can be graded then
 */
export async function selfTest(sandbox: Sandbox): Promise<void> {
  const compiled = { file: 'self-test', code: MODULE, map: '{"version":3,"sources":[],"names":[],"mappings":""}' };
  const names = ['deep', 'endless', 'fill', 'count'];
  const loaded = await sandbox.withMemory(MEMORY).load(compiled, names, 1e4, () => {});
  const machine = await loaded.start();
  machine.refuel(1e6);
  demand(machine.call('deep', [1_500]) === 1_500, 'recursion 1,500 deep');
  const before = machine.spent;
  demand(machine.call('count', [10_000]) === 49_995_000, 'arithmetic');
  demand(machine.spent - before === 20_000, 'fuel: two polls for each round of a loop');
  const overflow = caught(() => machine.call('endless', [0]));
  demand(overflow instanceof Thrown && overflow.kind === 'stack', 'a stack overflow that can be told');
  const full = caught(() => machine.call('fill', []));
  demand(full instanceof Stopped && full.status === 'out-of-memory', 'a memory limit that holds');
  const another = await loaded.start();
  another.refuel(1e4);
  const empty = caught(() => another.call('count', [1e6]));
  demand(empty instanceof Stopped && empty.status === 'out-of-fuel', 'an end to what uses up its fuel');
}

function caught(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

function demand(kept: boolean, promise: string): void {
  if (!kept) throw new Error(`the sandbox does not keep its promise of ${promise} on this machine`);
}
