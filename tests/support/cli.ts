import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { PROJECT } from './project.ts';

export { PROJECT };

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real command in a process of its own. */
export function run(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const command = ['grader/build/start.mjs', ...args];
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      command,
      { cwd: PROJECT, env: { ...process.env, NODE_OPTIONS: '', ...env }, maxBuffer: 1 << 26 },
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr }),
    );
  });
}

/** A copy of a folder of the project, with some of its files replaced; it is removed after the test. */
export async function submissionFrom(folder: string, files: Record<string, string | Uint8Array>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'flow-grade-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await cp(join(PROJECT, folder), directory, { recursive: true });
  for (const [path, content] of Object.entries(files)) await writeFile(join(directory, path), content);
  return directory;
}
