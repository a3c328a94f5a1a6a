import { type ChildProcess, spawn } from 'node:child_process';
import { PROJECT } from './project.ts';

/** A running program, and all it has printed. */
export interface Running {
  readonly process: ChildProcess;
  /** What was printed after a place in it; from the start unless told. */
  said(from?: number): string;
  /** Waits until it has printed something after a place; throws when it ends before. */
  until(pattern: RegExp, from?: number): Promise<string>;
  /** Ends it as a crash or the power would. */
  kill(): Promise<void>;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
}

/** Starts any program in the project's folder, and follows what it prints. */
export function follow(program: string, args: readonly string[], env: Record<string, string> = {}): Running {
  const { FORCE_COLOR: _, ...rest } = process.env;
  const child = spawn(program, args, {
    cwd: PROJECT,
    env: { ...rest, NODE_OPTIONS: '', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let text = '';
  let isOver = false;
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const each of [...waiting]) each();
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      wake();
    });
  }
  const ended = new Promise<number | string | null>((resolve) => {
    child.once('close', (code, signal) => {
      isOver = true;
      resolve(code ?? signal);
      wake();
    });
  });
  return {
    process: child,
    ended,
    said: (from = 0) => text.slice(from),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    until: (pattern, from = 0) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const since = text.slice(from);
          if (pattern.test(since)) resolve(since);
          else if (isOver) reject(new Error(`it ended without ${pattern}:\n${since}`));
          else return;
          waiting.delete(look);
        };
        waiting.add(look);
        look();
      }),
  };
}

/** The grader's own command, in a process of its own. */
export function start(...args: string[]): Running {
  return follow(process.execPath, ['grader/build/start.mjs', ...args]);
}
