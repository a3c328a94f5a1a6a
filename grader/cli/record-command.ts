import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { writeWhole } from '../engine/write-whole.ts';
import { recordingOf } from './oracle.ts';

/** Registers `record`, which writes the expected values for the default seed. */
export function addRecordCommand(program: Command): void {
  program
    .command('record')
    .description('write the expected values for the default seed, as the reference gives them now')
    .action(async () => {
      const { record } = await import('./record.ts');
      for (const { exercise, task, recording } of await record()) {
        const file = recordingOf(exercise, task);
        await mkdir(new URL('.', file), { recursive: true });
        await writeWhole(fileURLToPath(file), `${JSON.stringify(recording, null, 1)}\n`);
      }
    });
}
