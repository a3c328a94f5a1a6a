import type { ExerciseReport, Report } from '../model/report.ts';
import { count } from '../model/text.ts';
import { forHtml, forMarkdown } from './escape.ts';
import { explainBroken, labelOf, plain } from './results.ts';
import {
  ALL_PASSES,
  DOES_NOT_LOAD,
  describeChanged,
  describeFailure,
  describeNoGrade,
  describeState,
  functionsOf,
  isSaid,
  numberOf,
  placeOf,
  totalsOf,
  WITHHELD,
} from './words.ts';

/** Largest summary, in bytes; of one that has 1 MiB GitHub shows nothing. */
export const MAX_SUMMARY = 1_000_000;

// What the note on what was cut may take.
const NOTE = 500;

/** What stands or falls together when a summary is cut. */
interface Part {
  readonly what: 'line' | 'failure' | 'printed text';
  readonly text: string;
}

/**
 * A report in GitHub's Markdown, for the summary of a step: the points, what is to do, and each function's first failure.
 *
 * Source: GitHub Flavored Markdown, and the limits of GITHUB_STEP_SUMMARY.
 */
export function renderMarkdown(report: Report): string {
  const { exercises } = report;
  const parts: Part[] = [
    { what: 'line', text: renderHead(report) },
    ...exercises.map((exercise): Part => ({ what: 'line', text: renderRow(exercise) })),
    ...exercises.flatMap(renderFailures).map((text): Part => ({ what: 'failure', text })),
    ...exercises.flatMap(renderConsole).map((text): Part => ({ what: 'printed text', text })),
  ];
  let room = MAX_SUMMARY - NOTE;
  const end = parts.findIndex(({ text }) => {
    room -= Buffer.byteLength(text);
    return room < 0;
  });
  if (end === -1) return joinParts(parts);
  const left = (['line', 'failure', 'printed text'] as const).flatMap((what) => {
    const amount = parts.slice(end).filter((part) => part.what === what).length;
    return amount === 0 ? [] : [count(amount, what)];
  });
  return `${joinParts(parts.slice(0, end))}\n\nCut here, because a summary has at most 1 MiB: ${left.join(', ')}.\n`;
}

function joinParts(parts: readonly Part[]): string {
  return parts.map(({ text }) => text).join('');
}

function renderHead(report: Report): string {
  const { kit, seed, isolation, submission, score, maxScore, exercises } = report;
  const isDone = exercises.length > 0 && exercises.every(({ status }) => status === 'passed');
  const withheld = report.withheld && WITHHELD[report.withheld];
  const notes = [describeNoGrade(report), withheld, isDone ? ALL_PASSES : undefined].filter(isSaid);
  const facts = [totalsOf(report), `flow-grade ${kit}`, isolation, `seed ${seed}`, submission].filter(
    (fact) => fact !== '',
  );
  const changed = describeChanged(report);
  return [
    `## flow-grade: ${score} of ${count(maxScore, 'point')}\n`,
    ...notes.map((note) => `**${forMarkdown(note)}**\n`),
    `${facts.map(labelOf).map(forMarkdown).join(' · ')}\n`,
    ...(changed === '' ? [] : [`${forMarkdown(changed)}\n`]),
    '| No. | Exercise | Points | To do |\n| --: | :-- | --: | :-- |\n',
  ].join('\n');
}

function renderRow(exercise: ExerciseReport): string {
  const { title, core, score, maxScore, status } = exercise;
  const state = status === 'passed' ? '✓ done' : describeState(exercise);
  const cells = [labelOf(numberOf(exercise)), `${labelOf(title)}${core ? ' ★' : ''}`, `${score}/${maxScore}`, state];
  return `| ${cells.map(forMarkdown).join(' | ')} |\n`;
}

/** What failed in an exercise, one for each function, or one for all of it when it does not load. */
function renderFailures(exercise: ExerciseReport): string[] {
  const number = numberOf(exercise);
  if (exercise.status === 'broken') {
    const title = `${number} · ${exercise.title} ✗ ${DOES_NOT_LOAD}`;
    return [
      renderTitle(title, exercise.maxScore) +
        renderText(explainBroken(exercise)) +
        renderText(placeOf(exercise.location)),
    ];
  }
  return functionsOf(exercise).flatMap(({ name, first }) => {
    if (first === undefined) return [];
    const { says, during, message, values, hint, place, search } = describeFailure(first);
    const remarks = [place, search].filter(isSaid).join(' · ');
    const rows = values.map(({ label, value }) => `${label.padEnd(8)}  ${plain(value)}`);
    return [
      renderTitle(`${number} · ${name} ✗ ${says}`, first.maxScore) +
        [during, message].map(renderText).join('') +
        renderBlock(rows) +
        [hint, remarks].map(renderText).join(''),
    ];
  });
}

function renderConsole(exercise: ExerciseReport): string[] {
  const { console: lines = [] } = exercise;
  if (lines.length === 0) return [];
  const title = `Printed by ${labelOf(numberOf(exercise))}: ${count(lines.length, 'line')}`;
  return [`\n<details><summary>${forHtml(title)}</summary>\n${renderBlock(lines.map(plain))}\n</details>\n`];
}

function renderTitle(text: string, points: number): string {
  return `\n#### ${forMarkdown(labelOf(text))}${points === 0 ? '' : ` (${count(points, 'point')})`}\n`;
}

function renderText(text: string | undefined): string {
  if (!isSaid(text)) return '';
  return `\n${plain(text).split('\n').map(forMarkdown).join('<br>')}\n`;
}

/** Lines as they are: in this element nothing is Markdown, not even a blank line, and no one is mentioned. */
function renderBlock(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `\n<pre>${forHtml(lines.join('\n'))}</pre>\n`;
}
