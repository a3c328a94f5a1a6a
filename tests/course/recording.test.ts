import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { agrees, isClose } from '#grader/checks/closeness.ts';
import { recordingOf } from '#grader/cli/oracle.ts';
import { record } from '#grader/cli/record.ts';
import type { Recording } from '#grader/engine/recorded-oracle.ts';
import type { Value } from '#grader/model/value.ts';

const recordings = await record();

test.each(recordings)(
  '$exercise has the values recorded that the reference gives now, to $task (npm run record)',
  async ({ exercise, task, recording: fresh }) => {
    const recorded: Recording = JSON.parse(await readFile(recordingOf(exercise, task), 'utf8'));
    expect(recorded.seed).toBe(fresh.seed);
    expect(Object.keys(recorded.values)).toEqual(Object.keys(fresh.values));
    for (const [quantity, values] of Object.entries(fresh.values)) {
      const kept = recorded.values[quantity] ?? {};
      expect(Object.keys(kept), quantity).toEqual(Object.keys(values));
      // Other versions of Node may differ in the last bit of exp, log and tanh.
      const close = (a: number, b: number) => isClose(a, b, { abs: 1e-13, rel: 1e-12 });
      for (const [digest, value] of Object.entries(values)) {
        expect(agrees(kept[digest] as Value, value as Value, close), `${quantity} ${digest}`).toBe(true);
      }
    }
  },
);
