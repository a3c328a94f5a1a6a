import {
  areaY,
  arrow,
  dot,
  line,
  type Markish,
  type PlotOptions,
  plot,
  rectY,
  ruleX,
  ruleY,
  scale as scaleOf,
} from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { Axis, ColorScale, Drawing, Mark, Panel, Point, Role } from '../model/figure.ts';
import { INKS } from '../model/picture.ts';

/** How wide a panel is, in CSS pixels: as wide as a phone has room for, so that its text is never made smaller. */
export const PANEL_WIDTH = 350;
const PANEL_HEIGHT = 260;
const MARGIN = { left: 46, right: 14, top: 18, bottom: 38 };

/** A colour of the page that holds the picture, light or dark. */
const ink = (role: Role) => `var(--figure-${role}, ${INKS.light[role]})`;

/** What tells marks apart: a colour, and dashes or width for who sees none. */
const STYLES: {
  readonly [role in Role]: { readonly color: string; readonly width: number; readonly dashes?: string };
} = {
  yours: { color: ink('yours'), width: 2.2 },
  reference: { color: ink('reference'), width: 1.6, dashes: '6 4' },
  data: { color: ink('data'), width: 1 },
  before: { color: ink('before'), width: 1.6, dashes: '2 3' },
  aid: { color: ink('aid'), width: 1 },
};

/**
 * A picture's panels, each an SVG of its own that a page sets beside or under the others.
 *
 * The first carries the description as its accessible name, the others the title that tells them from it. There is no style
 * in them: a page gives them `display: block; max-width: 100%; height: auto`.
 */
export function renderPanels(drawing: Drawing, className: string): string[] {
  return drawing.panels.map((panel, index) => {
    const names = [panel.title, index === 0 || panel.title === undefined ? drawing.description : undefined];
    const name = names.filter((each) => each !== undefined).join('. ');
    return tidy(renderPanel(panel, `${className}-${index + 1}`, name));
  });
}

/** What the marks of a picture stand for: each words once, with the looks of all marks that have them. */
export function legendOf({ panels }: Drawing): { readonly label: string; readonly looks: readonly Look[] }[] {
  const looks = new Map<string, Look[]>();
  for (const mark of panels.flatMap(({ marks }) => marks)) {
    if (mark.kind === 'cells' || mark.label === undefined) continue;
    const { role, kind, label } = mark;
    const shape = kind === 'rule' && mark.across === 'y' ? 'line' : kind;
    const own = looks.get(label) ?? [];
    if (!own.some((look) => look.role === role && look.shape === shape)) own.push({ role, shape });
    looks.set(label, own);
  }
  return [...looks].map(([label, own]) => ({ label, looks: own }));
}

/** How a mark looks, in a legend. */
export interface Look {
  readonly role: Role;
  readonly shape: Exclude<Mark['kind'], 'cells'>;
}

/** The colour and dashes of a role, for a legend. */
export function styleOf(role: Role): { readonly color: string; readonly width: number; readonly dashes?: string } {
  return STYLES[role];
}

/**
 * Without the library's style and its names for groups, which nobody asked for, and with no more digits than an eye needs:
 * the last ones differ between versions of Node.
 */
function tidy(svg: string): string {
  const numbers = /(\s(?:[xy][12]?|c[xy]|r|d|width|height|viewBox|transform|points)=")([^"]*)/g;
  const round = (number: string) => String(Number(Number(number).toFixed(2)) + 0);
  return svg.replace(/<style>[^<]*<\/style>/g, '').replace(/<[^>]*>/g, (tag) =>
    tag
      .replace(tag.startsWith('<svg') ? '' : / aria-\w+="[^"]*"/g, '')
      .replace(numbers, (_, name: string, value: string) => {
        return name + value.replace(/-?(?:\d+\.\d+(?:e[-+]?\d+)?|\d+e[-+]?\d+)/g, round);
      }),
  );
}

