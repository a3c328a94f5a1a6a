import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/class/*.class.ts'],
    // The commands use all cores by themselves.
    fileParallelism: false,
    testTimeout: 3_600_000,
    hookTimeout: 3_600_000,
  },
});
