import { Chalk, type ChalkInstance } from 'chalk';
import type { CheckReport, ExerciseReport, Report } from '../model/report.ts';
import { count } from '../model/text.ts';
import { columnsOf, fitLine, padColumns, wrapText } from './columns.ts';
import { forLog } from './escape.ts';
import { BAR, chooseSigns, renderBar, type Signs } from './signs.ts';
import {
  ALL_PASSES,
  DOES_NOT_LOAD,
  describeChanged,
  describeFailure,
  describeState,
  functionsOf,
  isStop,
  NOT_STARTED,
  needsWork,
  numberOf,
  placeOf,
  placeToWork,
  stateOf,
  totalsOf,
  WITHHELD,
  whyWaiting,
} from './words.ts';

/** How a report is to look. */
export interface TerminalOptions {
  readonly color: boolean;
  /** Columns; 80 unless told. */
  readonly width?: number;
  /** Whether the terminal has signs beyond ASCII; true unless told. */
  readonly unicode?: boolean;
  /** What a student types to grade one exercise, up to its number. */
  readonly command?: string;
}

/** Lines that a report on several exercises may have: 40, less what npm prints before it and the prompt after it. */
export const MAX_LINES = 35;

const LABEL = 11;
const TITLE = 30;
// The number, the star, the bar, the points and a few words.
const BESIDE_TITLE = 46;

export interface Look {
  readonly paint: ChalkInstance;
  readonly signs: Signs;
  readonly width: number;
  readonly command: string;
}

/** How many lines each part of a failed check may take. */
interface Room {
  readonly title: number;
  readonly text: number;
  readonly value: number;
}

const ROOM: { readonly [name in 'alone' | 'several' | 'scarce']: Room } = {
  alone: { title: 4, text: 12, value: 12 },
  several: { title: 2, text: 3, value: 2 },
  scarce: { title: 1, text: 1, value: 1 },
};

/** A report for people: what to do, at most 80 columns wide, and for several exercises no longer than a screen. */
export function renderTerminal(report: Report, options: TerminalOptions): string {
  const look = lookOf(options);
  const withheld =
    report.withheld === undefined
      ? []
      : [...wrapText(WITHHELD[report.withheld], look.width - 2).map((line) => `  ${line}`)];
  const head = [renderHeader(report, look), ...withheld, '', ...renderList(report, look), ''];
  const foot = renderFooter(report, look);
  const alone = report.exercises.length === 1 ? report.exercises[0] : undefined;
  const lines =
    alone === undefined
      ? [...head, ...renderSeveral(report, MAX_LINES - head.length - foot.length, look), ...foot]
      : [...head, ...renderAlone(alone, look), ...asBlock(renderIgnored(report, look)), ...foot];
  return forLog(`${lines.join('\n')}\n`);
}

export function lookOf(options: TerminalOptions): Look {
  return {
    paint: new Chalk({ level: options.color ? 1 : 0 }),
    signs: chooseSigns(options.unicode),
    width: options.width ?? 80,
    command: options.command ?? 'npm run grade --',
  };
}

export function renderHeader({ kit, seed, isolation, submission }: Report, { paint, signs, width }: Look): string {
  const name = `flow-grade ${kit}`;
  const parts = [isolation, `seed ${seed}`, ...(submission === 'exercises' ? [] : [submission])];
  const rest = parts.map((part) => ` ${signs.dot} ${part}`).join('');
  return paint.bold(name) + paint.dim(fitLine(rest, width - columnsOf(name), signs.more));
}

export function renderList({ exercises }: Report, look: Look): string[] {
  const { paint, signs, width } = look;
  const titles = exercises.map(({ title }) => fitLine(title, Math.min(TITLE, width - BESIDE_TITLE), signs.more));
  const column = Math.max(...titles.map(columnsOf));
  return exercises.map((exercise, index) => {
    const { score, maxScore, core } = exercise;
    const start = `${numberOf(exercise).padStart(3)} ${core ? signs.star : ' '} ${padColumns(titles[index] ?? '', column)}  `;
    const points = `   ${`${score}/${maxScore}`.padStart(5)}`;
    const room = width - columnsOf(start) - BAR - points.length - 3;
    const words = fitLine(describeState(exercise, room), room, signs.more);
    const color = score === maxScore ? paint.green : score === 0 ? paint.dim : paint.yellow;
    const state = words === '' ? '' : `   ${words === NOT_STARTED ? paint.dim(words) : words}`;
    return `${start}${color(renderBar(score / Math.max(1, maxScore), signs))}${points}${state}`;
  });
}

