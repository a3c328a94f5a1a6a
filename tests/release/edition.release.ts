import { createHash } from 'node:crypto';
import { cp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { course } from '#grader/course/course.ts';
import { reportSchema } from '#grader/model/report.ts';
import { pathOfWork } from '#grader/release/edition.ts';
import { PROJECT, run as runKit } from '../support/cli.ts';
import { releaseEdition, type TestEdition } from '../support/edition.ts';
import { follow } from '../support/running.ts';
import { bash } from '../support/workflows.ts';

let edition: TestEdition;
beforeAll(async () => {
  edition = await releaseEdition();
});
afterAll(() => edition.remove());

const grade = (folder: string, ...args: string[]) => bash(`npm run --silent grade -- ${args.join(' ')}`, folder, {});

/** The bytes of all files in a folder. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

describe('the student edition, installed', () => {
  test('takes at most 60 MB, with what npm run practice needs', async () => {
    const small = await sizeOf(edition.folder);
    const whole = await edition.checkOut('whole', 'exercises', { installed: false });
    expect(await bash('npm ci --no-audit --no-fund', whole, {})).toMatchObject({ code: 0 });
    const large = await sizeOf(whole);
    console.log(`edition: ${(small / 1e6).toFixed(1)} MB for CI, ${(large / 1e6).toFixed(1)} MB for a student`);
    expect(large).toBeLessThan(60e6);
    const practice = await bash('npm run --silent practice -- 1', whole, {});
    expect([practice.code, practice.stdout]).toEqual([0, expect.stringContaining('likelihood is not started yet')]);
  });

  test.each(['exercises', 'solutions', 'tests/fixtures/partial'])(
    'grades %s as the kit does, byte for byte',
    async (work) => {
      const folder = await edition.checkOut(`same-${work.replaceAll('/', '-')}`, work);
      const args = ['--submission', 'exercises', '--reporter', 'json'];
      const own = await grade(folder, ...args);
      expect([own.code, own.stderr]).toEqual([0, '']);
      const kit = await runKit(['grade', '--submission', join(folder, 'exercises'), '--reporter', 'json']);
      expect(own.stdout).toBe(kit.stdout);
      expect(reportSchema.parse(JSON.parse(own.stdout)).exercises).toHaveLength(12);
    },
  );

  test('keeps what V8 compiled of its program and for an exercise, more once more of it runs, and makes nothing of a spoiled file', async () => {
    const folder = await edition.checkOut('kept', 'exercises', { installed: false });
    expect(await bash('npm ci --omit=dev --no-audit --no-fund', folder, {})).toMatchObject({ code: 0 });
    const kept = join(folder, 'node_modules/.cache/flow-grade');
    const file = join(kept, 'code-06');
    const program = join(kept, 'code-grade');
    const names = async () => (await readdir(kept)).sort();
    const code = async () =>
      createHash('sha256')
        .update(await readFile(file))
        .digest('hex');
    expect((await grade(folder, '6')).stdout).toContain('0/15');
    expect(await names()).toEqual(['code-grade', 'world']);
    const { mtimeMs } = await stat(program);

    const work = join(folder, 'exercises/06-euler-cnf/euler.ts');
    const right = await readFile(join(PROJECT, 'solutions/06-euler-cnf/euler.ts'), 'utf8');
    await writeFile(work, right.replace('export function trajectory', 'function trajectory'));
    expect((await grade(folder, '6')).stdout).toMatch(/ [1-9]\d*\/15/);
    const part = await code();
    await cp(join(PROJECT, 'solutions'), join(folder, 'exercises'), { recursive: true });
    const first = await grade(folder, '6');
    expect(await code()).not.toBe(part);
    expect([first.code, first.stderr, first.stdout]).toEqual([0, '', expect.stringContaining('15/15')]);
    const whole = await code();
    expect((await grade(folder, '06-euler-cnf')).stdout).toContain('15/15');
    expect((await grade(folder)).stdout).toContain('extension 60/60');
    expect((await grade(folder, 'euler')).stdout).toContain('15/15');
    expect(await code()).toBe(whole);
    expect(await names()).toEqual(['code-06', 'code-grade', 'world']);
    // V8 took it every time: what it refuses is made anew.
    expect((await stat(program)).mtimeMs).toBe(mtimeMs);

    for (const each of [file, program]) {
      const bytes = await readFile(each);
      await writeFile(each, bytes.fill((bytes.at(-1_000) ?? 0) ^ 1, bytes.length - 1_000, bytes.length - 999));
      const spoilt = await readFile(each);
      expect((await grade(folder, '6')).stdout).toBe(first.stdout);
      await grade(folder, '6');
      expect(await readFile(each)).not.toEqual(spoilt);
    }
  });

  test('says that another seed is not for it', async () => {
    const { code, stdout, stderr } = await grade(edition.folder, '--seed', 'x');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^flow-grade: expected values for another seed .*\n$/);
    expect((await grade(edition.folder, '--submission . --changed-files')).stderr).toBe(
      'flow-grade: --changed-files needs the full kit; leave it out\n',
    );
  });

  test('gives hints, and watches', async () => {
    const hint = await bash('npm run --silent hint -- 4', await edition.checkOut('hints', 'exercises'), {});
    expect(hint).toMatchObject({ code: 0, stdout: expect.stringContaining('1 of 3') });
    const watched = await edition.checkOut('watched', 'exercises');
    const watch = follow(process.execPath, [join(watched, 'grader/bin/main.cjs'), 'watch', '1'], {});
    try {
      await watch.until(/not started/);
      await cp(join(PROJECT, 'solutions/01-coin-mle'), join(watched, 'exercises/01-coin-mle'), { recursive: true });
      await watch.until(/10\/10/);
    } finally {
      await watch.kill();
    }
  });

  test('released again over it, keeps the work', async () => {
    const folder = await edition.checkOut('again', 'tests/fixtures/partial');
    await writeFile(join(folder, 'package.json'), '{}');
    const readWork = () => Promise.all(course.map((each) => readFile(join(folder, pathOfWork(each)), 'utf8')));
    const before = await readWork();
    expect(await runKit(['release', '--out', folder])).toMatchObject({ code: 0 });
    expect(await readWork()).toEqual(before);
    expect(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')).name).toBe('flow-grade-exercises');
  });
});
