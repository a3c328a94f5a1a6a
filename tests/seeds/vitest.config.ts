import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Right answers under many seeds, planted and known wrong ones under one: long, and therefore not part of `npm test`.
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: { include: ['tests/seeds/*.seeds.ts'], maxWorkers: availableParallelism(), testTimeout: 7_200_000 },
});
