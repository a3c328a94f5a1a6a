import { createHash } from 'node:crypto';
import { type Html, html, trustHtml } from './html-text.ts';

/** A page to be. */
export interface Page {
  readonly title: string;
  /** Starts with the only `<h1>`. */
  readonly body: Html;
  /** Whether the page has wide tables. */
  readonly wide?: boolean;
  /** What this page needs beyond the style of all. */
  readonly style?: string;
  /** Runs at the page's end; no other script can. */
  readonly script?: string;
}

/** One file that needs nothing else: its own style, and a policy that lets it ask for nothing and run nothing more. */
export function renderPage({ title, body, wide = false, style = '', script }: Page): string {
  const policy = [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    ...(script === undefined ? [] : [`script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`]),
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${trustHtml(STYLE + style)}</style>
</head>
<body>
<main${wide && html` class="wide"`}>
${body}
</main>
${script !== undefined && html`<script>${trustHtml(script)}</script>\n`}</body>
</html>
`;
  return page.toString();
}

/** A bar filled in part, for the eye alone: the numbers stand beside it. */
export function renderMeter(share: number): Html {
  return html`<span class="meter" aria-hidden="true"><span style="width:${percentOf(share)}%"></span></span>`;
}

/** A share from 0 to 1 as a width; of what is not there, none. */
export function percentOf(share: number): string {
  const percent = Number.isFinite(share) ? Math.min(1, Math.max(0, share)) * 100 : 0;
  return String(Number(percent.toFixed(2)));
}

/** A table in a box of its own to scroll in, so that the page never does sideways. */
export function renderScrollable(label: string, table: Html): Html {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${table}</div>`;
}

// Blue and orange are told apart by every kind of colour vision, and neither stands without a word or a pattern.
const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --wash: #f4f6f8; --line: #d5dbe1; --ink: #1b2128; --soft: #566270;
  --accent: #0b5cad; --tint: #a9cbed; --warn: #a23c00;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #14181d; --wash: #1d232a; --line: #353e48; --ink: #e7eaed; --soft: #a3aeb9;
    --accent: #74b4f2; --tint: #2f5680; --warn: #ffa06b;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: break-word;
}
main { max-width: 50rem; margin: 0 auto; padding: 2.5rem 1.25rem 5rem; }
main.wide { max-width: 74rem; }
h1, h2, h3, h4 { line-height: 1.25; }
h1 { margin: 0 0 .75rem; font-size: 2rem; font-weight: 650; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { margin: 3.5rem 0 .75rem; font-size: 1.35rem; font-weight: 650; }
h3 { margin: 2rem 0 .5rem; font-size: 1.05rem; font-weight: 650; }
h4 { margin: 0 0 .5rem; font-size: 1rem; font-weight: 600; }
p { margin: 0 0 .75rem; max-width: 44rem; }
ul { margin: 0 0 .75rem; padding: 0; list-style: none; }
a { color: var(--accent); text-underline-offset: .15em; text-decoration-thickness: 1px; }
code, pre { font: .9em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
.soft, .kicker, caption, figcaption { color: var(--soft); }
.small { font-size: .9rem; }
.kicker { margin: 0 0 .25rem; font-size: .9rem; }
.warn { color: var(--warn); }
.nowrap { white-space: nowrap; }
.hidden {
  position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
section { scroll-margin-top: 1rem; }

.facts { display: flex; flex-wrap: wrap; gap: .25rem 2rem; margin: 0; font-size: .9rem; }
.facts div { display: flex; gap: .5rem; min-width: 0; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }

.figures { display: flex; flex-wrap: wrap; gap: 1.25rem 3rem; margin: 2.25rem 0 0; padding: 0; }
.figures div { display: flex; flex-direction: column-reverse; }
.figures dt { color: var(--soft); font-size: .9rem; }
.figures dd { margin: 0; font-size: 1.75rem; font-weight: 600; line-height: 1.2; }
.figures dd small { font-size: .95rem; font-weight: 400; color: var(--soft); }

.meter {
  display: inline-block; width: 8rem; max-width: 100%; height: .6rem; overflow: hidden; vertical-align: baseline;
  border-radius: .3rem; background: var(--line);
}
.meter > span { display: block; height: 100%; background: var(--accent); }

.scroll { position: relative; max-width: 100%; margin: 0 0 1rem; overflow: auto; }
table { border-collapse: collapse; font-size: .92rem; line-height: 1.4; }
caption { text-align: left; padding: 0 0 .6rem; font-size: .9rem; }
th, td { padding: .4rem .75rem .4rem 0; text-align: left; vertical-align: baseline; border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-right: 0; }
th { font-weight: 600; }
tbody th { font-weight: 400; }
thead th { color: var(--soft); vertical-align: bottom; border-bottom-color: var(--soft); }
.n { text-align: right; white-space: nowrap; }
bdi { overflow-wrap: anywhere; }
a:has(> bdi), td > bdi, th > bdi { display: inline-block; max-width: 14rem; vertical-align: top; }
td bdi, th bdi { overflow-wrap: break-word; }

details { margin: .75rem 0; }
summary { cursor: pointer; color: var(--accent); width: fit-content; }
details > :not(summary) { margin-top: .75rem; }

.bar { display: inline-flex; width: 11rem; height: .8rem; gap: 2px; vertical-align: baseline; }
.bar > span, .key { border-radius: 2px; }
.key { display: inline-block; width: .8rem; height: .8rem; margin-right: .4rem; vertical-align: -.06rem; }
.passed { background: var(--accent); }
.begun { background: repeating-linear-gradient(135deg, var(--accent) 0 1.5px, var(--tint) 1.5px 5px); }
.broken { background: repeating-linear-gradient(90deg, var(--warn) 0 2px, transparent 2px 4px); }
.not-started { border: 1px solid var(--soft); }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: 0 0 1rem; font-size: .9rem; }
.meter, .meter > span, .passed, .begun, .broken { print-color-adjust: exact; -webkit-print-color-adjust: exact; forced-color-adjust: none; }

.list { width: 100%; }
.list td, .list th { padding-right: 1.25rem; }
.list td:last-child, .list th:last-child { padding-right: 0; }
.list td:last-child { color: var(--soft); }
.exercise { border-top: 1px solid var(--line); margin-top: 3rem; }
.exercise > h2 { margin-top: 2rem; }
.exercise > p.small { max-width: none; }
.exercise > p code { display: inline-block; }
h3 .state { font-weight: 400; font-size: .9rem; color: var(--soft); margin-left: .5rem; }
.worth { flex: none; margin-left: auto; padding-left: 1rem; font-weight: 400; font-size: .9rem; color: var(--soft); }
.compact { font-size: .92rem; color: var(--soft); }
.compact li { display: flex; gap: .5rem; padding: .1rem 0; }
.compact li > span:nth-child(2) { min-width: 0; overflow-wrap: anywhere; }
.compact .sign { flex: none; width: 1.1rem; }
.why { margin-bottom: .25rem; }
.check { margin: 0 0 1rem; padding: .9rem 1.1rem; background: var(--wash); border-left: 3px solid var(--warn); }
.check h3, .check h4 { display: flex; margin-top: 0; }
.check h3 > span, .check h4 > span { min-width: 0; overflow-wrap: anywhere; }
.check > :last-child { margin-bottom: 0; }
.text { white-space: pre-line; overflow-wrap: anywhere; }
.values { margin: 0 0 .75rem; }
.values div { display: grid; align-items: baseline; grid-template-columns: 5.5rem 1fr; padding: .15rem 0; }
.values dt { color: var(--soft); font-size: .9rem; }
.values dd { margin: 0; min-width: 0; }
.hint { margin-bottom: .5rem; }
.console { padding: .75rem 1rem; background: var(--wash); }
.done { margin: 1.5rem 0 0; font-weight: 600; }

.histograms { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: 1.5rem 2.5rem; }
figure { margin: 0; max-width: 27rem; min-width: 0; }
figcaption { font-size: .9rem; margin-bottom: .75rem; }
figcaption strong { color: var(--ink); margin-right: .5rem; }
.histogram { font-size: 11px; }
.histogram [aria-label="rect"] { fill: var(--accent); }
.histograms details { font-size: .9rem; margin-top: .25rem; }
.checks th[scope="row"], .mistakes th[scope="row"] { min-width: 16rem; max-width: 40rem; }
.reason { min-width: 14rem; }
.people { columns: 16rem; column-gap: 2rem; font-size: .92rem; }
.people li { break-inside: avoid; padding: .1rem 0; }

.filter label { display: inline-flex; flex-wrap: wrap; align-items: baseline; gap: .25rem .5rem; color: var(--soft); font-size: .9rem; }
.filter input {
  width: 18rem; max-width: 100%; padding: .4rem .6rem; font: inherit; color: var(--ink);
  background: var(--paper); border: 1px solid var(--soft); border-radius: .25rem;
}
.tall { max-height: min(80vh, 60rem); border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); }
.rows { border-collapse: separate; border-spacing: 0; font-size: .88rem; width: 100%; }
.rows th, .rows td { padding: .3rem .6rem .3rem 0; }
.rows tbody td:last-child { min-width: 12rem; }
.rows tbody td:nth-child(2) { min-width: 9rem; }
.rows thead th { position: sticky; top: 0; z-index: 1; background: var(--paper); padding: 0; }
.rows thead th:first-child { left: 0; z-index: 2; }
.rows tbody th { position: sticky; left: 0; background: var(--paper); }
.rows thead button, .rows thead th { white-space: nowrap; }
.rows thead button {
  width: 100%; padding: .5rem .6rem .5rem 0; border: 0; background: none; color: inherit; font: inherit; text-align: inherit;
  cursor: pointer;
}
.rows thead button:focus-visible { outline-offset: -3px; }
.rows thead button:hover, th[aria-sort] button { color: var(--ink); text-decoration: underline; text-underline-offset: .2em; }
.rows thead button::after { content: "\\2195"; margin-left: .2rem; opacity: .35; }
.rows th[aria-sort="ascending"] button::after { content: "\\2191"; opacity: 1; }
.rows th[aria-sort="descending"] button::after { content: "\\2193"; opacity: 1; }
@media (max-width: 36rem) {
  main { padding-top: 1.5rem; }
  h1 { font-size: 1.6rem; }
  .nowrap { white-space: normal; }
  .bar { width: 6rem; }
  .list .meter { width: 2.5rem; }
  a:has(> bdi), td > bdi, th > bdi { max-width: 8rem; }
  .list td, .list th { padding-right: .5rem; }
  .values div { grid-template-columns: 1fr; }
  .check { padding: .75rem .85rem; }
}

@media print {
  @page { margin: 15mm; }
  @page sheet { size: A4 landscape; margin: 12mm; }
  html { font-size: 10pt; }
  .n { white-space: normal; }
  .bar { width: 8rem; }
  .meter { width: 5rem; }
  main, main.wide { max-width: none; padding: 0; }
  a { color: inherit; text-decoration: none; }
  h2, h3, h4 { break-after: avoid; }
  tr, figure, .check { break-inside: avoid; }
  .scroll, main .scroll.tall { overflow: visible; max-height: none; border: 0; }
  table { max-width: 100%; font-size: 8.5pt; }
  .filter, summary, .rows thead button::after { display: none !important; }
  .sheet { page: sheet; }
  .rows { font-size: 7pt; }
  .rows thead th { position: static; }
  .rows thead button { padding: 0 .6rem 0 0; }
  .rows tbody td:last-child, .rows tbody td:nth-child(2) { min-width: 0; }
  details:not([open]) { display: none; }
}
`;
