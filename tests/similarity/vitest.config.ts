import { defineConfig } from 'vitest/config';

// Needs Dolos, which is too large to be installed with the rest: npm install --no-save @dodona/dolos-lib@3
export default defineConfig({
  test: { include: ['tests/similarity/*.similarity.ts'], testTimeout: 600_000 },
});
