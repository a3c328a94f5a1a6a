import type { ClassSummary, Grade, Row } from '../model/class.ts';
import type { Exercise } from '../model/exercise.ts';
import { compareText } from '../model/text.ts';
import type { ClassList, Entry } from './class-list.ts';
import type { Digest, Outcome, Store } from './store.ts';

interface Tally {
  notStarted: number;
  broken: number;
  passed: number;
  points: number;
}

/** Sums up the stored outcomes of a class; what was not worked through is in no number and no row. */
export async function summarise(
  list: Pick<ClassList, 'layout' | 'absent'> & {
    readonly entries: readonly Pick<Entry, 'key' | 'id' | 'name' | 'reasons'>[];
  },
  store: Store,
  exercises: readonly Exercise[],
  { seed, kit }: { readonly seed: string; readonly kit: string },
): Promise<ClassSummary> {
  const rows: Row[] = [];
  const tallies = new Map(exercises.map(({ id }): [string, Tally] => [id, EMPTY()]));
  const passed = new Map<string, number>();
  const failed = new Map<string, number>();
  const mistakes = new Map<string, number>();
  let graded = 0;
  for (const entry of list.entries) {
    const stored = store.readOutcome(entry.key);
    if (stored === undefined) continue;
    rows.push(rowOf(entry, stored.outcome));
    if (!('graded' in stored.outcome)) continue;
    graded += 1;
    const { graded: digest } = stored.outcome;
    for (const [id, { score, status }] of Object.entries(digest.exercises)) {
      const tally = tallies.get(id);
      if (tally === undefined) continue;
      tally.points += score;
      if (status === 'not-started') tally.notStarted += 1;
      if (status === 'broken') tally.broken += 1;
      if (status === 'passed') tally.passed += 1;
    }
    for (const id of digest.passed) add(passed, id);
    for (const id of digest.failed) add(failed, id);
    for (const [exercise, id] of digest.misconceptions) add(mistakes, `${exercise} ${id}`);
  }
  for (const { id, name } of list.absent) {
    rows.push({ key: undefined, id, name, status: 'review', reason: 'handed nothing in', grade: undefined });
  }
  return {
    kit,
    seed,
    layout: list.layout,
    rows: rows.sort((a, b) => compareText(a.id, b.id) || compareText(a.key ?? '', b.key ?? '')),
    graded,
    exercises: exercises.map(({ id, title, core, checks }) => ({
      id,
      title,
      core,
      maxScore: checks.reduce((sum, { points }) => sum + points, 0),
      ...(tallies.get(id) ?? EMPTY()),
      checks: checks.map((check) => ({
        id: check.id,
        function: check.function,
        title: check.title,
        maxScore: check.points,
        passed: passed.get(check.id) ?? 0,
        failed: failed.get(check.id) ?? 0,
      })),
    })),
    misconceptions: exercises
      .flatMap(({ id: exercise, misconceptions }) =>
        misconceptions.map(({ id, hint }) => ({ exercise, id, hint, count: mistakes.get(`${exercise} ${id}`) ?? 0 })),
      )
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count),
    similar: undefined,
  };
}

const EMPTY = (): Tally => ({ notStarted: 0, broken: 0, passed: 0, points: 0 });

function rowOf({ key, id, name, reasons }: Pick<Entry, 'key' | 'id' | 'name' | 'reasons'>, outcome: Outcome): Row {
  if ('rejected' in outcome) {
    const reason = [outcome.rejected, ...reasons].join('; ');
    return { key: undefined, id, name, status: 'rejected', reason, grade: undefined };
  }
  if ('ungraded' in outcome) {
    const reason = [...reasons, ...outcome.ungraded].join('; ');
    return { key: undefined, id, name, status: 'review', reason, grade: undefined };
  }
  const all = [...reasons, ...outcome.remarks];
  const status = all.length > 0 ? 'review' : 'graded';
  return { key, id, name, status, reason: all.join('; '), grade: gradeOf(outcome.graded) };
}

function gradeOf({ score, maxScore, core, extension, exercises }: Digest): Grade {
  const entries = Object.entries(exercises);
  return {
    score,
    maxScore,
    core,
    extension,
    exercises: Object.fromEntries(entries.map(([id, { score: points }]) => [id, points])),
    started: entries.some(([, { status }]) => status !== 'not-started'),
  };
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
