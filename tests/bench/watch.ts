import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { course } from '#grader/course/course.ts';
import { PROJECT } from '../support/project.ts';
import { start } from '../support/running.ts';

/** Saves of each exercise; the median counts. */
const SAVES = 9;

/** Prints how long it takes from a save to the new verdict, with all solutions watched. */
export async function measureWatch(root: string): Promise<void> {
  await cp(join(PROJECT, 'solutions'), root, { recursive: true });
  const watch = start('watch', '--submission', root);
  try {
    await watch.until(/Everything passes/);
    console.log('from a save to the new verdict, all solutions watched, median of', SAVES, 'saves\n');
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
      const sorted = times.sort((a, b) => a - b);
      const [median, worst] = [sorted[Math.floor(SAVES / 2)] ?? 0, sorted.at(-1) ?? 0];
      console.log(`${id.padEnd(32)} ${median.toFixed(0).padStart(6)} ms   (worst ${worst.toFixed(0)})`);
    }
  } finally {
    await watch.kill();
  }
}
