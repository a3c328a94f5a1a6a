import { readFileSync } from 'node:fs';
import { UsageError } from '../model/usage-error.ts';

/** The values of an option that may be given several times. */
export function collect(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, value];
}

export function readSeed(text: string): string {
  if (text.trim() === '') throw new UsageError('--seed is empty; give any text, or leave it out');
  return text;
}

/** A number of things to do at a time. */
export function readJobs(text: string): number {
  const jobs = Number(text);
  if (/^\d+$/.test(text) && jobs >= 1 && jobs <= 1_024) return jobs;
  throw new UsageError(`--jobs takes a whole number from 1 to 1024, not ${JSON.stringify(text)}`);
}

/** Version of the kit. */
export function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
