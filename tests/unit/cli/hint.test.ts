import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { showHint } from '#grader/cli/hint-command.ts';
import { hintsIn, takeHint } from '#grader/cli/hints.ts';
import { course } from '#grader/course/course.ts';
import { columnsOf } from '#grader/reporters/columns.ts';
import { renderHint } from '#grader/reporters/hint.ts';
import { run } from '../../support/in-process.ts';
import { PROJECT } from '../../support/project.ts';

const PLANAR = { id: '04-planar-log-det', title: 'Planar log-det' };

let project: string;

beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'hint-'));
  await cp(join(PROJECT, 'exercises'), join(project, 'exercises'), { recursive: true });
});

afterEach(() => rm(project, { recursive: true, force: true }));

const noted = () => readFile(join(project, '.flow-grade/hints.json'), 'utf8');

describe('taking hints', () => {
  it('goes from the weakest to the strongest, and stays there', async () => {
    const taken = [];
    for (let times = 0; times < 5; times += 1) taken.push(await takeHint(PLANAR, undefined, project));
    expect(taken.map(({ level }) => level)).toEqual([1, 2, 3, 3, 3]);
    expect(taken.map(({ isAgain }) => isAgain)).toEqual([false, false, false, true, true]);
    expect(taken[0]?.text).toMatch(/^Everything here is made of dot products/);
    expect(new Set(taken.map(({ text }) => text)).size).toBe(3);
  });

  it('remembers each exercise by itself, and of a level that was asked for the strongest', async () => {
    const level = async (id: string, asked?: number) => (await takeHint({ id }, asked, project)).level;
    expect(await level('01-coin-mle', 2)).toBe(2);
    expect(await level('01-coin-mle', 1)).toBe(1);
    expect(await level('04-planar-log-det')).toBe(1);
    expect(await level('01-coin-mle')).toBe(3);
    expect(JSON.parse(await noted())).toEqual({ '01-coin-mle': 3, '04-planar-log-det': 1 });
    expect(await readdir(join(project, '.flow-grade'))).toEqual(['hints.json']);
  });

  it.each(['', '{', 'null', '3', '[]', '{"04-planar-log-det": 7}', '{"04-planar-log-det": "2"}', '{"__proto__": 2}'])(
    'begins anew with a file that holds %j',
    async (text) => {
      await mkdir(join(project, '.flow-grade'));
      await writeFile(join(project, '.flow-grade/hints.json'), text);
      expect((await takeHint(PLANAR, undefined, project)).level).toBe(1);
      expect((await takeHint(PLANAR, undefined, project)).level).toBe(2);
    },
  );

  it('gives the hint also where nothing can be written, and says so', async () => {
    await writeFile(join(project, '.flow-grade'), 'a file where the folder would be');
    const err = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(await showHint('planar', undefined, project)).toContain('Everything here is made of dot products');
    expect(err.mock.calls.join('')).toBe(
      'flow-grade: cannot write .flow-grade/hints.json; say which hint you want: npm run hint -- planar 2\n',
    );
    err.mockRestore();
    await chmod(join(project, '.flow-grade'), 0o644);
  });
});

describe('hints of a text', () => {
  it('are those of its folded parts that are called so', () => {
    const text =
      '<details><summary>Hint 1</summary>\r\n\r\none\r\n\r\n</details>\n<details><summary>Answer</summary>no</details>';
    expect(hintsIn(`${text}<details>\n<summary>Hint 2</summary>two\n</details>`)).toEqual(['one', 'two']);
  });
});

describe('a hint on a terminal', () => {
  const show = (text: string, rest = {}, width = 80) =>
    renderHint({ exercise: PLANAR, level: 1, of: 3, text, isAgain: false, ...rest }, { color: false, width });

  it('fills paragraphs to the width, and leaves code as it stands', () => {
    const text = 'One\nparagraph, `a  b`.\n\n```ts\nif (a)\n    b();\n```\nAnother.';
    expect(show(text)).toBe(
      '  4 · Planar log-det · hint 1 of 3\n\n    One paragraph, `a  b`.\n\n      if (a)\n          b();\n\n    Another.\n\n    The next one: npm run hint -- 4\n',
    );
  });

  it('breaks no code that a line can hold', () => {
    const code = `\`${'x + '.repeat(9)}x\``;
    expect(show(`${'word '.repeat(10)}${code} end`, {}, 60)).toContain(`\n    ${code} end\n`);
  });

  it('says what comes next', () => {
    expect(show('x', { level: 2 })).toContain('The next one: npm run hint -- 4 (the last)\n');
    expect(show('x', { level: 3 })).toContain('This is the last hint.\n');
    expect(show('x', { level: 3, isAgain: true })).toContain('There are no more hints; this is the last one again.\n');
  });

  it.each(course.map((exercise) => [exercise.id, exercise] as const))(
    'has room for those of %s',
    async (_id, exercise) => {
      for (const level of [1, 2, 3]) {
        const { text } = await takeHint(exercise, level, project);
        for (const width of [80, 60]) {
          const lines = renderHint({ exercise, level, of: 3, text, isAgain: false }, { color: false, width }).split(
            '\n',
          );
          expect(lines.filter((line) => columnsOf(line) > width)).toEqual([]);
        }
      }
    },
  );
});

describe('a call of hint or watch that is wrong', () => {
  const ids = course.map(({ id }) => id).join(', ');
  it.each<[string[], string]>([
    [['hint'], "missing required argument 'EXERCISE'; npm run hint -- --help shows what there is"],
    [['hint', '99'], `there is no exercise "99"; there are ${ids}`],
    [['hint', 'cnf'], '"cnf" may be 06-euler-cnf or 09-cnf-log-density; say which, or give its number'],
    [['hint', '4', '4'], 'LEVEL is 1, 2 or 3, not "4"'],
    [['hint', '4', 'all'], 'LEVEL is 1, 2 or 3, not "all"'],
    [['watch', '99'], `there is no exercise "99"; there are ${ids}`],
    [['watch', '--submission', ''], '--submission names no folder; give one, or leave it out'],
    [
      ['watch', '--submission', 'no-such-folder'],
      'there is no folder no-such-folder; --submission takes the folder with the exercises’ files',
    ],
    [['watch', '--seed', ''], '--seed is empty; give any text, or leave it out'],
    [['watch', '--pol'], "unknown option '--pol' (Did you mean --poll?); npm run watch -- --help shows what there is"],
  ])('%j', async (args, line) => {
    expect(await run(...args)).toEqual({ code: 2, out: '', err: `flow-grade: ${line}\n` });
  });
});
