import { vi } from 'vitest';
import { commands } from '#grader/cli/commands.ts';
import { runProgram } from '#grader/cli/program.ts';

/** What a command came to. */
export interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command in this process, with its standard streams caught. */
export async function run(...args: string[]): Promise<Result> {
  const texts = { out: '', err: '' };
  const catchInto = (name: 'out' | 'err') => (text: unknown, done?: unknown) => {
    texts[name] += String(text);
    if (typeof done === 'function') done();
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(catchInto('out')),
    vi.spyOn(process.stderr, 'write').mockImplementation(catchInto('err')),
  ];
  try {
    const code = await runProgram(args, commands);
    return { code, ...texts };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
