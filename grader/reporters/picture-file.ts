import { declareInks, type Picture, type Pictured, type PicturePanel } from '../model/picture.ts';
import { type Html, html, trustHtml } from './html-text.ts';
import { trustSvg } from './pictures.ts';

const EDGE = 16;
const GAP = 20;
const COLUMNS = 2;
const TITLE = { size: 15, line: 20 };
const TEXT = { size: 12, line: 17 };
/** How wide a character is, generously, as a share of its height: a file does not know the fonts it will be shown in. */
const CHARACTER = 0.6;

/** A part of the picture, moved down to where the one before it ends. */
interface Block {
  readonly height: number;
  render(y: number): Html;
}

/** A picture as a file of its own, light or dark as its reader has it. */
export function renderPictureFile({ title, description, panels, legend }: Picture & Pictured): string {
  const columns = Math.min(COLUMNS, panels.length);
  const panelWidth = Math.max(...panels.map(({ width }) => width));
  const width = columns * panelWidth + (columns - 1) * GAP;
  const rows = Array.from({ length: Math.ceil(panels.length / columns) }, (_, row) =>
    panels.slice(row * columns, (row + 1) * columns),
  );
  const blocks = [
    titleBlock(title, width),
    ...rows.map((row) => rowBlock(row, panelWidth)),
    ...(legend.length === 0 ? [] : [legendBlock(legend, width)]),
  ];
  let height = EDGE;
  const parts = blocks.map((block) => {
    const part = block.render(height);
    height += block.height;
    return part;
  });
  const [outerWidth, outerHeight] = [width + 2 * EDGE, round(height + EDGE)];
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${outerWidth}" height="${outerHeight}" viewBox="0 0 ${outerWidth} ${outerHeight}" role="img" aria-labelledby="title description" font-family="system-ui, sans-serif" font-size="${TEXT.size}" fill="currentColor">
<title id="title">${title}</title>
<desc id="description">${description}</desc>
<style>${trustHtml(STYLE)}</style>
<rect class="paper" width="${outerWidth}" height="${outerHeight}" rx="6" />
<g aria-hidden="true">
${parts}</g>
</svg>
`.toString();
}

const STYLE = `
:root { color: #1b2128; --paper: #ffffff; ${declareInks('light')} }
@media (prefers-color-scheme: dark) { :root { color: #e7eaed; --paper: #14181d; ${declareInks('dark')} } }
.paper { fill: var(--paper); }
text { white-space: pre; }
`;

function titleBlock(title: string, width: number): Block {
  const lines = wrap(title, width, TITLE.size);
  return {
    height: lines.length * TITLE.line + 6,
    render: (y) =>
      html`${lines.map((line, index) => html`<text x="${EDGE}" y="${y + 15 + index * TITLE.line}" font-size="${TITLE.size}" font-weight="600">${line}</text>\n`)}`,
  };
}

function rowBlock(row: readonly PicturePanel[], panelWidth: number): Block {
  const top = row.some(({ title }) => title !== undefined) ? TEXT.line : 0;
  const tallest = Math.max(...row.map(({ height }) => height));
  const bottom = row.some(({ ramp }) => ramp !== undefined) ? TEXT.line : 0;
  return {
    height: top + tallest + bottom + 8,
    render: (y) =>
      html`${row.map((panel, index) => {
        const x = EDGE + index * (panelWidth + GAP);
        return html`${panel.title !== undefined && html`<text x="${x}" y="${y + 12}">${panel.title}</text>\n`}${place(panel.svg, x, y + top)}
${panel.ramp !== undefined && renderRamp(panel.ramp, x, y + top + panel.height + 12)}`;
      })}`,
  };
}

function renderRamp({ label, svg, low, high }: NonNullable<PicturePanel['ramp']>, x: number, y: number): Html {
  const from = x + lengthOf(`${label}  ${low}`, TEXT.size);
  return html`<text x="${x}" y="${round(y)}">${label}</text><text x="${round(from)}" y="${round(y)}" text-anchor="end">${low}</text>${place(svg, from + 6, y - 9)}<text x="${round(from + 132)}" y="${round(y)}">${high}</text>
`;
}

function legendBlock(legend: Pictured['legend'], width: number): Block {
  let [x, line] = [0, 0];
  const entries = legend.map(({ label, svg }) => {
    const lines = wrap(label, width - 36, TEXT.size);
    const length = 36 + Math.max(...lines.map((text) => lengthOf(text, TEXT.size)));
    if (x > 0 && x + length > width) [x, line] = [0, line + 1];
    const entry = { lines, svg, x, line };
    x += length + 16;
    // What takes several lines has them for itself.
    if (lines.length > 1) [x, line] = [0, line + lines.length];
    return entry;
  });
  return {
    height: (x > 0 ? line + 1 : line) * TEXT.line + 4,
    render: (y) =>
      html`${entries.map((entry) => {
        const [left, base] = [EDGE + entry.x, y + 14 + entry.line * TEXT.line];
        return html`${place(entry.svg, left, base - 10)}${entry.lines.map((text, index) => html`<text x="${round(left + 36)}" y="${round(base + index * TEXT.line)}">${text}</text>`)}
`;
      })}`,
  };
}

/** A drawing inside another, with its upper left corner at (x, y); its words are the whole picture's. */
function place(svg: string, x: number, y: number): Html {
  const [start = ''] = /^<svg[^>]*>/.exec(svg) ?? [];
  const own = start
    .replace(/ (?:role|aria-\w+|class)="[^"]*"/g, '')
    .replace('<svg', `<svg aria-hidden="true" x="${round(x)}" y="${round(y)}"`);
  return trustSvg(own + svg.slice(start.length));
}

function lengthOf(text: string, size: number): number {
  return [...text].length * size * CHARACTER;
}

function wrap(text: string, width: number, size: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && lengthOf(longer, size) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