/** What went wrong in several exercises: as many failures as fit, the earliest exercises first. */
function renderSeveral(report: Report, lines: number, look: Look): string[] {
  const failures = report.exercises.flatMap((exercise) => failuresOf(exercise).map((render) => ({ exercise, render })));
  const notes = asBlock([...renderIgnored(report, look), ...renderPrinters(report, look)]);
  const space = lines - notes.length;
  const shown: string[] = [];
  for (const [index, { exercise, render }] of failures.entries()) {
    // While there are more, a line for those that do not fit, and a blank one.
    const room = index === failures.length - 1 ? space : space - 2;
    let block = render(ROOM.several, look);
    if (index === 0 && block.length + 1 > room) block = render(ROOM.scarce, look);
    if (shown.length + block.length + 1 > room) {
      return [...shown, `  ${failures.length - index} more: ${look.command} ${numberOf(exercise)}`, '', ...notes];
    }
    shown.push(...asBlock(block));
  }
  return [...shown, ...notes];
}

/** Everything that is to say about one exercise, or all but its later failures. */
export function renderAlone(exercise: ExerciseReport, look: Look, failures = Number.POSITIVE_INFINITY): string[] {
  const { paint, signs, width } = look;
  const { status, message, console: printed = [] } = exercise;
  const indent = (text: string) => wrapText(text, width - 2).map((line) => `  ${line}`);
  const isUnderway = status === 'partial' || status === 'failed';
  const functions = functionsOf(exercise).map((each) => ({ ...each, state: stateOf(each) }));
  const waiting = functions.filter(({ state }) => state === 'waiting');
  const unstarted = functions.filter(({ state }) => state === 'not-started').map(({ name }) => name);
  const lines = printed.flatMap((line) => wrapText(line, width - 4, 4, signs.more));
  return [
    ...failuresOf(exercise)
      .slice(0, failures)
      .flatMap((render) => asBlock(render(ROOM.alone, look))),
    ...asBlock([
      ...(status === 'not-started' && message !== undefined ? indent(message) : []),
      ...(isUnderway ? waiting.flatMap(({ name, checks }) => indent(`waiting: ${name} (${whyWaiting(checks)})`)) : []),
      ...(isUnderway && unstarted.length > 0 ? indent(`${NOT_STARTED}: ${unstarted.join(', ')}`) : []),
    ]),
    ...(lines.length === 0 ? [] : [`  ${paint.bold('printed by your code')}`]),
    ...asBlock(lines.map((line) => `  ${paint.dim(signs.rule)} ${line}`.trimEnd())),
  ];
}

/** Lines with a blank one after them, when there are any. */
function asBlock(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [...lines, ''];
}

type Render = (room: Room, look: Look) => string[];

/** What failed in an exercise, one for each function, or one for all of it when it does not load. */
export function failuresOf(exercise: ExerciseReport): Render[] {
  const { status, message, title, maxScore, location } = exercise;
  if (status === 'broken') {
    return [
      (room, look) => [
        ...renderTitle(numberOf(exercise), title, DOES_NOT_LOAD, maxScore, room, look),
        ...renderText(message, room.text, look),
        ...renderRemarks([placeOf(location)], room, look),
      ],
    ];
  }
  return functionsOf(exercise).flatMap(({ name, checks, first }) =>
    first === undefined ? [] : [(room, look) => renderFailure(numberOf(exercise), name, first, checks, room, look)],
  );
}

function renderFailure(
  number: string,
  name: string,
  first: CheckReport,
  checks: readonly CheckReport[],
  room: Room,
  look: Look,
): string[] {
  const failure = describeFailure(first);
  const rest = checks.slice(checks.indexOf(first) + 1);
  const waiting = rest.filter((check) => check.status === 'skipped').length;
  const ungraded = rest.filter((check) => check.status === 'grader-error').length;
  const failing = rest.filter(needsWork).length - ungraded;
  const isAwaited = isStop(first.status) || first === checks[0];
  const remarks = [
    failure.place,
    first.status === 'grader-error' ? undefined : hintFor(number),
    failure.search,
    waiting === 0
      ? undefined
      : `${count(waiting, 'more check')} ${waiting === 1 ? 'waits' : 'wait'}${isAwaited ? ' on this one' : ''}`,
    failing === 0 ? undefined : `${count(failing, 'more check')} ${failing === 1 ? 'fails' : 'fail'}`,
    ungraded === 0 ? undefined : `${count(ungraded, 'more check')} could not be graded`,
  ];
  return [
    ...renderTitle(number, name, failure.says, first.maxScore, room, look),
    ...renderText(failure.during, room.title, look),
    ...renderText(failure.message, room.text, look),
    ...failure.values.flatMap(({ label, value }) => renderRow(label, value, room, look)),
    ...renderText(failure.hint, room.text, look),
    ...renderRemarks(leaveOut(remarks, hintFor(number), look), room, look),
  ];
}

