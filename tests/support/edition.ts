import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT, run } from './cli.ts';
import { readYaml, runStep, stepNamed, type Workflow } from './workflows.ts';

export const STUDENT_WORKFLOW = 'grader/release/student/github-workflow.yml';

/** A student edition that was released and installed by the real commands, and copies of it. */
export interface TestEdition {
  /** A folder for everything of a test. */
  readonly root: string;
  readonly folder: string;
  /** A checkout with work in it; it shares the installed packages unless told. */
  checkOut(name: string, work: string, how?: { readonly installed: boolean }): Promise<string>;
  remove(): Promise<void>;
}

/** Releases the student edition, and installs it as its workflow does. */
export async function releaseEdition(): Promise<TestEdition> {
  const root = await mkdtemp(join(tmpdir(), 'flow-grade-release-'));
  const folder = join(root, 'edition');
  const released = await run(['release', '--out', folder]);
  if (released.code !== 0) throw new Error(released.stderr);
  const install = stepNamed(await readYaml<Workflow>(STUDENT_WORKFLOW), 'Install');
  const installed = await runStep(install, folder, {}, {});
  if (installed.code !== 0) throw new Error(installed.stderr);
  const packages = join(folder, 'node_modules');
  return {
    root,
    folder,
    async checkOut(name, work, how = { installed: true }) {
      const copy = join(root, name);
      await cp(folder, copy, { recursive: true, filter: (path) => !path.startsWith(packages) });
      await cp(join(PROJECT, work), join(copy, 'exercises'), { recursive: true });
      if (how.installed) await symlink(packages, join(copy, 'node_modules'));
      return copy;
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}
