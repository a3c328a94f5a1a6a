import { Chalk } from 'chalk';
import { columnsOf, wrapText } from './columns.ts';
import { forLog } from './escape.ts';
import { chooseSigns } from './signs.ts';
import type { TerminalOptions } from './terminal.ts';
import { numberOf } from './words.ts';

/** A hint of an exercise's text. */
export interface HintToShow {
  readonly exercise: { readonly id: string; readonly title: string };
  readonly level: number;
  /** How many there are. */
  readonly of: number;
  /** Markdown: paragraphs, fenced blocks, code spans. */
  readonly text: string;
  /** Whether it was shown before, and is the last. */
  readonly isAgain: boolean;
}

/** A hint for a terminal: paragraphs filled to the width, code and formulas as they stand. */
export function renderHint(hint: HintToShow, options: TerminalOptions): string {
  const { exercise, level, of, isAgain } = hint;
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const { dot } = chooseSigns(options.unicode);
  const width = options.width ?? 80;
  const number = numberOf(exercise);
  const foot = isAgain
    ? 'There are no more hints; this is the last one again.'
    : level < of
      ? `The next one: npm run hint -- ${number}${level + 1 === of ? ' (the last)' : ''}`
      : 'This is the last hint.';
  const lines = [
    paint.bold(`${number.padStart(3)} ${dot} ${exercise.title} ${dot} hint ${level} of ${of}`),
    '',
    ...renderBlocks(hint.text, width),
    '',
    paint.dim(`    ${foot}`),
  ];
  return forLog(`${lines.join('\n')}\n`);
}

/** Wraps a paragraph, with no break inside a code span that a line can hold. */
function fill(paragraph: string, columns: number): string[] {
  const held = paragraph.replace(/`[^`]*`/g, (code) =>
    columnsOf(code) < columns ? code.replaceAll(' ', NO_BREAK) : code,
  );
  return wrapText(held, columns).map((line) => line.replaceAll(NO_BREAK, ' '));
}

const NO_BREAK = '\u00a0';

function renderBlocks(text: string, width: number): string[] {
  const blocks = text.split(/^```\w*\n([\s\S]*?)^```$/m);
  return blocks
    .flatMap((block, index) => {
      // Every second part stood between fences.
      if (index % 2 === 1) return [wrapText(block, width - 6).map((line) => `      ${line}`.trimEnd())];
      const paragraphs = block.split(/\n{2,}/).filter((paragraph) => paragraph.trim() !== '');
      return paragraphs.map((paragraph) =>
        fill(paragraph.trim().replaceAll(/\s*\n\s*/g, ' '), width - 4).map((line) => `    ${line}`),
      );
    })
    .flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}
