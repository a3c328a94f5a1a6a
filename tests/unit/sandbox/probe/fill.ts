// A process that has one thread fill one machine after another with the functions named; it prints what came of each,
// and how much memory the whole process took at most.
import { readFile } from 'node:fs/promises';
import { Probe } from './probe.ts';

const [file = '', ...names] = process.argv.slice(2);
const source = await readFile(file, 'utf8');
const probe = new Probe();
const outcomes = await probe.ask({ source, calls: names.map((name) => [name, []] as const), fuel: 1e9 });
await probe.end();
console.log(JSON.stringify({ outcomes, peak: process.resourceUsage().maxRSS * 1_024 }));
