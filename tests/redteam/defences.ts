import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT } from '../support/project.ts';
import type { Attack, Work } from './attack.ts';
import { readReport } from './inspect.ts';
import { exerciseOf, gradeFolder, handIn, type Outcome } from './submit.ts';

/** A defence of the grader, how to switch it off, and an attack that then succeeds. */
export interface Defence {
  readonly name: string;
  readonly change: readonly (readonly [file: string, from: string, to: string])[];
  readonly exercise?: Attack['exercise'];
  readonly seed?: Attack['seed'];
  readonly hostile: Work;
  /** Whether the attack has what it wants; `score` is that of the report, if there is one. */
  readonly succeeds: (outcome: Outcome, score: number | undefined) => boolean;
}

const push = 'return normals.map((x) => forward(x, map));';
const guard = 'throw new RangeError(`a must be finite and not 0, got ${a}`);';
const isFullMarks = (_: Outcome, score: number | undefined) => score === 15;
const hangs = ({ code }: Outcome) => code === undefined;

/** A worker that finds a promise broken refuses to grade at all; that must not hide what is tried here. */
const NO_SELF_TEST = ['grader/sandbox/tried.ts', 'await selfTest(sandbox);', ''] as const;

/** A run that is held up takes so long, in milliseconds, that nobody would wait for it. */
const PATIENCE = 25_000;

export const DEFENCES: readonly Defence[] = [
  {
    name: 'frozen built-ins',
    change: [['grader/sandbox/prelude.js', 'if (value !== globalThis) Object.freeze(value);', '']],
    hostile: {
      change: [push, 'const y = normals.map((x) => forward(x, map));\n  (normals as number[]).fill(0);\n  return y;'],
      append: '(Array.prototype as any).some = () => false;',
    },
    succeeds: isFullMarks,
  },
  {
    name: 'RangeErrors of the engine told from the student’s own',
    change: [NO_SELF_TEST, ['grader/sandbox/prelude.js', "return 'stack';", "return 'range';"]],
    hostile: { change: [guard, 'requireInvertible({ a, b: 0 });'] },
    succeeds: isFullMarks,
  },
  {
    name: 'RangeErrors told by how they were made',
    change: [
      NO_SELF_TEST,
      [
        'grader/sandbox/prelude.js',
        "if (made.has(error)) return 'range';",
        "if (error instanceof NativeRangeError) return 'range';",
      ],
    ],
    hostile: { change: [guard, 'throw Object.setPrototypeOf(new Error("a"), RangeError.prototype);'] },
    succeeds: isFullMarks,
  },
  {
    name: 'fuel',
    change: [NO_SELF_TEST, ['grader/sandbox/machine.ts', 'if (this.#ticks > this.#limit) this.empty = true;', '']],
    hostile: { change: [push, 'for (;;);'] },
    succeeds: hangs,
  },
  {
    name: 'the end of threads that stand still',
    change: [['grader/engine/worker-handle.ts', "if (still * INTERVAL >= patience()) end('stalled');", '']],
    hostile: { change: [push, '[].copyWithin.call({ length: 2 ** 40 } as any, 0, 1);\n  return [];'] },
    succeeds: hangs,
  },
  {
    name: 'the limit of memory',
    change: [
      NO_SELF_TEST,
      ['grader/sandbox/engine.ts', '    memoryLimit,\n', '    memoryLimit: 3 * 2 ** 30,\n'],
      ['grader/sandbox/engine.ts', 'qjs_set_memory_limit(limits.memory)', 'qjs_set_memory_limit(3 * 2 ** 30)'],
    ],
    hostile: {
      change: [
        push,
        'const all: number[][] = [];\n  for (let i = 0; i < 400; i++) all.push(new Array(1e5).fill(i));\n  return normals.map((x) => forward(x, map));',
      ],
    },
    // The other check of the function has too little fuel for so much.
    succeeds: (_, score) => score === 14,
  },
  {
    name: 'the memory of what a callback was called with, also when student code caught the error',
    change: [
      [
        'grader/sandbox/machine.ts',
        'if (error instanceof Misuse) this.#misuse ??= error;',
        'if (error instanceof Misuse) void error;',
      ],
    ],
    exercise: '06',
    hostile: {
      change: ['const velocity = u(x, t);', 'try { u("x" as any, t); } catch {}\n  const velocity = u(x, t);'],
    },
    succeeds: isFullMarks,
  },
  {
    name: 'the rule that a function’s further checks count once its first one passes',
    change: [['grader/engine/run-exercise.ts', "if (own !== 'passed') return", "if (own === 'skipped') return"]],
    hostile: {
      change: ['  requireInvertible(map);\n  return (y - map.b) / map.a;', '  requireInvertible(map);\n  return y;'],
    },
    // The domain of a function that is wrong everywhere.
    succeeds: ({ report }) =>
      report !== undefined &&
      readReport(report).exercises[0]?.checks.find(({ id }) => id === '02.inverse.domain')?.status === 'passed',
  },
  {
    name: 'the refusal of links',
    change: [
      [
        'grader/engine/submission.ts',
        "fault: entry.kind === 'file' ? undefined : describeKind(entry.kind)",
        'fault: undefined',
      ],
      ['grader/engine/tree.ts', '(constants.O_NOFOLLOW ?? 0)', '0'],
    ],
    hostile: { file: { linkTo: '{solution}' } },
    succeeds: isFullMarks,
  },
  {
    name: 'the limit of a file’s size',
    change: [['grader/sandbox/compile.ts', 'export const MAX_BYTES = 65_536;', 'export const MAX_BYTES = 1e9;']],
    hostile: { append: `// ${'x'.repeat(5_000_000)}` },
    succeeds: isFullMarks,
  },
  {
    name: 'the escaping of control characters',
    change: [
      ['grader/reporters/escape.ts', "character === '\\n' ? character : escapeOf(character)", 'character'],
      [
        'grader/model/text.ts',
        '\\u2060-\\u2069\\ufeff]/g, escapeOf)',
        '\\u2060-\\u2069\\ufeff]/g, (character) => character)',
      ],
    ],
    hostile: { change: [push, 'throw new Error("\\u001b[2J160/160");'] },
    succeeds: ({ stdout }) => stdout.includes('\u001b[2J'),
  },
  {
    name: 'the escaping of a log’s commands',
    change: [
      [
        'grader/reporters/terminal.ts',
        "return forLog(`${lines.join('\\n')}\\n`);",
        "return `${lines.join('\\n')}\\n`;",
      ],
    ],
    hostile: { change: [push, 'throw new Error("##[error]x");'] },
    succeeds: ({ stdout }) => stdout.includes('##[error]x'),
  },
  {
    name: 'the withholding of what code says under a secret seed',
    change: [['grader/engine/withhold.ts', 'if (!seed && !counterexamples) return report;', 'return report;']],
    seed: 'of-9f2c41-nobody-knows',
    hostile: { change: [push, 'throw new Error(`TOLD ${normals}`);'] },
    succeeds: ({ stdout }) => stdout.includes('TOLD'),
  },
];

