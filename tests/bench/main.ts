import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureClass } from './class.ts';
import { measureWatch } from './watch.ts';

// How fast things are, each speed beside another of the same run. Needs Linux, and a machine with nothing else to do.
// Usage: npm run bench [-- PART…], where PART is watch or class.

const PARTS: { readonly [part: string]: (folder: string) => Promise<void> } = {
  watch: measureWatch,
  class: measureClass,
};

const asked = process.argv.slice(2);
const unknown = asked.find((part) => !(part in PARTS));
if (unknown !== undefined) throw new Error(`there is no part ${unknown}; there are ${Object.keys(PARTS).join(', ')}`);
for (const [part, measure] of Object.entries(PARTS)) {
  if (asked.length > 0 && !asked.includes(part)) continue;
  const folder = await mkdtemp(join(tmpdir(), 'flow-grade-bench-'));
  try {
    await measure(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
