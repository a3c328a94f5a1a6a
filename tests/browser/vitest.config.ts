import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// The pages in a real browser, Debian's, which not everybody has, and watching, which takes its time: not part of `npm test`.
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: { include: ['tests/browser/*.browser.ts', 'tests/e2e/*.live.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
});
