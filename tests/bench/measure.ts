import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { PROJECT } from '../support/project.ts';

/** What one run of a command took. */
export interface Cost {
  /** Seconds from start to end. */
  readonly wall: number;
  /** Seconds of processor time, of the command and all that it started. */
  readonly cpu: number;
  /** Most memory that the command's own process had at a time, in MiB. */
  readonly memory: number;
}

/** A command, as the shell of a user would run it. */
export interface Command {
  readonly args: readonly string[];
  readonly cwd?: string;
}

/** Runs Node with some arguments, and measures it; throws when it fails. */
export async function measure({ args, cwd = PROJECT }: Command): Promise<Cost> {
  // What would make every Node of this machine start slower than others.
  const { FORCE_COLOR: _, NODE_OPTIONS: __, NODE_EXTRA_CA_CERTS: ___, ...env } = process.env;
  const [cpu, started] = [cpuSeconds(), performance.now()];
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  let memory = 0;
  const watch = setInterval(() => {
    memory = Math.max(memory, peakOf(child.pid));
  }, 20);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearInterval(watch);
  const wall = (performance.now() - started) / 1_000;
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}:\n${said}`);
  return { wall, cpu: cpuSeconds() - cpu, memory };
}

/**
 * Has several sides measured in turns, there and back, so that a machine that gets slower is slower for all; the median of
 * each.
 */
export async function inTurns(times: number, sides: readonly Command[]): Promise<Cost[]> {
  const costs = sides.map((): Cost[] => []);
  for (let turn = 0; turn < times; turn += 1) {
    const order = [...sides.entries()];
    for (const [index, side] of turn % 2 === 0 ? order : order.reverse()) costs[index]?.push(await measure(side));
  }
  return costs.map((own) => ({
    wall: median(own.map(({ wall }) => wall)),
    cpu: median(own.map(({ cpu }) => cpu)),
    memory: median(own.map(({ memory }) => memory)),
  }));
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const [below, above] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return ((below ?? Number.NaN) + (above ?? Number.NaN)) / 2;
}

/**
 * Processor time of everything on this machine, which has nothing else to do.
 *
 * A command's own would leave out processes that outlive it for a moment, such as a compiler's.
 */
export function cpuSeconds(): number {
  const [, ...ticks] = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]?.trim().split(/\s+/) ?? [];
  const [user, nice, system, , , irq, softirq] = ticks.map(Number);
  return ((user ?? 0) + (nice ?? 0) + (system ?? 0) + (irq ?? 0) + (softirq ?? 0)) / 100;
}

function peakOf(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;
  } catch {
    return 0;
  }
}
