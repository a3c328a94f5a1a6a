import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { Exercise } from '../model/exercise.ts';
import { EXERCISES } from '../practice/environment.ts';

/** The checks as tests, from the project's folder: bundled beside this module, or as they are written. */
const CHECKS = existsSync(new URL('./checks.practice.mjs', import.meta.url))
  ? 'grader/bin/checks.practice.mjs'
  : 'grader/practice/checks.practice.ts';

/** Registers `practice`; `end` is told the exit code: 0 when all that is started passes, 1 otherwise. */
export function addPracticeCommand(program: Command, end: (code: number) => void): void {
  program
    .command('practice')
    .description('the same checks as Vitest tests in this process, for breakpoints and editors')
    .argument('[EXERCISE...]', 'numbers, folder names or parts of one; all when none is given')
    .action(async (names: string[]) => {
      const [{ course }, { chooseExercises }] = await Promise.all([
        import('../course/course.ts'),
        import('./choose.ts'),
      ]);
      end(await practise(chooseExercises(names, course)));
    });
}

async function practise(exercises: readonly Exercise[]): Promise<number> {
  process.env[EXERCISES] = exercises.map(({ id }) => id).join(',');
  const { startVitest } = await import('vitest/node');
  const vitest = await startVitest('test', [], {
    config: false,
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: [CHECKS],
    // Every law by name, and why one was left out.
    reporters: ['verbose'],
    // A breakpoint may be looked at for as long as it takes.
    testTimeout: 0,
    run: true,
    watch: false,
  });
  await vitest.close();
  return vitest.state.getCountOfFailedTests() === 0 ? 0 : 1;
}
