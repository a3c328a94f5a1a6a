import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// The course's checks as ordinary tests of a submission's modules.
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: { include: ['grader/practice/checks.practice.ts'], testTimeout: 0 },
});
