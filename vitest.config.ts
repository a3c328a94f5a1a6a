import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // Vitest leaves one core free, but most of these tests wait for nothing but a core, and some for a clock.
    maxWorkers: availableParallelism() + 1,
    // The course is loaded once for each worker, not once for each file. No test leaves anything behind for the next.
    isolate: false,
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
