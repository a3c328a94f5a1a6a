import { readFile } from 'node:fs/promises';
import { oracleFor } from '#grader/cli/oracle.ts';
import { runExercise } from '#grader/engine/run-exercise.ts';
import type { Exercise, Oracle } from '#grader/model/exercise.ts';
import type { CheckReport } from '#grader/model/report.ts';
import { compile } from '#grader/sandbox/compile.ts';
import { Sandbox } from '#grader/sandbox/machine.ts';

let sandbox: Promise<Sandbox> | undefined;
const recorded = new Map<string, Promise<Oracle>>();

interface How {
  readonly seed?: string;
  readonly oracle?: Oracle;
  /** Whether a verdict is the last that is wanted. */
  readonly isLast?: (verdict: CheckReport) => boolean;
}

/** The verdicts on one file, from the sandbox in this thread. */
export async function verdictsOn(
  exercise: Exercise,
  source: string | Uint8Array,
  { seed = 'practice', oracle, isLast = () => false }: How = {},
): Promise<CheckReport[]> {
  sandbox ??= Sandbox.open();
  const bytes = typeof source === 'string' ? new TextEncoder().encode(source) : source;
  const compiled = await compile(`${exercise.id}/${exercise.file}`, bytes);
  if ('message' in compiled) throw new Error(`${compiled.file} ${compiled.message}`);
  const loaded = await (await sandbox).load(compiled, Object.keys(exercise.functions), 4e6, () => {});
  const verdicts: CheckReport[] = [];
  const enough = new Error('enough verdicts');
  const run = runExercise({
    exercise,
    oracle: oracle ?? (await recordedFor(seed, exercise)),
    seed,
    start: loaded.start,
    earlier: [],
    onStart: () => {},
    onVerdict(verdict) {
      verdicts.push(verdict);
      if (isLast(verdict)) throw enough;
    },
  });
  await run.catch((error: unknown) => {
    if (error !== enough) throw error;
  });
  return verdicts;
}

/** The expected values; those of the default seed are read once. */
function recordedFor(seed: string, { id }: Exercise): Promise<Oracle> {
  if (seed !== 'practice') return oracleFor(seed, id);
  const oracle = recorded.get(id) ?? oracleFor(seed, id);
  recorded.set(id, oracle);
  return oracle;
}

/** The first verdict on one file that costs points; none when it gets them all. */
export async function firstLoss(
  exercise: Exercise,
  source: string | Uint8Array,
  how: Omit<How, 'isLast'> = {},
): Promise<CheckReport | undefined> {
  const isLoss = ({ status }: CheckReport) => status !== 'passed';
  return (await verdictsOn(exercise, source, { ...how, isLast: isLoss })).find(isLoss);
}

/** The bytes of an exercise's file in a folder of the project. */
export function fileIn(folder: string, { id, file }: Exercise): Promise<Uint8Array> {
  return readFile(new URL(`../../${folder}/${id}/${file}`, import.meta.url));
}
