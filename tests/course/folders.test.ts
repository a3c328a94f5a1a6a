import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { hintsIn } from '#grader/cli/hints.ts';
import { course } from '#grader/course/course.ts';
import { loadExercise } from '#grader/course/load.ts';
import { pointsOf } from '#grader/model/exercise.ts';

const project = new URL('../../', import.meta.url);

const listed = (folder: string) => readdir(new URL(folder, project), { recursive: true });

describe('the course', () => {
  test('has 100 core points and 60 of the extension', () => {
    const points = (core: boolean) =>
      course.filter((exercise) => exercise.core === core).reduce((sum, exercise) => sum + pointsOf(exercise), 0);
    expect([points(true), points(false)]).toEqual([100, 60]);
  });

  test('is in the order of the lecture, twelve exercises', () => {
    expect(course.map(({ id }) => Number(id.slice(0, 2)))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  test('gives every check an id of its own that begins with its exercise’s number', () => {
    const ids = course.flatMap(({ checks }) => checks.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, checks } of course) {
      for (const check of checks)
        expect(check.id).toMatch(new RegExp(`^${id.slice(0, 2)}\\.[a-z][a-z-]*\\.[a-z][a-z-]*$`));
    }
  });

  test('has nothing unlisted in the exercise folders', async () => {
    const files = course.flatMap(({ id, file }) => [id, `${id}/${file}`, `${id}/README.md`]);
    expect((await listed('exercises')).sort()).toEqual([...files, 'types.ts'].sort());
    const solutions = course.flatMap(({ id, file }) => [id, `${id}/${file}`]);
    expect((await listed('solutions')).sort()).toEqual([...solutions, 'types.ts'].sort());
  });
});

describe.each(course.map((exercise) => [exercise.id, exercise] as const))('%s', (_id, exercise) => {
  const { id, file, functions, checks, misconceptions } = exercise;

  test('is loaded by its id', async () => {
    expect(await loadExercise(id)).toBe(exercise);
  });
  const read = (path: string) => readFile(new URL(path, project), 'utf8');

  test('has whole points, laws for titles and hints for all checks', () => {
    for (const { points, title, hint, function: name } of checks) {
      expect(Number.isInteger(points) && points > 0).toBe(true);
      expect(title.trim()).not.toBe('');
      expect(hint.trim().length).toBeGreaterThan(10);
      expect(Object.keys(functions)).toContain(name);
    }
    for (const { hint } of misconceptions) expect(hint.trim().length).toBeGreaterThan(10);
    expect(new Set(misconceptions.map((known) => known.id)).size).toBe(misconceptions.length);
  });

  test('checks every function, first by an example', () => {
    for (const name of Object.keys(functions)) {
      const first = checks.find((check) => check.function === name);
      expect(['example', 'statistic'], name).toContain(first?.kind);
    }
  });

  test('has a stub with one line per function, and a solution with the same exports', async () => {
    const stub = await read(`exercises/${id}/${file}`);
    const solution = await read(`solutions/${id}/${file}`);
    const exported = (text: string) => [...text.matchAll(/^export function (\w+)/gm)].map(([, name]) => name);
    expect(exported(stub)).toEqual(Object.keys(functions));
    expect(exported(solution)).toEqual(Object.keys(functions));
    for (const name of Object.keys(functions)) expect(stub).toContain(`{\n  throw new Error('TODO: ${name}');\n}`);
    expect(stub.match(/throw /g)).toHaveLength(Object.keys(functions).length);
  });

  test('has a README with three folded hints, a folded answer and the commands to run', async () => {
    const readme = await read(`exercises/${id}/README.md`);
    const hints = [...readme.matchAll(/<summary>Hint (.*?)<\/summary>/g)].map(([, level]) => level);
    expect(hints).toEqual(['1', '2', '3']);
    expect(hintsIn(readme)).toHaveLength(3);
    for (const hint of hintsIn(readme)) expect(hint.length).toBeGreaterThan(40);
    expect(readme).toMatch(/<details>\s*<summary>Answer<\/summary>/);
    expect(readme).toContain(`npm run grade -- ${Number(id.slice(0, 2))}`);
    expect(readme).toContain(`npm run practice -- ${Number(id.slice(0, 2))}`);
    for (const name of Object.keys(functions)) expect(readme).toContain(`${name}(`);
  });
});
