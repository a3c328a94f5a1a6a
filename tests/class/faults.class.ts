import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { PROJECT } from '../support/project.ts';
import { follow } from '../support/running.ts';

const root = await mkdtemp(join(tmpdir(), 'flow-grade-faults-'));
afterAll(() => rm(root, { recursive: true, force: true }));

test('a fault of the grader is nobody’s zero: it is said, the exit code is 3, and the same command mends it', async () => {
  const kit = join(root, 'kit');
  for (const part of ['grader', 'exercises', 'reference', 'package.json', 'tsconfig.json']) {
    await cp(join(PROJECT, part), join(kit, part), { recursive: true });
  }
  await symlink(join(PROJECT, 'node_modules'), join(kit, 'node_modules'));
  for (const student of ['alice', 'bob']) await mkdir(join(root, 'class', student), { recursive: true });
  await cp(join(PROJECT, 'solutions/01-coin-mle/coin.ts'), join(root, 'class/alice/coin.ts'));
  await cp(join(PROJECT, 'solutions/02-affine-change-of-variables/affine.ts'), join(root, 'class/bob/affine.ts'));
  const recording = join(kit, 'grader/course/recorded/02-affine-change-of-variables.json');
  const whole = await readFile(recording);
  await writeFile(recording, '{"seed":"practice","values":{}}');

  const main = join(kit, 'grader/build/start.mjs');
  const grade = async () => {
    const args = [main, 'batch', join(root, 'class'), '--out', join(root, 'out')];
    const running = follow(process.execPath, args);
    return {
      code: await running.ended,
      output: running.said(),
      grades: await readFile(join(root, 'out/grades.csv'), 'utf8'),
    };
  };
  const first = await grade();
  expect(first.code).toBe(3);
  expect(first.output.trim().split('\n').at(-1)).toBe(
    'flow-grade: the grader itself failed: it could not judge 1 submission; run the same command again; ' +
      'this costs no points, please report it',
  );
  expect(first.grades).toMatch(/^alice,,graded,10,160,/m);
  expect(first.grades).toMatch(/^bob,,review,,,,.*the grader itself failed in \d+ checks, the first is 02\./m);

  await writeFile(recording, whole);
  const second = await grade();
  expect(second.code).toBe(0);
  expect(second.grades).toMatch(/^alice,,graded,10,160,/m);
  expect(second.grades).toMatch(/^bob,,graded,15,160,/m);
});