/** Why an attack does not succeed on a kit without this defence; nothing when it does. */
export async function showsTeeth(defence: Defence, root: string): Promise<string | undefined> {
  const { change, exercise: number, hostile, succeeds } = defence;
  const exercise = exerciseOf(number);
  const [kit, folder, scratch] = ['kit', 'submission', 'scratch'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  try {
    await mkdir(scratch, { recursive: true });
    for (const part of ['package.json', 'grader', 'reference', 'exercises'])
      await cp(join(PROJECT, part), join(kit, part), { recursive: true });
    await symlink(join(PROJECT, 'node_modules'), join(kit, 'node_modules'));
    await handIn(folder, exercise, hostile);
    const intact = await gradeFolder(kit, folder, exercise, scratch, { bound: PATIENCE, seed: defence.seed });
    if (succeeds(intact, scoreOf(intact))) return 'the attack succeeds already with it';
    for (const [file, from, to] of change) {
      const text = await readFile(join(kit, file), 'utf8');
      if (!text.includes(from)) return `${file} does not contain: ${from}`;
      await writeFile(
        join(kit, file),
        text.replace(from, () => to),
      );
    }
    const open = await gradeFolder(kit, folder, exercise, scratch, { bound: PATIENCE, seed: defence.seed });
    if (succeeds(open, scoreOf(open))) return undefined;
    return `the attack fails all the same: exit code ${open.code}, ${scoreOf(open)} points, ${open.stderr.slice(0, 300)}`;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

function scoreOf({ report }: Outcome): number | undefined {
  return report === undefined ? undefined : readReport(report).score;
}
