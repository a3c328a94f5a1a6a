import { execFileSync, spawn } from 'node:child_process';
import { lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { chooseExercises } from '#grader/cli/choose.ts';
import { course } from '#grader/course/course.ts';
import type { Exercise } from '#grader/model/exercise.ts';
import { applyChange } from '../support/planted.ts';
import { PROJECT } from '../support/project.ts';
import type { Entry, Work } from './attack.ts';

/** How long a submission of one exercise may keep the command busy, in milliseconds. */
const BOUND = 60_000;

export function exerciseOf(number = '02'): Exercise {
  const [exercise] = chooseExercises([number], course);
  if (exercise === undefined) throw new Error(`there is no exercise ${number}`);
  return exercise;
}

/** Writes a student's work into a folder. */
export async function handIn(folder: string, exercise: Exercise, work: Work): Promise<void> {
  const solution = join(PROJECT, 'solutions', exercise.id, exercise.file);
  const home = join(folder, exercise.id);
  await mkdir(home, { recursive: true });
  const text = async () => {
    const changed = applyChange(await readFile(solution, 'utf8'), work.change ?? []);
    return work.append === undefined ? changed : `${changed}\n${work.append}\n`;
  };
  if (work.file !== null) await place(join(home, exercise.file), work.file ?? (await text()), solution);
  for (const [path, entry] of Object.entries(work.beside ?? {})) await place(join(folder, path), entry, solution);
}

async function place(path: string, entry: Entry, solution: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  if (typeof entry === 'string' || entry instanceof Uint8Array) await writeFile(path, entry);
  else if ('linkTo' in entry) await symlink(entry.linkTo.replace('{solution}', solution), path);
  else if (entry.is === 'folder') await mkdir(path);
  else execFileSync('mkfifo', [path]);
}

/** Every file below a folder with its size and time, as one text. */
export async function listingOf(folder: string, skip: (name: string) => boolean = () => false): Promise<string> {
  const lines: string[] = [];
  const walk = async (at: string) => {
    for (const name of (await readdir(at)).sort()) {
      if (skip(name)) continue;
      const path = join(at, name);
      const status = await lstat(path);
      lines.push(`${path} ${status.mode} ${status.size} ${status.isDirectory() ? '' : status.mtimeMs}`);
      if (status.isDirectory()) await walk(path);
    }
  };
  await walk(folder);
  return lines.join('\n');
}

/** What the real command did with a submission. */
export interface Outcome {
  /** The exit code; `undefined` when it had to be killed. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** The JSON report, when one was written. */
  readonly report: string | undefined;
  /** The HTML page, when one was written. */
  readonly page: string | undefined;
  /** Whether a process of its was still there afterwards. */
  readonly left: boolean;
}

/**
 * Grades a folder with the real command in a group of processes of its own, with `scratch` for its temporary files.
 *
 * @param seed  a secret one
 */
export async function gradeFolder(
  kit: string,
  folder: string,
  exercise: Exercise,
  scratch: string,
  { bound = BOUND, seed }: { readonly bound?: number; readonly seed?: string | undefined } = {},
): Promise<Outcome> {
  const file = `${scratch}-report.json`;
  const pageFile = `${scratch}-report.html`;
  for (const each of [file, pageFile]) await writeFile(each, '');
  const seedFile = `${scratch}-seed.txt`;
  if (seed !== undefined) await writeFile(seedFile, seed);
  const args = [
    'grade',
    exercise.id,
    '--submission',
    folder,
    '--reporter',
    'terminal',
    '--reporter',
    `json=${file}`,
    '--reporter',
    `html=${pageFile}`,
    ...(seed === undefined ? [] : ['--secret-seed-from', seedFile]),
  ];
  const env = { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1', TMPDIR: scratch, HOME: scratch };
  const child = spawn(process.execPath, ['grader/build/start.mjs', ...args], {
    cwd: kit,
    detached: true,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const group = child.pid ?? Number.NaN;
  let [stdout, stderr, late] = ['', '', false];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const timer = setTimeout(() => {
    late = true;
    process.kill(-group, 'SIGKILL');
  }, bound);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  const left = await isStillThere(group);
  if (left) process.kill(-group, 'SIGKILL');
  const report = await readFile(file, 'utf8');
  const page = await readFile(pageFile, 'utf8');
  return {
    code: late ? undefined : (code ?? undefined),
    stdout,
    stderr,
    report: report === '' ? undefined : report,
    page: page === '' ? undefined : page,
    left,
  };
}

/** Whether a group of processes has members a while after it should have none; what is dead and not yet buried is none. */
async function isStillThere(group: number): Promise<boolean> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    if (!(await isAlive(group))) return false;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return true;
}

async function isAlive(group: number): Promise<boolean> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const [state, , pgrp] = status.slice(status.lastIndexOf(')') + 2).split(' ');
    if (Number(pgrp) === group && state !== 'Z' && state !== 'X') return true;
  }
  return false;
}
