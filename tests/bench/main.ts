import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureBatch, measureSizes } from './batch.ts';
import { measureGrade } from './grade.ts';
import { type Row, renderTable } from './table.ts';
import { measureWatch } from './watch.ts';

// How fast things are, each speed beside another of the same run. Needs Linux, and a machine with nothing else to do.
// Usage: npm run bench [-- PART…], where PART is grade, watch, batch or sizes. Prints a table, and writes bench.json.

const PARTS: { readonly [part: string]: (folder: string) => Promise<Row[]> } = {
  grade: measureGrade,
  watch: measureWatch,
  batch: measureBatch,
  sizes: measureSizes,
};

const asked = process.argv.slice(2);
const unknown = asked.find((part) => !(part in PARTS));
if (unknown !== undefined) throw new Error(`there is no part ${unknown}; there are ${Object.keys(PARTS).join(', ')}`);
const rows: Row[] = [];
for (const [part, measure] of Object.entries(PARTS)) {
  if (asked.length > 0 && !asked.includes(part)) continue;
  const folder = await mkdtemp(join(tmpdir(), 'flow-grade-bench-'));
  try {
    process.stderr.write(`${part} …\n`);
    rows.push(...(await measure(folder)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
console.log(renderTable(rows));
await writeFile('bench.json', `${JSON.stringify({ node: process.version, rows }, null, 2)}\n`);
