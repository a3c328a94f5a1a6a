import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startGrader } from '#grader/cli/hands.ts';
import { course } from '#grader/course/course.ts';
import { PROJECT } from '../../support/project.ts';

const exercise = course.find(({ id }) => id === '02-affine-change-of-variables');
if (exercise === undefined) throw new Error('no exercise 2');
const { id, file } = exercise;
const right = await readFile(join(PROJECT, 'solutions', id, file), 'utf8');
const fileOf = (text: string) => ({ path: `${id}/${file}`, bytes: new TextEncoder().encode(text) });
const STILL = 'return (new Array(2 ** 32 - 1) + "").length;';
const still = right.replace('return map.a * x + map.b;', STILL);

const before = process.stdout.listenerCount('error');
const grader = startGrader(1);
afterAll(() => grader.end());

test('a thread leaves the process’s own streams alone, of which many threads would be too much', () => {
  expect(process.stdout.listenerCount('error')).toBe(before);
});

test('code that stands still is ended with its thread, which goes on with what is next', async () => {
  expect(still).not.toBe(right);
  const controller = new AbortController();
  let begin = () => {};
  const started = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const following = { onStart: () => begin(), signal: controller.signal };
  const given = expect(grader.gradeFile(exercise, fileOf(still), 'practice', undefined, following)).rejects.toThrow(
    'enough',
  );
  await started;
  const next = grader.gradeFile(exercise, fileOf(right), 'practice');
  controller.abort(new Error('enough'));
  await given;
  expect((await next).status).toBe('passed');
});

test('what is given up before a thread is free is never begun', async () => {
  const controller = new AbortController();
  const first = grader.gradeFile(exercise, fileOf(right), 'practice');
  let begun = false;
  const following = {
    onStart: () => {
      begun = true;
    },
    signal: controller.signal,
  };
  const second = grader.gradeFile(exercise, fileOf(right), 'practice', undefined, following);
  const refused = expect(second).rejects.toThrow('enough');
  controller.abort(new Error('enough'));
  await refused;
  expect((await first).status).toBe('passed');
  expect(begun).toBe(false);
});
