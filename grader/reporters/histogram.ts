import { plot, rectY, ruleX, ruleY, text } from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { count } from '../model/text.ts';
import { formatMean, meanOf, medianOf } from './class-numbers.ts';
import { type Html, html, trustHtml } from './html-text.ts';

/** How many scores lie between two numbers of points. */
export interface Bin {
  readonly low: number;
  /** Not included, but in the last bin. */
  readonly high: number;
  readonly amount: number;
}

const MOST_BINS = 20;
const NICE = [1, 2, 5];

/** Scores from 0 to `maxScore` in bins of a round width, the empty ones too; the last may be narrower. */
export function binScores(scores: readonly number[], maxScore: number): Bin[] {
  const width = roundStep(maxScore, MOST_BINS);
  const bins = Math.max(1, Math.ceil(maxScore / width));
  const amounts = new Array<number>(bins).fill(0);
  for (const score of scores) {
    const index = Math.min(bins - 1, Math.max(0, Math.floor(score / width)));
    amounts[index] = (amounts[index] ?? 0) + 1;
  }
  return amounts.map((amount, index) => ({
    low: index * width,
    high: Math.min(maxScore, (index + 1) * width),
    amount,
  }));
}

/** The smallest of 1, 2, 5, 10, 20, … that divides `length` into no more than `most` parts. */
function roundStep(length: number, most: number): number {
  for (let scale = 1; ; scale *= 10) {
    const step = NICE.find((nice) => length / (nice * scale) <= most);
    if (step !== undefined) return step * scale;
  }
}

/** How many have how many points, drawn, and as a table for those who do not see it. */
export function renderHistogram(name: string, scores: readonly number[], maxScore: number): Html {
  const bins = binScores(scores, maxScore);
  const [mean, median] = [meanOf(scores), medianOf(scores)];
  const numbers = `median ${median ?? '–'}, mean ${formatMean(mean)} of ${maxScore}`;
  return html`<figure>
<figcaption><strong>${name}</strong> ${numbers}</figcaption>
${draw(bins, median, `${name}: histogram of ${count(scores.length, 'score')}, ${numbers}`)}
<details>
<summary>As numbers</summary>
<table>
<caption>${name}: how many have how many points</caption>
<thead><tr><th scope="col" class="n">Points</th><th scope="col" class="n">Submissions</th></tr></thead>
<tbody>
${bins.map(
  (
    { low, high, amount },
    index,
  ) => html`<tr><th scope="row" class="n">${low}–${index === bins.length - 1 ? high : high - 1}</th><td class="n">${amount}</td></tr>
`,
)}</tbody>
</table>
</details>
</figure>`;
}

function draw(bins: readonly Bin[], median: number | undefined, label: string): Html {
  const { document } = parseHTML('<html></html>');
  const highest = Math.max(1, ...bins.map(({ amount }) => amount));
  const end = bins.at(-1)?.high ?? 1;
  const svg = plot({
    document,
    className: 'histogram',
    ariaLabel: label,
    width: 360,
    height: 220,
    marginLeft: 40,
    marginBottom: 36,
    x: { domain: [0, end], ticks: ticksTo(end, 5), label: 'points', labelArrow: 'none', labelAnchor: 'center' },
    y: { domain: [0, highest], ticks: ticksTo(highest, 4), tickFormat: String, label: null, grid: true },
    marks: [
      rectY(bins, { x1: 'low', x2: 'high', y: 'amount', inset: 0.5, fill: 'currentColor' }),
      ruleY([0]),
      ...(median === undefined
        ? []
        : [
            ruleX([median], { strokeWidth: 1.5, strokeDasharray: '4 3' }),
            text([median], { x: (each: number) => each, frameAnchor: 'top', dy: -14, text: () => 'median' }),
          ]),
    ],
  });
  svg.setAttribute('role', 'img');
  // Plot names groups, which have no role that a name could belong to; the picture has one of its own.
  return trustHtml(svg.outerHTML.replaceAll(/(<g\b[^>]*?) aria-label="[^"]*"/g, '$1'));
}

/** Round numbers from 0 to `end`, whole ones. */
function ticksTo(end: number, most: number): number[] {
  const step = roundStep(end, most);
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => index * step);
}
