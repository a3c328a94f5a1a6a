import { readFile } from 'node:fs/promises';
import type { Filled } from '../batch/gradebooks/gradebook.ts';
import type { Plan } from '../batch/shards.ts';
import type { Store } from '../batch/store.ts';
import type { ClassSummary, SimilarPair } from '../model/class.ts';
import { clean, count } from '../model/text.ts';
import { nameOfPath, UsageError } from '../model/usage-error.ts';
import { forLog } from '../reporters/escape.ts';
import { writeOut } from './console.ts';
import { describeScreen } from './screen.ts';

/** A gradebook that was exported somewhere, to be filled and imported there. */
export interface Gradebook {
  readonly kind: 'canvas' | 'moodle';
  /** As messages name the file. */
  readonly name: string;
  fill(grades: Parameters<typeof import('../batch/gradebooks/moodle.ts').fillMoodle>[1]): Filled;
}

/**
 * Reads the gradebooks to fill.
 *
 * @param asked  canvas=FILE or moodle=FILE
 * @param assignment  which column of a Canvas gradebook
 * @throws UsageError when one cannot be read, or grades could not be written into it
 */
export async function readGradebooks(asked: readonly string[], assignment?: string): Promise<Gradebook[]> {
  return Promise.all(asked.map((each) => readGradebook(each, assignment)));
}

async function readGradebook(asked: string, assignment: string | undefined): Promise<Gradebook> {
  const [, kind, file] = /^(canvas|moodle)=(.+)$/s.exec(asked) ?? [];
  if (file === undefined) {
    throw new UsageError(`--gradebook takes canvas=FILE or moodle=FILE, not ${JSON.stringify(clean(asked, 100))}`);
  }
  const [{ fillCanvas }, { fillMoodle }] = await Promise.all([
    import('../batch/gradebooks/canvas.ts'),
    import('../batch/gradebooks/moodle.ts'),
  ]);
  const [text, name] = [await readTableFile(file), nameOfPath(file)];
  const gradebook: Gradebook =
    kind === 'canvas'
      ? { kind, name, fill: (grades) => fillCanvas(text, grades, { file: name, assignment }) }
      : { kind: 'moodle', name, fill: (grades) => fillMoodle(text, grades, { file: name }) };
  gradebook.fill([]);
  return gradebook;
}

/** The text of a CSV file. */
export async function readTableFile(path: string): Promise<string> {
  const name = nameOfPath(path);
  const { decodeTable } = await import('../batch/table.ts');
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(error.code === 'ENOENT' ? `there is no file ${name}` : `cannot read ${name} (${error.code})`);
  });
  return decodeTable(bytes, name);
}

/** Writes what is known of a class as a whole, and sums it up on standard output. */
export async function writeClass(
  store: Store,
  plan: Plan,
  gradebooks: readonly Gradebook[],
  similar: readonly SimilarPair[] | undefined,
): Promise<void> {
  const [{ course }, { summarise }, { renderGrades, renderReview }, { renderClassHtml }, { renderClassTerminal }] =
    await Promise.all([
      import('../course/course.ts'),
      import('../batch/summary.ts'),
      import('../batch/grades.ts'),
      import('../reporters/class-html.ts'),
      import('../reporters/class-terminal.ts'),
    ]);
  const summary: ClassSummary = { ...(await summarise(plan, store, course, plan)), similar };
  const exercises = course.map(({ id }) => id);
  await store.write('grades.csv', renderGrades(summary.rows, exercises));
  await store.write('review.csv', renderReview(summary.rows, exercises));
  await store.write('class.html', renderClassHtml(summary));
  const notes: string[] = [];
  const names = new Set<string>();
  for (const gradebook of gradebooks) {
    let name: string = gradebook.kind;
    for (let number = 2; names.has(name); number += 1) name = `${gradebook.kind}-${number}`;
    names.add(name);
    notes.push(...(await fillGradebook(store, plan, summary, gradebook, name)));
  }
  const text = renderClassTerminal(summary, describeScreen());
  await writeOut(process.stdout, text + forLog(notes.map((note) => `  ${note}\n`).join('')) + lastLine(summary));
}

async function fillGradebook(
  store: Store,
  { entries }: Plan,
  { rows }: ClassSummary,
  gradebook: Gradebook,
  name: string,
): Promise<string[]> {
  const { renderList } = await import('../batch/grades.ts');
  const known = new Map(entries.map(({ key, identities }) => [key, identities]));
  const grades = rows.flatMap(({ key, id, name, status, grade }) =>
    status !== 'graded' || key === undefined || grade === undefined
      ? []
      : [{ id, name, identities: known.get(key) ?? [], score: grade.score, maxScore: grade.maxScore }],
  );
  const { text, filled, unmatched, skipped, remarks } = gradebook.fill(grades);
  await store.write(`${name}.csv`, text);
  const left = [
    ...unmatched.map((id) => ({ id, reason: `${gradebook.name} has no line for this student` })),
    ...skipped.map(({ id, line, reason }) => ({ id, reason: line === undefined ? reason : `line ${line}: ${reason}` })),
    ...rows
      .filter(({ status, grade }) => status === 'review' && grade !== undefined)
      .map(({ id }) => ({ id, reason: 'needs review' })),
  ];
  await store.write(
    `${name}-not-filled.csv`,
    renderList(
      ['id', 'reason'],
      left.map(({ id, reason }) => [id, reason]),
    ),
  );
  const rest = left.length === 0 ? '' : `; ${count(left.length, 'grade')} not in it: ${name}-not-filled.csv`;
  return [
    `${name}.csv: ${count(filled, 'grade')} filled in${rest}`,
    ...remarks.map((remark) => `${name}.csv: ${remark}`),
  ];
}

function lastLine({ rows }: ClassSummary): string {
  const amount = (status: string) => rows.filter((row) => row.status === status).length;
  return `${amount('graded')} graded, ${amount('review')} to review, ${amount('rejected')} rejected\n`;
}
