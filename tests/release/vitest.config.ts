import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/release/*.release.ts'],
    // Each installs packages, and grades with all cores.
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
