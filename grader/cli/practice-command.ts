import { fileURLToPath } from 'node:url';
import { startVitest } from 'vitest/node';
import type { Exercise } from '../model/exercise.ts';
import { EXERCISES } from '../practice/environment.ts';

/**
 * `npm run practice`: the checks of some exercises as Vitest tests, in this process.
 *
 * @returns the exit code: 0 when all that is started passes, 1 otherwise
 */
export async function practiceCommand(exercises: readonly Exercise[]): Promise<number> {
  process.env[EXERCISES] = exercises.map(({ id }) => id).join(',');
  const config = fileURLToPath(new URL('../practice/vitest.config.ts', import.meta.url));
  const vitest = await startVitest('test', [], { config, run: true, watch: false });
  await vitest.close();
  return process.exitCode === undefined ? 0 : Number(process.exitCode);
}
