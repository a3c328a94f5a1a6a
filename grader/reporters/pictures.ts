import { declareInks, type Picture, type Pictured, type PicturePanel } from '../model/picture.ts';
import { forMarkup } from './escape.ts';
import { type Html, html, trustHtml } from './html-text.ts';

/** Pictures, each with its heading, its panels, what the marks stand for, and its words; or why there is none. */
export function renderPictures(pictures: readonly Picture[]): Html {
  return html`${pictures.map((picture) =>
    'missing' in picture
      ? html`<p class="missing"><span>${picture.title}</span> ${picture.missing}</p>
`
      : renderPicture(picture),
  )}`;
}

function renderPicture({ id, title, description, panels, legend }: Picture & Pictured): Html {
  // The words are the name of the first panel already; once is enough for those who hear them.
  return html`<figure class="picture" id="figure-${id}" aria-labelledby="figure-${id}-title">
<h3 id="figure-${id}-title">${title}</h3>
<div class="panels">
${panels.map(renderPanel)}</div>
${
  legend.length > 0 &&
  html`<ul class="looks">
${legend.map(
  ({ label, svg }) => html`<li>${trustSvg(svg)}<span>${label}</span></li>
`,
)}</ul>
`
}<p class="soft small" aria-hidden="true">${description}</p>
</figure>
`;
}

function renderPanel({ title, svg, ramp }: PicturePanel): Html {
  return html`<div class="panel">
${title !== undefined && html`<p class="small" aria-hidden="true">${title}</p>\n`}${trustSvg(svg)}${
  ramp !== undefined &&
  html`
<p class="scale"><span>${ramp.label}</span> <span class="ends">${ramp.low} ${trustSvg(ramp.svg)}<span class="hidden"> to </span> ${ramp.high}</span></p>`
}
</div>
`;
}

/** What the kit drew, with its texts escaped. */
export function trustSvg(svg: string): Html {
  return trustHtml(forMarkup(svg));
}

export const PICTURE_STYLE = `
:root { ${declareInks('light')} }
@media screen and (prefers-color-scheme: dark) { :root { ${declareInks('dark')} } }
.picture { max-width: none; margin: 1.5rem 0 2rem; }
.picture h3 { margin-top: 0; overflow-wrap: anywhere; }
.picture > p { margin: .5rem 0 0; }
.panels { display: flex; flex-wrap: wrap; gap: 1rem 1.25rem; }
.panel { flex: 0 1 350px; min-width: 0; max-width: 100%; }
.panel > p { margin: 0 0 .25rem; }
.panel > svg { display: block; max-width: 100%; height: auto; font-size: 11px; }
.looks { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: .5rem 0 0; font-size: .9rem; }
.looks li { display: flex; gap: .5rem; align-items: baseline; min-width: 0; }
.looks span { min-width: 0; overflow-wrap: anywhere; }
.swatch { flex: none; }
.panel > .scale { display: flex; flex-wrap: wrap; gap: 0 .75rem; margin: .25rem 0 0; font-size: .9rem; }
.scale span { min-width: 0; overflow-wrap: anywhere; }
.scale .ends { white-space: nowrap; }
.ramp { margin: 0 .25rem; vertical-align: baseline; }
.missing {
  max-width: none; margin: 1rem 0; padding: .6rem .9rem; border: 1px dashed var(--soft); border-radius: .25rem;
  color: var(--soft); font-size: .9rem; overflow-wrap: anywhere;
}
.missing span { display: block; }
.missing + .missing { margin-top: -.5rem; }
@media print {
  .panel:not(:only-child) { flex-basis: calc(50% - .7rem); }
  .exercise > h2 + p { break-after: avoid; }
}
`;
