import type { Command } from 'commander';
import { collect } from './options.ts';

interface MergeOptions {
  readonly out: string;
  readonly gradebook?: readonly string[];
  readonly assignment?: string;
}

/** Registers `merge`, which puts the shards of a class together. */
export function addMergeCommand(program: Command): void {
  program
    .command('merge')
    .description('put the results of all shards of a class together')
    .argument('<SHARD...>', 'the folders that npm run batch -- --shard I/N wrote')
    .requiredOption('--out <DIR>', 'where the results of the whole class are written')
    .option('--gradebook <KIND=FILE>', 'canvas=FILE or moodle=FILE: fill the grades into its export', collect)
    .option('--assignment <TITLE>', 'which assignment of a Canvas gradebook to fill')
    .action(async (folders: string[], options: MergeOptions) => {
      const { readGradebooks, writeClass } = await import('./class-results.ts');
      const gradebooks = await readGradebooks(options.gradebook ?? [], options.assignment);
      const { mergeShards } = await import('../batch/shards.ts');
      const { store, plan } = await mergeShards(folders, options.out);
      await writeClass(store, plan, gradebooks, undefined);
    });
}
