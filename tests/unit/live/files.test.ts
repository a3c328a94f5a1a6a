import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sendsNoEvents } from '#grader/live/files.ts';

const WSL = 'Linux version 5.15.146.1-microsoft-standard-WSL2';

it('knows where files send no events', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'files-'));
  expect(sendsNoEvents(folder, 'linux', WSL)).toBe(false);
  expect(sendsNoEvents('/mnt/c/no-such-folder', 'linux', WSL)).toBe(false);
  expect(sendsNoEvents(folder, 'linux', 'Linux version 6.1.0')).toBe(false);
  expect(sendsNoEvents(folder, 'darwin', WSL)).toBe(false);
  await rm(folder, { recursive: true });
});
