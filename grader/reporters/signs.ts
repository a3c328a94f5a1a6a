/** Cells of a bar. */
export const BAR = 10;

const UNICODE = { star: '★', cross: '✗', dot: '·', empty: '·', cells: '▏▎▍▌▋▊▉█', more: '…', rule: '│' };
const ASCII = { star: '*', cross: 'x', dot: '-', empty: '-', cells: '#', more: '...', rule: '|' };

/** What a terminal's reports are drawn with. */
export type Signs = typeof UNICODE;

/** Signs beyond ASCII unless told that there are none. */
export function chooseSigns(unicode = true): Signs {
  return unicode ? UNICODE : ASCII;
}

/** Ten cells, the last of them filled in part where there are signs for it; full only when the share is. */
export function renderBar(share: number, { cells, empty }: Signs): string {
  const parts = Math.floor(share * BAR * cells.length);
  const full = (cells.at(-1) ?? '').repeat(Math.floor(parts / cells.length));
  const part = cells[(parts % cells.length) - 1] ?? '';
  return (full + part).padEnd(BAR, empty);
}
