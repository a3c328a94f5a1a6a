import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { course } from '#grader/course/course.ts';
import { PROJECT } from '../support/project.ts';
import { start } from '../support/running.ts';
import { median } from './measure.ts';
import { type Row, row } from './table.ts';

/** Saves of each exercise; the median counts. */
const SAVES = 9;

/** Longest that a new verdict may take, in milliseconds; the fit of exercise 10 is exempt. */
const BOUND = 300;

/** How long it takes from a save to the new verdict, with all solutions watched. */
export async function measureWatch(root: string): Promise<Row[]> {
  await cp(join(PROJECT, 'solutions'), root, { recursive: true });
  const rows: Row[] = [];
  const watch = start('watch', '--submission', root);
  try {
    await watch.until(/Everything passes/);
    for (const { id, file } of course) {
      const path = join(root, id, file);
      const text = await readFile(path, 'utf8');
      const times: number[] = [];
      for (let save = 1; save <= SAVES; save += 1) {
        const from = watch.said().length;
        const started = performance.now();
        await writeFile(path, `${text}// ${save}\n`);
        await watch.until(/Everything passes/, from);
        times.push(performance.now() - started);
      }
      rows.push(
        row(
          `from a save to the new verdict, ${id}`,
          { what: 'median', value: median(times), unit: 'ms' },
          { what: id.startsWith('10') ? 'bound of the others' : 'bound', value: BOUND, unit: 'ms' },
          { atMost: id.startsWith('10') ? 10 : 1 },
        ),
      );
    }
    return rows;
  } finally {
    await watch.kill();
  }
}
