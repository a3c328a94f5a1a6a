import type { Command } from 'commander';
import { readSeed } from './options.ts';
import { checkSeed, PRACTICE_SEED } from './oracle.ts';

/** Registers `watch`. */
export function addWatchCommand(program: Command): void {
  program
    .command('watch')
    .description('grade now and after every save, what it touched')
    .argument('[EXERCISE...]', 'numbers, folder names or parts of one; all when none is given')
    .option('--submission <DIR>', 'a folder shaped like exercises/, or one that contains exercises/')
    .option('--seed <TEXT>', 'which random inputs', readSeed, PRACTICE_SEED)
    .option('--open', 'open a page in the browser that follows every save')
    .option('--poll', 'look at the files twice a second, where they send no events')
    .action(async (names: string[], options: { submission?: string; seed: string; open?: true; poll?: true }) => {
      checkSeed(options.seed);
      const { watchWork } = await import('./watch.ts');
      await watchWork(names, options);
    });
}
