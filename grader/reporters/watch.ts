import type { ExerciseReport, Report } from '../model/report.ts';
import { columnsOf, wrapText } from './columns.ts';
import { forLog } from './escape.ts';
import {
  failuresOf,
  type Look,
  lookOf,
  placeOfNext,
  renderAlone,
  renderHeader,
  renderList,
  type TerminalOptions,
} from './terminal.ts';
import { ALL_PASSES, numberOf, totalsOf } from './words.ts';

/** What is shown while work is watched. */
export interface WatchView {
  /** Of the exercises that have a verdict. */
  readonly report: Report;
  /** Id of the exercise that is worked on; the first that needs work unless told. */
  readonly focus?: string;
  /** Ids of exercises that are being graded. */
  readonly grading?: readonly string[];
}

/** The first thing to fix in full, then a line for each exercise. */
export function renderWatch({ report, focus, grading = [] }: WatchView, options: TerminalOptions): string {
  const look = lookOf(options);
  const shown = shownIn(report, focus);
  const lines = [
    renderHeader(report, look),
    '',
    ...(shown === undefined ? [] : renderShown(shown, report, look)),
    ...(report.exercises.length === 0 ? [] : [...renderList(report, look), '']),
    ...renderFoot(report, grading, look),
  ];
  return forLog(`${lines.join('\n')}\n`);
}

/** The exercise that is shown in full: the one that is worked on, or the first with a failure, or anything to do; none when all pass. */
export function shownIn({ exercises }: Report, focus?: string): ExerciseReport | undefined {
  return (
    exercises.find(({ id }) => id === focus) ??
    exercises.find((exercise) => failuresOf(exercise).length > 0) ??
    exercises.find(({ status }) => status !== 'passed')
  );
}

function renderShown(shown: ExerciseReport, report: Report, look: Look): string[] {
  const { paint, signs, width } = look;
  const { title, score, maxScore, status } = shown;
  const rest = renderAlone(shown, look, 1);
  const others = failuresOf(shown).length - 1;
  if (others > 0) {
    const more = `${others} more of its functions ${others === 1 ? 'needs' : 'need'} work: ${look.command} ${numberOf(shown)}`;
    return [...rest, ...wrapText(more, width - 4).map((line) => paint.dim(`    ${line}`)), ''];
  }
  if (others === 0) return rest;
  const name = `${numberOf(shown).padStart(3)} ${signs.dot} ${title}`;
  const state = status === 'passed' ? 'passes' : status === 'not-started' ? '' : 'right so far';
  const points = `${score}/${maxScore}`;
  const gap = ' '.repeat(Math.max(2, width - columnsOf(name) - state.length - points.length - 2));
  const head = `${paint.bold(name)}  ${paint.green(state)}${gap}${paint.dim(points)}`;
  const open = status === 'passed' ? report.exercises.find((each) => each.status !== 'passed') : shown;
  const next = open === undefined ? [] : wrapText(`Next is ${placeOfNext(report, open)}.`, width - 4);
  return [head, ...next.map((line) => `    ${line}`), '', ...rest];
}

function renderFoot(report: Report, grading: readonly string[], { paint, width, signs }: Look): string[] {
  const numbers = grading.map((id) => numberOf({ id })).join(', ');
  const isDone = grading.length === 0 && report.exercises.every(({ status }) => status === 'passed');
  return [
    ...(report.exercises.length === 0 ? [] : [paint.bold(`  ${totalsOf(report)}`)]),
    ...(grading.length === 0 ? [] : wrapText(`grading ${numbers}${signs.more}`, width - 2).map((line) => `  ${line}`)),
    ...(isDone && report.exercises.length > 0 ? [`  ${ALL_PASSES}`] : []),
  ];
}
