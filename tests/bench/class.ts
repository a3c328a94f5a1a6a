import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeClass } from '../support/class.ts';
import { start } from '../support/running.ts';

const SIZES = { small: 300, large: 3_000 };

/** Two quick exercises, so that the large class does not take hours. */
const EXERCISES = ['01-coin-mle', '02-affine-change-of-variables'];

interface Measured {
  readonly seconds: number;
  /** Most memory that the process had at a time, in MiB. */
  readonly memory: number;
}

/** Prints how long classes of two sizes take, fresh and again, and in how much memory. */
export async function measureClass(root: string): Promise<void> {
  const { small, large } = SIZES;
  const rows: [string, Measured, number][] = [];
  for (const [name, size] of Object.entries(SIZES)) {
    const source = join(root, name);
    await writeClass(source, size, { exercises: EXERCISES, hostile: 0 });
    rows.push([`${size} submissions, fresh`, await measure(source), size]);
    rows.push([`${size} submissions, nothing changed`, await measure(source), size]);
  }
  console.log('two exercises a student, no two files alike but stubs; whole command, start-up included\n');
  console.log('class                                 seconds   a second   ms each   MiB');
  for (const [name, { seconds, memory }, size] of rows) {
    const cells = [
      seconds.toFixed(1).padStart(8),
      (size / seconds).toFixed(1).padStart(10),
      ((1_000 * seconds) / size).toFixed(1).padStart(9),
    ];
    console.log(`${name.padEnd(36)} ${cells.join(' ')} ${memory.toFixed(0).padStart(6)}`);
  }
  const [fresh, again, freshLarge, againLarge] = rows.map(([, measured]) => measured);
  const ratio = (one: number | undefined, other: number | undefined) => ((one ?? 0) / (other ?? 0)).toFixed(2);
  console.log(`\nmemory, ${large} against ${small}, fresh: ${ratio(freshLarge?.memory, fresh?.memory)}`);
  console.log(`memory, ${large} against ${small}, nothing changed: ${ratio(againLarge?.memory, again?.memory)}`);
  console.log(`time, fresh against nothing changed, ${large}: ${ratio(freshLarge?.seconds, againLarge?.seconds)}`);
}

async function measure(source: string): Promise<Measured> {
  const started = performance.now();
  const running = start('batch', source, '--out', `${source}-out`);
  let memory = 0;
  const watch = setInterval(async () => {
    const status = await readFile(`/proc/${running.process.pid}/status`, 'utf8').catch(() => '');
    memory = Math.max(memory, Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0) / 1_024);
  }, 50);
  const code = await running.ended;
  clearInterval(watch);
  if (code !== 0) throw new Error(running.said());
  return { seconds: (performance.now() - started) / 1_000, memory };
}
