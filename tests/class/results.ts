import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT } from '../support/project.ts';

/** Everything that a run on a class writes for people, by file name; what it keeps for itself is no part of it. */
export async function resultsIn(folder: string): Promise<Map<string, string>> {
  const names = ['grades.csv', 'review.csv', 'class.html'];
  for (const name of await readdir(join(folder, 'reports'))) names.push(`reports/${name}`);
  const files = names
    .sort()
    .map(async (name): Promise<[string, string]> => [name, await readFile(join(folder, name), 'utf8')]);
  return new Map(await Promise.all(files));
}

/** Names of the files in which two results differ. */
export function differing(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): string[] {
  const names = new Set([...one.keys(), ...other.keys()]);
  return [...names].filter((name) => one.get(name) !== other.get(name));
}

/** A command in a process of its own that the test goes on beside. */
export class Running {
  readonly process: ChildProcess;
  readonly ended: Promise<number | NodeJS.Signals>;
  output = '';

  constructor(command: string, args: readonly string[]) {
    this.process = spawn(command, args, {
      cwd: PROJECT,
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        this.output += text;
      });
    }
    this.ended = new Promise((resolve) => {
      this.process.once('close', (code, signal) => resolve(code ?? signal ?? 0));
    });
  }

  /** Waits until the output says something. */
  async says(what: RegExp, seconds = 120): Promise<void> {
    for (let waited = 0; !what.test(this.output); waited += 0.05) {
      if (waited > seconds) throw new Error(`it did not say ${what} but: ${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Ends it as a crash or the power would. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.ended;
  }
}

/** The grader's own command. */
export function start(...args: string[]): Running {
  return new Running(process.execPath, ['--import', 'tsx', 'grader/cli/main.ts', ...args]);
}
