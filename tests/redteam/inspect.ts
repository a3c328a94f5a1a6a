import type { Exercise } from '#grader/model/exercise.ts';
import { type Report, reportSchema } from '#grader/model/report.ts';
import { columnsOf } from '#grader/reporters/columns.ts';
import { MAX_REPORT } from '#grader/reporters/json.ts';
import { strangeTags } from '../support/hostile-texts.ts';
import { formatFaults, renderAll } from '../support/result-formats.ts';
import type { Outcome } from './submit.ts';

const CONTROL = /(?!\n)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u;
const LOG_COMMAND = /^\s*::|##\w*\[/m;

/** What a command's output carries that does something where it is read, or says something that nobody should hear. */
export function activeContentIn(
  { stdout, stderr, report, page = '' }: Outcome,
  exercise: Exercise,
  secrets: readonly string[],
): string[] {
  const faults: string[] = [];
  for (const [name, text] of Object.entries({ stdout, stderr })) {
    const control = CONTROL.exec(text);
    if (control !== null) faults.push(`${name} holds the control character ${JSON.stringify(control[0])}`);
    if (LOG_COMMAND.test(text)) faults.push(`${name} holds a command for the log of a CI service`);
  }
  const wide = stdout.split('\n').find((line) => columnsOf(line) > 80);
  if (wide !== undefined) faults.push(`a line is wider than 80 columns: ${wide}`);
  if (stderr.trimEnd().includes('\n')) faults.push(`stderr has more than a line: ${stderr.slice(0, 200)}`);
  for (const secret of secrets) {
    if ([stdout, stderr, report ?? '', page].some((text) => text.includes(secret)))
      faults.push(`the output names ${secret}`);
  }
  const strange = strangeTags(page);
  if (strange.length > 0) faults.push(`the page holds the tag ${strange[0]}`);
  if (CONTROL.test(page)) faults.push('the page holds a control character');
  if (LOG_COMMAND.test(page)) faults.push('the page holds a command for the log of a CI service');
  if (report === undefined) return faults;
  if (page === '') faults.push('there is a report and no page');
  if (Buffer.byteLength(report) > MAX_REPORT) faults.push('the report is larger than 2 MiB');
  if (/##\w*\[/.test(report)) faults.push('the report holds a command for the log of a CI service');
  const parsed = reportSchema.safeParse(JSON.parse(report));
  if (!parsed.success) return [...faults, `the report is none: ${parsed.error.message}`];
  // The formats of other services are made of the same report.
  faults.push(...formatFaults(parsed.data));
  for (const [name, text] of Object.entries(renderAll(parsed.data))) {
    faults.push(...secrets.filter((secret) => text.includes(secret)).map((secret) => `${name} names ${secret}`));
  }
  for (const text of textsIn(parsed.data)) {
    // Line feeds and tabs are text; whatever shows a report shows them.
    const control = CONTROL.exec(text.replaceAll('\t', ' '));
    if (control !== null)
      faults.push(`the report holds the control character ${JSON.stringify(control[0])}: ${text.slice(0, 100)}`);
    if (text.length > 2_100) faults.push(`the report holds a text of ${text.length} characters`);
  }
  for (const { location } of parsed.data.exercises.flatMap((each) => [each, ...each.checks])) {
    if (location !== undefined && location.file !== `${exercise.id}/${exercise.file}`)
      faults.push(`the report points to ${location.file}`);
  }
  return faults;
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return [...Object.keys(value), ...Object.values(value).flatMap(textsIn)];
}

export function readReport(text: string): Report {
  return reportSchema.parse(JSON.parse(text));
}
