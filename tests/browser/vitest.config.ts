import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// The pages in a real browser, Debian's: not everybody has it, and therefore not part of `npm test`.
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: { include: ['tests/browser/*.browser.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
});