function renderPanel(panel: Panel, className: string, name: string): string {
  const { document } = parseHTML('<html></html>');
  const options: PlotOptions = {
    document: document as unknown as Document,
    className,
    width: PANEL_WIDTH,
    height: panel.equal ? PANEL_WIDTH - MARGIN.left - MARGIN.right + MARGIN.top + MARGIN.bottom : PANEL_HEIGHT,
    marginLeft: MARGIN.left,
    marginRight: MARGIN.right,
    marginTop: MARGIN.top,
    marginBottom: MARGIN.bottom,
    x: { ...scaleOptions(panel.x), labelAnchor: 'center', labelArrow: 'none' },
    y: { ...scaleOptions(panel.y), labelArrow: 'none' },
    ...(panel.equal && { aspectRatio: 1, height: undefined as never }),
    ...(panel.color && { color: { ...colorOptions(panel.color), legend: false } }),
    marks: panel.marks.map((mark) => within(mark, panel)).flatMap(marksOf),
  };
  const svg = plot(options) as unknown as { outerHTML: string };
  // The library that writes the markup leaves < and & as they are in an attribute.
  return svg.outerHTML.replace('<svg ', () => `<svg role="img" aria-label="${escapeAttribute(name)}" `);
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function scaleOptions({ label, domain, log }: Axis) {
  return {
    label,
    grid: true,
    ticks: 5,
    ...(domain && { domain: [...domain] }),
    ...(log && { type: 'log' as const, ticks: 4, tickFormat: formatPower }),
  };
}

function formatPower(value: number): string {
  return String(Number(value.toPrecision(2)));
}

/** Brown to green over 0, which every kind of colour vision tells apart; one colour, light to dark, where 0 is an end. */
function colorOptions({ domain: [low, high] }: ColorScale) {
  const reach = Math.max(-low, high, 1e-9);
  return low < 0 && high > 0
    ? ({ type: 'diverging', scheme: 'BrBG', domain: [-reach, reach], pivot: 0 } as const)
    : ({ type: 'linear', scheme: 'YlGnBu', domain: [low, high] } as const);
}

/** The colours of a scale from its low end to its high one, for a legend. */
export function rampOf(color: ColorScale, count: number): { readonly value: number; readonly color: string }[] {
  const { domain } = color;
  const { apply } = scaleOf({ color: colorOptions(color) });
  return Array.from({ length: count }, (_, index) => {
    const value = domain[0] + ((domain[1] - domain[0]) * (index + 0.5)) / count;
    return { value, color: String(apply(value)) };
  });
}

/** A mark without what lies outside the panel: Plot's own clipping numbers its parts anew in every picture of a process. */
function within(mark: Mark, { x, y }: Panel): Mark {
  if (mark.kind !== 'line' && mark.kind !== 'dots') return mark;
  const isIn = (value: number, { domain }: Axis) => domain === undefined || (value >= domain[0] && value <= domain[1]);
  const gap: Point = [Number.NaN, Number.NaN];
  const points = mark.points.map((point) => (isIn(point[0], x) && isIn(point[1], y) ? point : gap));
  return { ...mark, points };
}

const isFinitePoint = (point: readonly number[]) => point.every(Number.isFinite);

function marksOf(mark: Mark): Markish[] {
  if (mark.kind === 'cells') {
    const corners = mark.cells.flatMap(({ corners: own, value }, cell) =>
      own.every(isFinitePoint) && Number.isFinite(value) ? own.map(([x, y]) => ({ x, y, value, cell })) : [],
    );
    return [
      line(corners, {
        x: 'x',
        y: 'y',
        z: 'cell',
        fill: 'value',
        stroke: 'value',
        strokeWidth: 0.4,
        curve: 'linear-closed',
      }),
    ];
  }
  const { color, width, dashes } = STYLES[mark.role];
  const stroke = { stroke: color, strokeWidth: width, ...(dashes && { strokeDasharray: dashes }) };
  const [x, y] = [([value]: Point) => value, ([, value]: Point) => value];
  switch (mark.kind) {
    case 'line':
      // A gap where there is no number, as Plot leaves one.
      return [line(mark.points as Point[], { x, y, ...stroke })];
    case 'dots': {
      const points = mark.points.filter(isFinitePoint);
      const r = mark.role === 'data' ? 1.6 : 3.5;
      return [dot(points, { x, y, r, fill: color, fillOpacity: mark.role === 'data' ? 0.6 : 1 })];
    }
    case 'band': {
      const points = mark.points.filter(isFinitePoint);
      return [
        areaY(points, {
          x: (each) => each[0],
          y1: (each) => each[1],
          y2: (each) => each[2],
          fill: color,
          fillOpacity: 0.2,
        }),
      ];
    }
    case 'bars': {
      const bars = mark.bars.filter(isFinitePoint);
      return [
        rectY(bars, {
          x1: (bar) => bar[0],
          x2: (bar) => bar[1],
          y: (bar) => bar[2],
          fill: color,
          fillOpacity: 0.35,
          stroke: color,
          strokeWidth: 0.8,
          inset: 0.5,
        }),
      ];
    }
    case 'rule':
      if (!Number.isFinite(mark.at)) return [];
      return [mark.across === 'x' ? ruleX([mark.at], stroke) : ruleY([mark.at], stroke)];
    case 'arrows': {
      const arrows = mark.arrows.filter((ends) => ends.every(isFinitePoint));
      return [
        arrow(arrows, {
          x1: ([from]) => from[0],
          y1: ([from]) => from[1],
          x2: ([, to]) => to[0],
          y2: ([, to]) => to[1],
          stroke: color,
          strokeWidth: width * 0.7,
          headLength: 6,
        }),
      ];
    }
  }
}
