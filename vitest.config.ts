import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take long: most of what they wait for is a command. */
const LONG = /tests\/(e2e\/|unit\/cli\/|unit\/sandbox\/(native|memory|values)\.|unit\/figures\/|course\/planted)/;

/** Begins with what takes long, so that no worker is left alone with it at the end. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [...sorted].sort((a, b) => Number(LONG.test(b.moduleId)) - Number(LONG.test(a.moduleId)));
  }
}

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // Vitest leaves one core free, but most of these tests wait for nothing but a core, and some for a clock.
    maxWorkers: availableParallelism() + 1,
    // The course is loaded once for each worker, not once for each file. No test leaves anything behind for the next.
    isolate: false,
    sequence: { sequencer: LongFirst },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    coverage: {
      provider: 'v8',
      include: ['grader/**/*.ts', 'reference/**/*.ts'],
      reporter: ['text-summary'],
      thresholds: { lines: 90 },
    },
  },
});
