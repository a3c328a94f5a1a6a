import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Option } from 'commander';
import type { Withholding } from '../engine/withhold.ts';
import { nameOfPath, UsageError } from '../model/usage-error.ts';
import { PRACTICE_SEED } from './oracle.ts';

/** What `grade` and `batch` are told about the inputs. */
export interface SeedOptions {
  readonly seed: string;
  readonly secretSeedFrom?: string;
  readonly counterexamples: boolean;
}

/** A seed that stands in no command line, and so in no shell's history, list of processes or log of a workflow. */
export function secretSeedOption(): Option {
  return new Option(
    '--secret-seed-from <FILE>',
    'read the seed from a file, or from standard input (-), and keep it and its inputs out of the reports',
  ).conflicts('seed');
}

export const NO_COUNTEREXAMPLES = 'show no input in the reports, not even of a check that fails';

/**
 * The seed that was asked for, and what reports must not say because of it.
 *
 * @throws UsageError when the secret seed cannot be read, or is none
 */
export async function chooseSeed({
  seed,
  secretSeedFrom,
  counterexamples,
}: SeedOptions): Promise<{ readonly seed: string; readonly withholding: Withholding }> {
  const isSecret = secretSeedFrom !== undefined;
  return {
    seed: isSecret ? await readSecretSeed(secretSeedFrom) : seed,
    withholding: { seed: isSecret, counterexamples: !counterexamples },
  };
}

async function readSecretSeed(path: string): Promise<string> {
  const name = path === '-' ? 'standard input' : nameOfPath(path);
  const content = path === '-' ? text(process.stdin) : readFile(path, 'utf8');
  const seed = await content.catch(({ code }: NodeJS.ErrnoException) => {
    throw new UsageError(
      code === 'ENOENT'
        ? `there is no file ${name}; --secret-seed-from takes the file that the seed stands in, or - for standard input`
        : `cannot read the secret seed from ${name} (${code})`,
    );
  });
  // An editor ends a file with the end of a line.
  const trimmed = seed.trim();
  if (trimmed === '') throw new UsageError(`the secret seed from ${name} is empty; put a long random text there`);
  if (trimmed === PRACTICE_SEED) {
    throw new UsageError(
      `the secret seed from ${name} is the default seed, which everybody knows; put a long random text there`,
    );
  }
  return trimmed;
}
