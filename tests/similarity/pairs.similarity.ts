import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listClass } from '#grader/batch/class-list.ts';
import { findHandIns } from '#grader/batch/layouts.ts';
import { findSimilar, loadDolos } from '#grader/batch/similarity.ts';
import { DiskSource } from '#grader/batch/trees.ts';
import { course } from '#grader/course/course.ts';
import { PROJECT, submissionFrom } from '../support/cli.ts';

const stubs = new URL('../../exercises/', import.meta.url);

test('renamed copies are a pair; other solutions, stubs and what does not parse are none', async () => {
  const source = await submissionFrom('tests/fixtures/attacks', {});
  const hand = async (student: string, from: string, change = (text: string) => text) => {
    const home = join(source, student);
    for (const { id, file } of course) {
      await mkdir(join(home, id), { recursive: true });
      await writeFile(join(home, id, file), change(await readFile(join(PROJECT, from, id, file), 'utf8')));
    }
  };
  await hand('anna', 'solutions');
  await hand(
    'bert',
    'solutions',
    (text) => `// my own work\n${text.replaceAll('layer', 'schicht').replaceAll('map', 'm')}`,
  );
  await hand('cora', 'tests/fixtures/styles/closures');
  await hand('dora', 'tests/fixtures/styles/loops');
  await hand('emil', 'exercises');
  await hand('finn', 'exercises');
  await hand('gert', 'solutions', (text) => text.slice(0, text.length / 20));
  await cp(join(PROJECT, 'LICENSE'), join(source, 'LICENSE'));
  const download = await findHandIns(new DiskSource(source), 'class', course);
  const { entries } = listClass(download, undefined);
  const pairs = await findSimilar(await loadDolos(), entries, course, stubs, source);
  expect(new Set(pairs.map(({ left, right }) => `${left} ${right}`))).toEqual(new Set(['anna bert']));
  expect(new Set(pairs.map(({ exercise }) => exercise)).size).toBe(12);
  expect(pairs.every(({ similarity, longest }) => similarity >= 0.6 && similarity <= 1 && longest >= 15)).toBe(true);
  expect(await findSimilar(await loadDolos(), [...entries].reverse(), course, stubs, source)).toEqual(pairs);
});
