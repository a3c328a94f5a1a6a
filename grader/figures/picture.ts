import type { ColorScale, Drawn } from '../model/figure.ts';
import type { Picture, Ramp } from '../model/picture.ts';
import { type Look, legendOf, rampOf, renderPanels, styleOf } from './svg.ts';

/** How large a swatch and a ramp are, in CSS pixels. */
export const SWATCH = { width: 28, height: 12 };
export const RAMP = { width: 120, height: 10 };
const STEPS = 24;

/** A figure as a page shows it, or why there is none. */
export function pictureOf(drawn: Drawn): Picture {
  if ('missing' in drawn) return drawn;
  const { id, title, drawing } = drawn;
  const panels = renderPanels(drawing, `figure-${id.replaceAll(/[^\w-]/g, '-')}`);
  return {
    id,
    title,
    description: drawing.description,
    panels: drawing.panels.map((panel, index) => {
      const svg = panels[index] ?? '';
      return {
        ...(panel.title !== undefined && { title: panel.title }),
        svg,
        ...sizeOf(svg),
        ...(panel.color && { ramp: renderRamp(panel.color) }),
      };
    }),
    legend: legendOf(drawing).map(({ label, looks }) => ({ label, svg: renderSwatch(looks) })),
  };
}

function sizeOf(svg: string): { width: number; height: number } {
  const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? [];
  return { width: Number(width), height: Number(height) };
}

/** A small sample of marks; the words beside it name it. */
function renderSwatch(looks: readonly Look[]): string {
  const { width, height } = SWATCH;
  const shapes = looks.map(renderLook).join('');
  return `<svg class="swatch" aria-hidden="true" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${shapes}</svg>`;
}

function renderLook({ role, shape }: Look): string {
  const { color, width, dashes } = styleOf(role);
  const stroke = `stroke="${color}" stroke-width="${width}"${dashes === undefined ? '' : ` stroke-dasharray="${dashes}"`}`;
  switch (shape) {
    case 'line':
      return `<line x1="0" x2="28" y1="6" y2="6" ${stroke} />`;
    case 'rule':
      return `<line x1="14" x2="14" y1="0" y2="12" ${stroke} />`;
    case 'dots':
      return role === 'data'
        ? [6, 14, 22].map((x) => `<circle cx="${x}" cy="${x === 14 ? 4 : 8}" r="1.6" fill="${color}" />`).join('')
        : `<circle cx="14" cy="6" r="3.5" fill="${color}" />`;
    case 'band':
      return `<rect x="0" y="1" width="28" height="10" fill="${color}" fill-opacity="0.2" />`;
    case 'bars':
      return [7, 11, 5]
        .map(
          (high, index) =>
            `<rect x="${4 + 7 * index}" y="${12 - high}" width="6" height="${high}" fill="${color}" fill-opacity="0.35" stroke="${color}" stroke-width="0.8" />`,
        )
        .join('');
    case 'arrows':
      return `<path d="M1,6H26M20,2L26,6L20,10" fill="none" stroke="${color}" stroke-width="${width * 0.7}" />`;
  }
}

function renderRamp(scale: ColorScale): Ramp {
  const { width, height } = RAMP;
  const [low, high] = scale.domain;
  const step = width / STEPS;
  const parts = rampOf(scale, STEPS).map(
    // A little wider than its part, so that no gap is seen between two.
    ({ color }, index) =>
      `<rect x="${index * step}" y="0" width="${index === STEPS - 1 ? step : step + 1}" height="${height}" fill="${color}" />`,
  );
  return {
    label: scale.label,
    svg: `<svg class="ramp" aria-hidden="true" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${parts.join('')}</svg>`,
    low: formatEnd(low),
    high: formatEnd(high),
  };
}

function formatEnd(value: number): string {
  return String(Number(value.toPrecision(3))).replace(/^-/, '−');
}
