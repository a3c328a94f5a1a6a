import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Ran } from './cli.ts';
import { PROJECT } from './project.ts';

/** A step of a job or of a composite action. */
export interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
  readonly if?: string;
}

interface Job {
  readonly steps: readonly Step[];
  readonly permissions?: unknown;
  readonly 'timeout-minutes'?: number;
}

/** What a file of GitHub Actions says, as far as it matters here. */
export interface Workflow {
  readonly on?: unknown;
  readonly permissions?: unknown;
  readonly jobs?: Readonly<Record<string, Job>>;
  readonly runs?: { readonly steps: readonly Step[] };
}

/** The file of a workflow, an action or a pipeline. */
export async function readYaml<Content>(path: string): Promise<Content> {
  return parse(await readFile(join(PROJECT, path), 'utf8')) as Content;
}

/** All steps, in order. */
export function stepsOf({ jobs = {}, runs }: Workflow): Step[] {
  return [...Object.values(jobs).flatMap(({ steps }) => steps), ...(runs?.steps ?? [])];
}

/** The one step that has this name. */
export function stepNamed(workflow: Workflow, name: string): Step {
  const step = stepsOf(workflow).find((each) => each.name === name);
  if (step === undefined) throw new Error(`there is no step ${name}`);
  return step;
}

/**
 * Runs a step as the runner does: its script by bash, with the step's environment.
 *
 * @param values  of the expressions in the environment: `{ 'inputs.seed': 'x' }`
 */
export function runStep(
  step: Step,
  cwd: string,
  values: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): Promise<Ran> {
  const own = Object.entries(step.env ?? {}).map(([name, text]) => [
    name,
    text.replace(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
      const value = values[expression];
      if (value === undefined) throw new Error(`nobody said what ${expression} is`);
      return value;
    }),
  ]);
  return bash(step.run ?? '', cwd, { ...env, ...Object.fromEntries(own) });
}

/** Runs a script by bash, which stops at the first command that fails, with no more of this environment than a path. */
export function bash(script: string, cwd: string, env: Readonly<Record<string, string>>): Promise<Ran> {
  const { PATH = '', HOME = '' } = process.env;
  return new Promise((resolve) => {
    execFile(
      'bash',
      ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script],
      { cwd, env: { PATH, HOME, ...env }, maxBuffer: 1 << 26 },
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr }),
    );
  });
}
