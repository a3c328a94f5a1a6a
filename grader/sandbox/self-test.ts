import { Stopped, Thrown } from '../model/subject.ts';
import { POLLS_PER_TICK, type Sandbox } from './machine.ts';

const MODULE = `var submission = {
  deep: (n) => { const f = (n) => n === 0 ? 0 : [1].map(() => f(n - 1))[0] + 1; return f(n); },
  endless: () => { const f = (n) => f(n + 1) + 1; return f(0); },
  fill: () => { const all = []; for (;;) all.push(new Array(1_000).fill(all.length)); },
  count: (n) => { let s = 0; for (let i = 0; i < n; i += 1) s += i; return s; },
};`;

/** Filling this much takes a few milliseconds; the limit is kept in the same way whatever it is. */
const SMALL = 2 << 20;

/**
 * Makes sure that this engine, on this machine, keeps the promises on which every verdict rests.
 *
 * @throws Error that names the promise when one is broken; nothing can be graded then
 */
export async function selfTest(sandbox: Sandbox): Promise<void> {
  const compiled = { file: 'self-test', code: MODULE, map: '{"version":3,"sources":[],"names":[],"mappings":""}' };
  const names = ['deep', 'endless', 'fill', 'count'];
  const loaded = await sandbox.withMemory(SMALL).load(compiled, names, POLLS_PER_TICK, () => {});
  const machine = await loaded.start();
  machine.refuel(1e8);
  demand(machine.call('deep', [1_500]) === 1_500, 'recursion 1,500 deep');
  const before = machine.spent;
  demand(machine.call('count', [10_000]) === 49_995_000, 'arithmetic');
  demand(machine.spent - before === 20_000, 'fuel: two polls for each round of a loop');
  const overflow = caught(() => machine.call('endless', []));
  demand(overflow instanceof Thrown && overflow.kind === 'stack', 'a stack overflow that can be told');
  const full = caught(() => machine.call('fill', []));
  demand(full instanceof Stopped && full.status === 'out-of-memory', 'a memory limit that holds');
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
