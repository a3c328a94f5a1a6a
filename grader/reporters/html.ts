import type { Illustrations } from '../model/picture.ts';
import type { CheckReport, ExerciseReport, Report } from '../model/report.ts';
import { count } from '../model/text.ts';
import { forUrl } from './escape.ts';
import { type Html, html } from './html-text.ts';
import { renderMeter, renderPage } from './page.ts';
import { PICTURE_STYLE, renderPictures } from './pictures.ts';
import { readSource, renderPlace, renderSource, SOURCE_STYLE, type Source } from './source.ts';
import {
  ALL_PASSES,
  DOES_NOT_LOAD,
  describeChanged,
  describeFailure,
  describeState,
  type FunctionReport,
  functionsOf,
  NOT_STARTED,
  needsWork,
  numberOf,
  placeToWork,
  stateOf,
  WITHHELD,
  whyWaiting,
} from './words.ts';

/**
 * A student's report as one page that needs nothing else and runs no script.
 *
 * @param illustrations  pictures and the student's source, shown in their exercises
 */
export function renderHtml(report: Report, illustrations?: Illustrations): string {
  const { submission, exercises } = report;
  const body = html`${renderHead(report)}
${renderList(exercises)}
${exercises.map((exercise) => renderExercise(exercise, report, illustrations))}
${renderIgnored(report)}${renderChanged(report)}`;
  const style = illustrations === undefined ? '' : PICTURE_STYLE + SOURCE_STYLE;
  return renderPage({ title: `Report on ${submission}`, body, style });
}

function renderHead(report: Report): Html {
  const { kit, seed, withheld, isolation, submission, score, maxScore, core, extension, exercises } = report;
  const sums = [
    { name: 'core', ...core },
    { name: 'extension', ...extension },
  ].filter((sum) => sum.maxScore > 0);
  const isDone = exercises.length > 0 && exercises.every(({ status }) => status === 'passed');
  return html`<header>
<p class="kicker">flow-grade ${kit}</p>
<h1>Report on <bdi>${submission}</bdi></h1>
<dl class="facts">
<div><dt>Seed</dt><dd>${seed}</dd></div>
<div><dt>Isolation</dt><dd>${isolation}</dd></div>
</dl>
${withheld !== undefined && html`<p>${WITHHELD[withheld]}</p>\n`}<dl class="figures">
<div><dt>points</dt><dd>${score} <small>of ${maxScore}</small></dd></div>
${sums.map(
  (
    sum,
  ) => html`<div><dt>${sum.name} ${renderMeter(sum.score / sum.maxScore)}</dt><dd>${sum.score} <small>of ${sum.maxScore}</small></dd></div>
`,
)}</dl>
${isDone && html`<p class="done">${ALL_PASSES}</p>`}
</header>`;
}

function renderList(exercises: readonly ExerciseReport[]): Html {
  return html`<section aria-labelledby="exercises">
<h2 id="exercises">Exercises</h2>
<table class="list">
<caption>★ marks the core; the others are the extension.</caption>
<thead><tr><th scope="col" class="n">No.</th><th scope="col">Exercise</th><th scope="col"><span class="hidden">Share of the points</span></th><th scope="col" class="n">Points</th><th scope="col">To do</th></tr></thead>
<tbody>
${exercises.map(
  (
    exercise,
  ) => html`<tr><td class="n">${numberOf(exercise)}</td><th scope="row"><a href="#${forUrl(exercise.id)}">${exercise.title}</a>${exercise.core && ' ★'}</th><td>${renderMeter(exercise.score / exercise.maxScore)}</td><td class="n">${exercise.score}/${exercise.maxScore}</td><td>${stateWords(exercise)}</td></tr>
`,
)}</tbody>
</table>
</section>`;
}

function stateWords(exercise: ExerciseReport): string {
  return exercise.status === 'passed' ? '✓ done' : describeState(exercise);
}

function renderExercise(exercise: ExerciseReport, report: Report, illustrations?: Illustrations): Html {
  const { id, title, core, score, maxScore, status, message, location } = exercise;
  const source = readSource(exercise, illustrations?.sources.get(id));
  const place = renderPlace(location, source);
  return html`<section class="exercise" id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${numberOf(exercise)} · ${title}${core && ' ★'}</h2>
<p class="soft small">${renderMeter(score / maxScore)} <span class="nowrap">${score} of ${count(maxScore, 'point')}</span> · ${stateWords(exercise)} · <code>${placeToWork(report, exercise)}</code></p>
${status === 'broken' && html`<div class="check"><h3><span class="warn">✗ ${DOES_NOT_LOAD}</span></h3>${renderText(message)}${place !== undefined && html`<p class="soft small"><code>${place}</code></p>`}</div>`}
${status === 'not-started' && message !== undefined && renderText(message)}
${renderPictures(illustrations?.pictures.get(id) ?? [])}${status === 'broken' || status === 'not-started' ? renderUpcoming(exercise) : functionsOf(exercise).map((each) => renderFunction(each, source))}
${renderConsole(exercise)}
${renderSource(source)}</section>
`;
}

