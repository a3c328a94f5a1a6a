import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// The exercises' checks as ordinary tests on the student's own modules, for breakpoints and editors.
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['grader/practice/checks.practice.ts'],
    // Every law by name, and why one was left out.
    reporters: ['verbose'],
    // A breakpoint may be looked at for as long as it takes.
    testTimeout: 0,
  },
});
