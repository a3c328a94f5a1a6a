import { isAbsolute, sep } from 'node:path';
import type { Command } from 'commander';
import { writeWhole } from '../engine/write-whole.ts';
import type { Illustrations } from '../model/picture.ts';
import type { Report } from '../model/report.ts';
import { UsageError } from '../model/usage-error.ts';
import type { Classroom50Identity } from '../reporters/classroom50.ts';
import { readIdentity } from './classroom50-identity.ts';
import { writeOut } from './console.ts';
import { collect } from './options.ts';
import { type Output, REPORTERS, type ReporterName, readOutputs } from './outputs.ts';
import { describeScreen } from './screen.ts';

/** The options that say what becomes of a report. */
export interface OutputOptions {
  readonly reporter?: readonly string[];
  readonly junitStrict?: true;
  readonly filePrefix?: string;
}

/** What is to be written, and what it takes beside a report. */
export interface Writing {
  readonly outputs: readonly Output[];
  readonly strict: boolean;
  /** The exercises' folder in the repository, when it was given. */
  readonly folder: string | undefined;
  /** Whose work it is, for the one reporter that has to say so. */
  readonly identity: Classroom50Identity | undefined;
}

/** How long a part of the work took, in milliseconds. */
export interface Timing {
  readonly part: string;
  readonly milliseconds: number;
}

/** Pictures and source for a page; what kept them from being drawn keeps no other report from being written. */
export type Illustrated = PromiseSettledResult<Illustrations> | undefined;

/** What a run knows beside its report. */
interface Run {
  /** What a student types to grade one exercise, up to its number. */
  readonly command: string;
  readonly illustrations?: Illustrated;
  readonly timings?: readonly Timing[];
}

/** Adds what `readWriting` reads. */
export function addOutputOptions(command: Command): void {
  command
    .option(
      '--reporter <NAME>',
      `${REPORTERS.join(', ')}; NAME=FILE writes to a file, and several may be asked for`,
      collect,
    )
    .option('--junit-strict', 'junit without files and lines, as Jenkins’ xunit step insists')
    .option('--file-prefix <FOLDER>', 'where the exercises are in the repository, for junit and github');
}

/**
 * What the options ask for.
 *
 * @throws UsageError when that cannot be had, before any work is done
 */
export function readWriting({ reporter = [], junitStrict, filePrefix }: OutputOptions): Writing {
  const outputs = readOutputs(reporter);
  if (filePrefix !== undefined && isAbsolute(filePrefix))
    throw new UsageError('--file-prefix takes a folder of the repository, such as exercises, and no absolute path');
  const isFor50 = outputs.some((output) => output.reporter === 'classroom50');
  return {
    outputs,
    strict: junitStrict === true,
    folder: filePrefix?.split(sep).join('/'),
    identity: isFor50 ? readIdentity(process.env, new Date()) : undefined,
  };
}

/** Writes a report in every way that is asked for; one that cannot be written keeps none of the others back. */
export async function writeOutputs(writing: Writing, report: Report, run: Run): Promise<void> {
  const written = await Promise.allSettled(
    writing.outputs.map(async (output) => write(output, await render(output, writing, report, run))),
  );
  const unwritten = written.find(({ status }) => status === 'rejected');
  if (unwritten?.status === 'rejected') throw unwritten.reason;
}

/** What writes each kind of report; loaded when it is asked for. */
const MODULES = {
  html: () => import('../reporters/html.ts'),
  json: () => import('../reporters/json.ts'),
  junit: () => import('../reporters/junit.ts'),
  markdown: () => import('../reporters/markdown.ts'),
  github: () => import('../reporters/github.ts'),
  gradescope: () => import('../reporters/gradescope.ts'),
  prairielearn: () => import('../reporters/prairielearn.ts'),
  classroom50: () => import('../reporters/classroom50.ts'),
  terminal: () => import('../reporters/terminal.ts'),
  timing: async () => ({}),
} as const satisfies Record<ReporterName, () => Promise<object>>;

/** Loads what `writeOutputs` will need; while others work, it costs nothing. */
export async function prepareOutputs({ outputs }: Writing): Promise<void> {
  await Promise.all(outputs.map(({ reporter }) => MODULES[reporter]()));
}

async function render(
  { reporter, file }: Output,
  { strict, folder, identity }: Writing,
  report: Report,
  { command, illustrations, timings = [] }: Run,
): Promise<string> {
  const place = folder === undefined ? {} : { folder };
  switch (reporter) {
    case 'html':
      if (illustrations?.status === 'rejected') throw illustrations.reason;
      return (await MODULES.html()).renderHtml(report, illustrations?.value);
    case 'json':
      return (await MODULES.json()).renderJson(report);
    case 'junit':
      return (await MODULES.junit()).renderJunit(report, { strict, ...place });
    case 'markdown':
      return (await MODULES.markdown()).renderMarkdown(report);
    case 'github':
      return (await MODULES.github()).renderGithub(report, place);
    case 'gradescope':
      return (await MODULES.gradescope()).renderGradescope(report);
    case 'prairielearn':
      return (await MODULES.prairielearn()).renderPrairielearn(report);
    case 'classroom50': {
      if (identity === undefined) throw new Error('nobody is named as the owner of this work');
      return (await MODULES.classroom50()).renderClassroom50(report, identity);
    }
    case 'timing':
      return timings.map(({ part, milliseconds }) => `${milliseconds.toFixed(0).padStart(7)} ms  ${part}\n`).join('');
    case 'terminal': {
      const look = file === undefined ? describeScreen() : { color: false };
      return (await MODULES.terminal()).renderTerminal(report, { ...look, command });
    }
  }
}

async function write({ reporter, file }: Output, text: string): Promise<void> {
  if (file !== undefined) await writeWhole(file, text);
  else await writeOut(reporter === 'timing' ? process.stderr : process.stdout, text);
}