function hintFor(number: string): string {
  return `hint: npm run hint -- ${number}`;
}

/** The remarks without one that would take them to a second line. */
function leaveOut(
  remarks: readonly (string | undefined)[],
  one: string,
  { signs, width }: Look,
): readonly (string | undefined)[] {
  return columnsOf(joinRemarks(remarks, signs)) <= width - 4 ? remarks : remarks.filter((remark) => remark !== one);
}

/** "  4 · logDetJacobian  ✗ what it should be      4 points". */
function renderTitle(number: string, name: string, says: string, points: number, room: Room, look: Look): string[] {
  const { paint, signs, width } = look;
  const start = `${number.padStart(3)} ${signs.dot} ${name}  `;
  const worth = points === 0 ? '' : count(points, 'point');
  const columns = width - Math.max(worth.length + 2, 6);
  const [line = '', ...others] = wrapText(`${start}${signs.cross} ${says}`, columns, room.title, signs.more);
  const painted = paint.bold(line.slice(0, start.length)) + paint.red(line.slice(start.length));
  const gap = ' '.repeat(Math.max(0, width - worth.length - columnsOf(line)));
  return [
    worth === '' ? painted : `${painted}${gap}${paint.dim(worth)}`,
    ...others.map((other) => `      ${paint.red(other)}`),
  ];
}

function renderText(text: string | undefined, lines: number, { width, signs }: Look): string[] {
  if (text === undefined || text === '') return [];
  return wrapText(text, width - 4, lines, signs.more).map((line) => `    ${line}`.trimEnd());
}

function renderRow(label: string, value: string, { value: limit }: Room, look: Look): string[] {
  const { paint, signs, width } = look;
  const color = label === 'expected' ? paint.green : label === 'yours' ? paint.red : String;
  return wrapText(value, width - 4 - LABEL, limit, signs.more).map((line, index) =>
    `    ${paint.dim((index === 0 ? label : '').padEnd(line === '' ? 0 : LABEL))}${color(line)}`.trimEnd(),
  );
}

function renderRemarks(remarks: readonly (string | undefined)[], { text }: Room, look: Look): string[] {
  return renderText(joinRemarks(remarks, look.signs), text, look).map((line) => look.paint.dim(line));
}

function joinRemarks(remarks: readonly (string | undefined)[], { dot }: Signs): string {
  return remarks.filter((remark) => remark !== undefined && remark !== '').join(` ${dot} `);
}

function renderIgnored(report: Report, { paint, signs, width }: Look): string[] {
  const { ignored } = report;
  const lines = [ignored.length === 0 ? '' : `not used: ${ignored.join(', ')}`, describeChanged(report)];
  return lines.filter((line) => line !== '').map((line) => paint.dim(fitLine(`  ${line}`, width, signs.more)));
}

/** Which exercises printed something, and how to see it. */
function renderPrinters({ exercises }: Report, { command, width, signs }: Look): string[] {
  const numbers = exercises.filter((exercise) => exercise.console !== undefined).map(numberOf);
  if (numbers.length === 0) return [];
  const text = `  Your code printed something in ${numbers.join(', ')}; to see it: ${command} ${numbers[0]}`;
  return [fitLine(text, width, signs.more)];
}

function renderFooter(report: Report, look: Look): string[] {
  const { exercises } = report;
  const { paint, signs, width, command } = look;
  const total = `  ${totalsOf(report)}`;
  const sums = paint.bold(total);
  const indent = (text: string) => wrapText(text, width - 2).map((line) => `  ${line}`);

  const failing = exercises.find((exercise) => failuresOf(exercise).length > 0);
  if (failing !== undefined) {
    const next = `${signs.dot}  next: ${command} ${numberOf(failing)}`;
    return columnsOf(`${total}   ${next}`) <= width ? [`${sums}   ${next}`] : [sums, ...indent(next.slice(3))];
  }
  const open = exercises.find(({ status }) => status !== 'passed');
  if (open === undefined) {
    const rest = exercises.length > 1 ? '' : ` The whole course: ${command.replace(/ --$/, '')}`;
    return [sums, '', ...indent(`${ALL_PASSES}${rest}`)];
  }
  const place = placeOfNext(report, open);
  const isFresh = exercises.every(({ status }) => status === 'not-started');
  return [
    sums,
    '',
    ...indent(isFresh ? `Start with ${place}.` : `Next is ${place}.`),
    ...indent(`Then: ${command} ${numberOf(open)}`),
  ];
}

/** The file to go on in, and the first function there that is not begun. */
export function placeOfNext(report: Report, open: ExerciseReport): string {
  const step = functionsOf(open).find((each) => stateOf(each) === 'not-started')?.name;
  return `${placeToWork(report, open)}${step === undefined ? '' : `, function ${step}`}`;
}