/** Of what nobody can say more yet: the laws that are waiting for it. */
function renderUpcoming(exercise: ExerciseReport): Html {
  const functions = functionsOf(exercise);
  return html`<details>
<summary>What will be checked: ${count(exercise.checks.length, 'law')} of ${count(functions.length, 'function')}</summary>
${functions.map(
  ({ name, checks }) => html`<div class="function"><h3><code>${name}</code></h3>${renderCompact('○', checks)}</div>
`,
)}</details>`;
}

function renderFunction(each: FunctionReport, source: Source | undefined): Html {
  const { name, checks } = each;
  const score = checks.reduce((sum, check) => sum + check.score, 0);
  const maxScore = checks.reduce((sum, check) => sum + check.maxScore, 0);
  return html`<div class="function">
<h3><code>${name}</code> <span class="state">${FUNCTION_STATES[stateOf(each)]} · ${score}/${maxScore}</span></h3>
${groupChecks(checks).map((group) => renderGroup(group, source))}</div>
`;
}

const FUNCTION_STATES: { readonly [state in ReturnType<typeof stateOf>]: string } = {
  passed: 'passed',
  error: 'not graded',
  wrong: 'wrong',
  stopped: 'did not finish',
  'not-started': NOT_STARTED,
  waiting: 'waiting',
};

/** Neighbours of which the same is to say; one that needs work stands alone. */
function groupChecks(checks: readonly CheckReport[]): CheckReport[][] {
  const groups: CheckReport[][] = [];
  for (const check of checks) {
    const group = groups.at(-1);
    const first = group?.[0];
    const isSame = first?.status === check.status && first.message === check.message && !needsWork(check);
    if (isSame) group?.push(check);
    else groups.push([check]);
  }
  return groups;
}

function renderGroup(checks: readonly CheckReport[], source: Source | undefined): Html {
  const [first] = checks;
  if (first === undefined) return html``;
  if (needsWork(first)) return renderFailure(first, source);
  if (first.status === 'passed') return renderCompact('✓', checks);
  if (first.status === 'not-started') return renderCompact('○', checks);
  return html`<p class="soft small why">Waiting: ${whyWaiting(checks)}.</p>${renderCompact('–', checks)}`;
}

const SIGNS: { readonly [sign: string]: string } = { '✓': 'passed:', '○': `${NOT_STARTED}:`, '–': 'waiting:' };

function renderCompact(sign: string, checks: readonly CheckReport[]): Html {
  return html`<ul class="compact">
${checks.map(
  ({
    title,
    maxScore,
  }) => html`<li><span aria-hidden="true" class="sign">${sign}</span><span><span class="hidden">${SIGNS[sign]} </span>${title}</span><span class="worth">${worthOf(maxScore)}</span></li>
`,
)}</ul>`;
}

function worthOf(points: number): string {
  return points === 0 ? '' : count(points, 'point');
}

function renderFailure(check: CheckReport, source: Source | undefined): Html {
  const { says, during, message, values, hint, search } = describeFailure(check);
  const place = renderPlace(check.location, source);
  const remarks = [place, search].filter((remark) => remark !== undefined && remark !== '');
  return html`<div class="check">
<h4><span class="warn"><span aria-hidden="true">✗ </span><span class="hidden">failed: </span>${says}</span><span class="worth">${worthOf(check.maxScore)}</span></h4>
${renderText(during)}${renderText(message)}${
  values.length > 0 &&
  html`<dl class="values">
${values.map(
  ({ label, value }) => html`<div><dt>${label}</dt><dd><pre>${value}</pre></dd></div>
`,
)}</dl>`
}
${hint !== undefined && hint !== '' && html`<p class="hint"><strong>${check.misconception === undefined ? 'Hint' : 'A known mistake'}.</strong> ${hint}</p>`}
${remarks.length > 0 && html`<p class="soft small">${remarks.map((remark, index) => [index > 0 && ' · ', remark])}</p>`}
</div>`;
}

function renderText(text: string | undefined): Html {
  return text === undefined || text === '' ? html`` : html`<p class="text">${text}</p>`;
}

function renderConsole({ console: lines = [] }: ExerciseReport): Html {
  if (lines.length === 0) return html``;
  return html`<details>
<summary>Printed by your code: ${count(lines.length, 'line')}</summary>
<pre class="console">${lines.join('\n')}</pre>
</details>`;
}

function renderChanged(report: Report): Html {
  const text = describeChanged(report);
  return text === '' ? html`` : html`<p class="soft small">${text}</p>`;
}

function renderIgnored({ ignored }: Report): Html {
  if (ignored.length === 0) return html``;
  return html`<section aria-labelledby="ignored">
<h2 id="ignored">Not used</h2>
<p class="soft">These files belong to no exercise.</p>
<ul class="soft small">
${ignored.map((path) => html`<li><code>${path}</code></li>\n`)}</ul>
</section>`;
}
