import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { PROJECT } from '../support/project.ts';
import type { Command } from './measure.ts';

const VITEST = join(PROJECT, 'node_modules/vitest/vitest.mjs');
const HERE = fileURLToPath(new URL('.', import.meta.url));

/** How the tests of a submission are laid out: a file for each exercise, or one for all. */
export type Layout = 'a file each' | 'one file';

/**
 * Vitest over the same checks, on a submission's modules in its own process: what the workflow of a classroom runs once
 * for each submission today.
 *
 * @param root  where the tests may be written
 * @param submission  whose work is all right
 */
export async function vitestOver(
  root: string,
  submission: string,
  exercises: readonly string[],
  layout: Layout = 'a file each',
): Promise<Command> {
  const folder = await mkdtemp(join(root, 'vitest-'));
  await symlink(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  const files = layout === 'one file' ? [exercises] : exercises.map((id) => [id]);
  for (const [index, ids] of files.entries()) {
    const imports = ids.map((id, at) => `import * as checks${at} from '${join(PROJECT, 'grader/course', id)}.ts';\n`);
    // Such a module exports the exercise and nothing else.
    const calls = ids.map((_, at) => `for (const each of Object.values(checks${at})) await practise(each, folder);\n`);
    const text = [
      `import { practise } from '${join(PROJECT, 'grader/practice/practise.ts')}';\n`,
      ...imports,
      `const folder = '${pathToFileURL(submission).href}';\n`,
      ...calls,
    ];
    await writeFile(join(folder, `exercise-${index + 1}.test.ts`), text.join(''));
  }
  return { args: [VITEST, 'run', '--root', folder, '--testTimeout', '0'] };
}

/** Vitest, with nothing but one trivial test in each of twelve files. */
export async function bareVitest(root: string): Promise<Command> {
  const folder = await writeTests(join(root, 'bare-vitest'), "import { expect, test } from 'vitest';\n", PROJECT);
  return { args: [VITEST, 'run', '--root', folder] };
}

/** Jest with Babel's TypeScript preset, with nothing but one trivial test in each of twelve files. */
export async function bareJest(root: string): Promise<Command> {
  const jest = join(HERE, 'jest');
  // A dependency of the benchmark alone.
  if (!existsSync(join(jest, 'node_modules'))) execFileSync('npm', ['ci', '--ignore-scripts'], { cwd: jest });
  const folder = await writeTests(join(root, 'bare-jest'), '', jest);
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  const presets = "['@babel/preset-env', { targets: { node: 'current' } }], '@babel/preset-typescript'";
  await writeFile(join(folder, 'babel.config.cjs'), `module.exports = { presets: [${presets}] };\n`);
  return { args: [join(jest, 'node_modules/jest/bin/jest.js'), '--no-cache'], cwd: folder };
}

async function writeTests(folder: string, head: string, installed: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await symlink(join(installed, 'node_modules'), join(folder, 'node_modules'));
  for (let number = 1; number <= 12; number += 1) {
    const text = `${head}const one: number = 1;\ntest('adds', () => expect(one + 1).toBe(2));\n`;
    await writeFile(join(folder, `trivial-${number}.test.ts`), text);
  }
  return folder;
}
