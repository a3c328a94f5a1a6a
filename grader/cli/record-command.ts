import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { RECORDING } from './oracle.ts';
import { writeWhole } from './outputs.ts';

/** Registers `record`, which writes the expected values for the default seed. */
export function addRecordCommand(program: Command): void {
  program
    .command('record')
    .description('write the expected values for the default seed, as the reference gives them now')
    .action(async () => {
      const { record } = await import('./record.ts');
      const text = `${JSON.stringify(await record(), null, 1)}\n`;
      await mkdir(new URL('.', RECORDING), { recursive: true });
      await writeWhole(fileURLToPath(RECORDING), text);
    });
}
