import { forTerminal } from './escape.ts';

const NARROW = /^[\p{Mn}\p{Me}]$/u;
// Where terminals disagree, the wider answer: a line that is cut early still fits.
const WIDE =
  /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Yi}\p{Emoji_Presentation}\u2e80-\u303e\u3200-\u33ff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f000}-\u{1faff}]$/u;

/** How many columns of a terminal a text without control characters takes. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += widthOf(character);
  return columns;
}

function widthOf(character: string): number {
  if (character <= '~') return 1;
  if (NARROW.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** The longest beginning of a text that takes no more than `columns`. */
export function takeColumns(text: string, columns: number): string {
  let [end, used] = [0, 0];
  for (const character of text) {
    used += widthOf(character);
    if (used > columns) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** One line of text in no more than `columns`; what is cut off its end is marked. */
export function fitLine(text: string, columns: number, mark = '…'): string {
  const line = forTerminal(text).replaceAll('\n', ' ').trimEnd();
  if (columnsOf(line) <= columns) return line;
  return `${takeColumns(line, columns - mark.length).trimEnd()}${mark}`;
}

/** Text as lines of no more than `columns`, broken at spaces where there are any; at most `limit` lines, cut with a mark. */
export function wrapText(text: string, columns: number, limit = Number.POSITIVE_INFINITY, mark = '…'): string[] {
  const lines: string[] = [];
  for (const paragraph of forTerminal(text).trimEnd().split('\n')) {
    let rest = paragraph;
    for (;;) {
      const head = takeColumns(rest, columns);
      if (head.length === rest.length) break;
      const space = rest[head.length] === ' ' ? head.length : head.lastIndexOf(' ');
      // A line with nothing before its last space would be empty: break the word instead.
      const end = head.slice(0, Math.max(0, space)).trim() === '' ? head.length : space;
      lines.push(rest.slice(0, end).trimEnd());
      rest = rest.slice(end).trimStart();
    }
    lines.push(rest.trimEnd());
    if (lines.length > limit) break;
  }
  if (lines.length <= limit) return lines;
  const last = takeColumns(lines[limit - 1] ?? '', columns - mark.length - 1).trimEnd();
  return [...lines.slice(0, limit - 1), `${last} ${mark}`];
}

/** Text followed by spaces up to so many columns. */
export function padColumns(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)));
}
