import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { writeWhole } from '../engine/write-whole.ts';
import { recordingOf } from './oracle.ts';

/** Where the report's format is described for other programs. */
export const SCHEMA = new URL('../../report.schema.json', import.meta.url);

/** Registers `record`, which writes what is generated from the code: expected values, and the report's format. */
export function addRecordCommand(program: Command): void {
  program
    .command('record')
    .description(
      'write the expected values for the default seed, as the reference gives them now, and report.schema.json',
    )
    .action(async () => {
      const [{ record }, { describeFormat }] = await Promise.all([import('./record.ts'), import('../model/report.ts')]);
      await writeWhole(fileURLToPath(SCHEMA), describeFormat());
      for (const { exercise, task, recording } of await record()) {
        const file = recordingOf(exercise, task);
        await mkdir(new URL('.', file), { recursive: true });
        await writeWhole(fileURLToPath(file), `${JSON.stringify(recording, null, 1)}\n`);
      }
    });
}
