import { Chalk, type ChalkInstance } from 'chalk';
import type { ClassSummary } from '../model/class.ts';
import { count } from '../model/text.ts';
import {
  countStatus,
  formatMean,
  formatShare,
  gradedRows,
  maxScores,
  meanOf,
  meanPoints,
  medianOf,
  rankChecks,
} from './class-numbers.ts';
import { columnsOf, fitLine, padColumns } from './columns.ts';
import { forLog } from './escape.ts';
import { chooseSigns, renderBar, type Signs } from './signs.ts';
import { numberOf } from './words.ts';

/** How a class's results are to look. */
export interface ClassTerminalOptions {
  readonly color: boolean;
  /** Columns; 80 unless told. */
  readonly width?: number;
  /** Whether the terminal has signs beyond ASCII; true unless told. */
  readonly unicode?: boolean;
}

const LABEL = 10;
const TITLE = 30;
// The number, the star, the bar and the points.
const BESIDE_TITLE = 35;
const HARDEST = 3;

interface Look {
  readonly paint: ChalkInstance;
  readonly signs: Signs;
  readonly width: number;
}

/** What an instructor wants to know first about a class, on less than a screen; the rest is in its files. */
export function renderClassTerminal(summary: ClassSummary, options: ClassTerminalOptions): string {
  const look: Look = {
    paint: new Chalk({ level: options.color ? 1 : 0 }),
    signs: chooseSigns(options.unicode),
    width: options.width ?? 80,
  };
  const lines = [
    renderHeader(summary, look),
    ...renderCounts(summary, look),
    '',
    ...renderExercises(summary, look),
    '',
    ...renderHardest(summary, look),
    ...renderMistake(summary, look),
    ...renderReview(summary, look),
  ];
  return forLog(`${lines.join('\n').trimEnd()}\n`);
}

function renderHeader({ kit, seed, layout }: ClassSummary, { paint, signs, width }: Look): string {
  const name = `flow-grade ${kit}`;
  const rest = [layout, `seed ${seed}`].map((part) => ` ${signs.dot} ${part}`).join('');
  return paint.bold(name) + paint.dim(fitLine(rest, width - columnsOf(name), signs.more));
}

function renderCounts(summary: ClassSummary, { paint, signs, width }: Look): string[] {
  const { rows, graded } = summary;
  const scores = gradedRows(summary).map(({ grade }) => grade.score);
  const [review, rejected] = [countStatus(summary, 'review'), countStatus(summary, 'rejected')];
  const parts = [
    `${graded.toLocaleString('en-US')} graded`,
    ...(review === 0 ? [] : [`${review.toLocaleString('en-US')} to review`]),
    ...(rejected === 0 ? [] : [`${rejected.toLocaleString('en-US')} rejected`]),
  ];
  const points =
    scores.length === 0
      ? []
      : [`  median ${medianOf(scores)}, mean ${formatMean(meanOf(scores))} of ${maxScores(summary).total} points`];
  return [`  ${count(rows.length, 'student')}: ${parts.join(', ')}`, ...points].map((line) =>
    paint.bold(fitLine(line, width, signs.more)),
  );
}

function renderExercises({ exercises, graded }: ClassSummary, { paint, signs, width }: Look): string[] {
  const titles = exercises.map(({ title }) => fitLine(title, Math.min(TITLE, width - BESIDE_TITLE), signs.more));
  const column = Math.max(0, ...titles.map(columnsOf));
  return exercises.map((exercise, index) => {
    const mean = meanPoints(exercise, graded);
    const start = `${numberOf(exercise).padStart(3)} ${exercise.core ? signs.star : ' '} ${padColumns(titles[index] ?? '', column)}  `;
    const bar = renderBar((mean ?? 0) / Math.max(1, exercise.maxScore), signs);
    return `${start}${paint.cyan(bar)}   ${`${formatMean(mean)}/${exercise.maxScore}`.padStart(8)}`;
  });
}

function renderHardest(summary: ClassSummary, look: Look): string[] {
  const hardest = rankChecks(summary).filter(({ check }) => check.failed > 0);
  return hardest.slice(0, HARDEST).map(({ exercise, check, reached }, index) => {
    const says = `${numberOf(exercise)} ${look.signs.dot} ${check.function}  ${check.title}`;
    return renderLabelled(
      index === 0 ? 'hardest' : '',
      `${formatShare(check.failed, reached)} of ${reached} fail  ${says}`,
      look,
    );
  });
}

function renderMistake({ misconceptions }: ClassSummary, look: Look): string[] {
  const [first] = misconceptions;
  if (first === undefined) return [];
  const says = `${numberOf({ id: first.exercise })} ${look.signs.dot} ${first.hint}`;
  return [renderLabelled('mistake', `${count(first.count, 'time')}  ${says}`, look)];
}

function renderReview(summary: ClassSummary, look: Look): string[] {
  const amount = summary.rows.length - countStatus(summary, 'graded');
  if (amount === 0) return [];
  return [
    renderLabelled('review', `${count(amount, 'student')} ${amount === 1 ? 'needs' : 'need'} a look: review.csv`, look),
  ];
}

function renderLabelled(label: string, text: string, { paint, signs, width }: Look): string {
  return `  ${paint.dim(label.padEnd(LABEL))}${fitLine(text, width - LABEL - 2, signs.more)}`;
}
