import type { CheckReport, ExerciseReport } from '../model/report.ts';
import { count } from '../model/text.ts';
import { forSource, forUrl } from './escape.ts';
import { type Html, html, trustHtml } from './html-text.ts';
import { describeFailure, isStop, placeOf } from './words.ts';

/** Longest text that is shown, in characters; no file that is graded has more. */
const MAX_SHOWN = 65_536;

/** A student's file, and what is said of its lines. */
export interface Source {
  readonly exercise: string;
  readonly file: string;
  readonly lines: readonly string[];
  readonly isCut: boolean;
  /** By number of the line, from 1. */
  readonly remarks: ReadonlyMap<number, readonly string[]>;
}

/** A student's file with what the report says of its lines; nothing when there is no text. */
export function readSource(exercise: ExerciseReport, text: string | undefined): Source | undefined {
  if (text === undefined) return undefined;
  const lines = text.slice(0, MAX_SHOWN).split(/\r\n|[\n\r\u2028\u2029]/);
  if (lines.at(-1) === '') lines.pop();
  const remarks = new Map<number, Set<string>>();
  for (const { location, message } of [exercise, ...exercise.checks.map(describePlaced)]) {
    if (location === undefined || location.line > lines.length || message === undefined) continue;
    remarks.set(location.line, (remarks.get(location.line) ?? new Set()).add(message));
  }
  return {
    exercise: exercise.id,
    file: exercise.file,
    lines,
    isCut: text.length > MAX_SHOWN,
    remarks: new Map([...remarks].map(([line, messages]) => [line, [...messages]])),
  };
}

function describePlaced(check: CheckReport): Pick<CheckReport, 'location' | 'message'> {
  const { location, status, title } = check;
  const message = isStop(status)
    ? `${check.function} ${describeFailure(check).says}`
    : (check.message ?? `${check.function}: ${title}`);
  return { location, message };
}

/** "planar.ts:31", which leads to that line when it is shown. */
export function renderPlace(location: CheckReport['location'], source: Source | undefined): Html | undefined {
  const place = placeOf(location);
  if (place === undefined) return undefined;
  if (location === undefined || source?.remarks.has(location.line) !== true) return html`${place}`;
  return html`<a href="#${forUrl(idOf(source, location.line))}">${place}</a>`;
}

function idOf({ exercise }: Source, line: number): string {
  return `${exercise}-line-${line}`;
}

/** The file, folded, with what is said of a line after it. */
export function renderSource(source: Source | undefined): Html {
  if (source === undefined) return html``;
  const { file, lines, isCut } = source;
  return html`<details class="source">
<summary>Your file, ${count(lines.length, 'line')}</summary>
<div class="code" role="region" aria-label="${file}" tabindex="0"><pre>${lines.map((line, index) => renderLine(source, line, index + 1))}</pre></div>
${isCut && html`<p class="soft small">The rest is not shown.</p>\n`}</details>
`;
}

function renderLine(source: Source, line: string, number: number): Html {
  const text = trustHtml(forSource(line));
  const remarks = source.remarks.get(number);
  if (remarks === undefined) return html`<span class="line">${text}\n</span>`;
  return html`<span class="line marked" id="${idOf(source, number)}">${text}\n</span>${remarks.map(
    (remark) => html`<span class="remark"><span class="hidden">Line ${number}: </span>${remark}\n</span>`,
  )}`;
}

// Numbers and signs are no text, so that nobody copies them.
export const SOURCE_STYLE = `
:root { --mark: #fdeadd; }
@media screen and (prefers-color-scheme: dark) { :root { --mark: #40281b; } }
.code {
  container-type: inline-size; max-height: min(80vh, 60rem); overflow: auto; background: var(--wash);
  border: 1px solid var(--line); border-radius: .25rem;
}
.code pre {
  width: max-content; min-width: 100%; padding: .5rem 0; counter-reset: line; white-space: pre; overflow-wrap: normal;
  tab-size: 4; font-size: .85rem;
}
.line { display: block; padding-right: 1rem; scroll-margin: 5rem 0; }
.line::before {
  counter-increment: line; content: counter(line); position: sticky; left: 0; display: inline-block; box-sizing: border-box;
  width: 4rem; margin-right: .75rem; padding-right: .5rem; text-align: right; color: var(--soft); background: var(--wash);
  border-right: 1px solid var(--line); user-select: none; -webkit-user-select: none;
}
.marked, .marked::before, .remark { background: var(--mark); }
.marked::before { content: "✗ " counter(line); color: var(--warn); font-weight: 600; }
.marked:target::before { color: var(--paper); background: var(--warn); }
.remark {
  display: block; color: var(--warn); user-select: none; -webkit-user-select: none;
  padding: 0 1rem .25rem 4.75rem;
}
.remark { position: sticky; left: 0; width: 100cqi; white-space: pre-wrap; overflow-wrap: anywhere; }
@media (max-width: 36rem) {
  .line::before { width: 3rem; margin-right: .5rem; }
  .remark { padding-left: 3.5rem; }
}
@media print {
  .code { container-type: normal; max-height: none; overflow: visible; }
  .code pre { width: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
  .line { padding-left: 4.75rem; }
  .line::before { margin-left: -4.75rem; }
  .remark { width: auto; }
}
`;
