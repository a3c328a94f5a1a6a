import type { ClassSummary, ExerciseSummary, Row, RowStatus, SimilarPair } from '../model/class.ts';
import { count } from '../model/text.ts';
import {
  begunOf,
  countStatus,
  formatMean,
  formatShare,
  gradedRows,
  maxScores,
  meanOf,
  meanPoints,
  medianOf,
  type RankedCheck,
  rankChecks,
} from './class-numbers.ts';
import { forUrl } from './escape.ts';
import { renderHistogram } from './histogram.ts';
import { type Html, html, trustHtml } from './html-text.ts';
import { renderMeter, renderPage, renderScrollable } from './page.ts';
import { TABLE_SCRIPT } from './table-script.ts';
import { NOT_STARTED, numberOf } from './words.ts';

/** How many of a long list stand open; the others are folded. */
const OPEN = 12;

/** Stands for the students' lines; nobody's text holds it, since that is escaped. */
const ROWS = '<!--rows-->';

/**
 * A class's results as one page that needs nothing else; its links lead to `reports/`, beside it.
 *
 * The page comes in pieces, a student at a time, so that a large class takes no more memory than a small one.
 */
export function* renderClassHtml(summary: ClassSummary): Iterable<string> {
  const body = html`${renderHead(summary)}
${renderScores(summary)}
${renderExercises(summary)}
${renderChecks(summary)}
${renderMisconceptions(summary)}
${renderAttention(summary)}
${renderNotStarted(summary)}
${renderSimilar(summary)}
${renderRows(summary)}`;
  const page = renderPage({ title: `Class results: ${summary.layout}`, body, wide: true, script: TABLE_SCRIPT });
  const [before = '', after] = page.split(ROWS);
  yield before;
  if (after === undefined) return;
  for (const row of summary.rows) yield renderRow(row, summary).toString();
  yield after;
}

function renderHead(summary: ClassSummary): Html {
  const { kit, seed, layout, rows, graded } = summary;
  const totals = gradedRows(summary).map(({ grade }) => grade.score);
  const { total } = maxScores(summary);
  const figures: readonly [name: string, value: string | number, of?: string][] = [
    [rows.length === 1 ? 'student' : 'students', rows.length],
    ['graded', graded],
    ['to review', countStatus(summary, 'review')],
    ['rejected', countStatus(summary, 'rejected')],
    ['median', medianOf(totals) ?? '–', `of ${total}`],
    ['mean', formatMean(meanOf(totals)), `of ${total}`],
  ];
  return html`<header>
<p class="kicker">flow-grade ${kit}</p>
<h1>Class results</h1>
<dl class="facts">
<div><dt>From</dt><dd>${layout}</dd></div>
<div><dt>Seed</dt><dd>${seed}</dd></div>
</dl>
<dl class="figures">
${figures.map(
  ([
    name,
    value,
    of,
  ]) => html`<div><dt>${name}</dt><dd>${value}${of !== undefined && html` <small>${of}</small>`}</dd></div>
`,
)}</dl>
</header>`;
}

function renderScores(summary: ClassSummary): Html {
  const grades = gradedRows(summary).map(({ grade }) => grade);
  const max = maxScores(summary);
  const histograms = [
    { name: 'Total', scores: grades.map(({ score }) => score), max: max.total },
    { name: 'Core', scores: grades.map(({ core }) => core), max: max.core },
    { name: 'Extension', scores: grades.map(({ extension }) => extension), max: max.extension },
  ].filter((each) => each.max > 0);
  return renderSection(
    'scores',
    'Distribution of the scores',
    grades.length === 0
      ? html`<p class="soft">Nobody was graded.</p>`
      : html`<div class="histograms">
${histograms.map((each) => html`${renderHistogram(each.name, each.scores, each.max)}\n`)}</div>`,
  );
}

function renderExercises({ exercises, graded }: ClassSummary): Html {
  const table = html`<table>
<caption class="hidden">Exercises</caption>
<thead><tr><th scope="col" class="n">No.</th><th scope="col">Exercise</th><th scope="col"><span class="hidden">Shares</span></th><th scope="col" class="n">All points</th><th scope="col" class="n">Begun</th><th scope="col" class="n">Does not load</th><th scope="col" class="n">Not started</th><th scope="col" class="n">Mean</th></tr></thead>
<tbody>
${exercises.map(
  (
    exercise,
  ) => html`<tr><td class="n">${numberOf(exercise)}</td><th scope="row" class="nowrap">${exercise.title}${exercise.core && ' ★'}</th><td>${renderBar(exercise, graded)}</td><td class="n">${exercise.passed}</td><td class="n">${begunOf(exercise, graded)}</td><td class="n">${exercise.broken}</td><td class="n">${exercise.notStarted}</td><td class="n">${formatMean(meanPoints(exercise, graded))} <span class="soft">of ${exercise.maxScore}</span></td></tr>
`,
)}</tbody>
</table>`;
  return renderSection(
    'exercises',
    'Exercises',
    html`<p class="soft">Submissions out of ${graded}, and points in the mean over all of them. ★ marks the core.</p>
<p class="legend" aria-hidden="true"><span><span class="key passed"></span>all points</span><span><span class="key begun"></span>begun</span><span><span class="key broken"></span>does not load</span><span><span class="key not-started"></span>${NOT_STARTED}</span></p>
${renderScrollable('Exercises', table)}`,
  );
}

/** What became of an exercise, as parts of a whole; for the eye alone. */
function renderBar(exercise: ExerciseSummary, graded: number): Html {
  const parts = [
    ['passed', exercise.passed],
    ['begun', begunOf(exercise, graded)],
    ['broken', exercise.broken],
    ['not-started', exercise.notStarted],
  ] as const;
  return html`<span class="bar" aria-hidden="true">${parts.map(
    ([name, amount]) => amount > 0 && html`<span class="${name}" style="flex:${amount}"></span>`,
  )}</span>`;
}

function renderChecks(summary: ClassSummary): Html {
  const ranked = rankChecks(summary);
  if (summary.graded === 0) return html``;
  const [hardest, others] = [ranked.slice(0, OPEN), ranked.slice(OPEN)];
  return renderSection(
    'checks',
    'Checks, the hardest first',
    html`<p class="soft">By the share of those who got that far and did not pass. A function’s other checks count once its first one passes.</p>
${renderCheckTable('The hardest checks', hardest)}
${
  others.length > 0 &&
  html`<details>
<summary>The other ${count(others.length, 'check')}</summary>
${renderCheckTable('The other checks', others)}
</details>`
}`,
  );
}

function renderCheckTable(caption: string, checks: readonly RankedCheck[]): Html {
  const table = html`<table class="checks">
<caption class="hidden">${caption}</caption>
<thead><tr><th scope="col" class="n">No.</th><th scope="col">Check</th><th scope="col" class="n">Failed</th><th scope="col"><span class="hidden">Share that failed</span></th><th scope="col" class="n">Passed</th><th scope="col" class="n">Got that far</th></tr></thead>
<tbody>
${checks.map(
  ({
    exercise,
    check,
    reached,
  }) => html`<tr><td class="n">${numberOf(exercise)}</td><th scope="row"><code>${check.function}</code> ${check.title}</th><td class="n">${formatShare(check.failed, reached)}</td><td>${renderMeter(check.failed / reached)}</td><td class="n">${check.passed}</td><td class="n">${reached}</td></tr>
`,
)}</tbody>
</table>`;
  return renderScrollable(caption, table);
}

function renderMisconceptions({ misconceptions, graded }: ClassSummary): Html {
  if (misconceptions.length === 0) return html``;
  const render = (some: ClassSummary['misconceptions']) =>
    renderScrollable(
      'Known mistakes',
      html`<table class="mistakes">
<caption class="hidden">Known mistakes</caption>
<thead><tr><th scope="col" class="n">No.</th><th scope="col">What the student is told</th><th scope="col" class="n">Submissions</th><th scope="col" class="n">Share</th></tr></thead>
<tbody>
${some.map(
  ({
    exercise,
    id,
    hint,
    count: amount,
  }) => html`<tr><td class="n">${numberOf({ id: exercise })}</td><th scope="row">${hint}<br><code class="soft">${id}</code></th><td class="n">${amount}</td><td class="n">${formatShare(amount, graded)}</td></tr>
`,
)}</tbody>
</table>`,
    );
  const others = misconceptions.slice(OPEN);
  return renderSection(
    'mistakes',
    'Known mistakes, the most frequent first',
    html`${render(misconceptions.slice(0, OPEN))}
${
  others.length > 0 &&
  html`<details>
<summary>The other ${others.length}</summary>
${render(others)}
</details>`
}`,
  );
}

const STATUSES: { readonly [status in RowStatus]: string } = {
  graded: 'graded',
  review: '! review',
  rejected: '✗ rejected',
};

/** Who is not simply graded, and why. */
function renderAttention({ rows }: ClassSummary): Html {
  const some = rows.filter(({ status }) => status !== 'graded');
  if (some.length === 0) return html``;
  const table = html`<table>
<caption class="hidden">Needs a look</caption>
<thead><tr><th scope="col">Id</th><th scope="col">Name</th><th scope="col">Status</th><th scope="col">Reason</th><th scope="col" class="n">Points</th></tr></thead>
<tbody>
${some.map(
  (
    row,
  ) => html`<tr><th scope="row">${renderLink(row)}</th><td><bdi>${row.name}</bdi></td><td class="nowrap warn">${STATUSES[row.status]}</td><td class="reason">${row.reason}</td><td class="n">${row.grade?.score ?? '–'}</td></tr>
`,
)}</tbody>
</table>`;
  return renderSection('attention', 'Needs a look', renderScrollable('Needs a look', table));
}

function renderNotStarted(summary: ClassSummary): Html {
  const some = gradedRows(summary).filter(({ grade }) => !grade.started);
  if (some.length === 0) return html``;
  const list = html`<ul class="people">
${some.map((row) => html`<li>${renderPerson(row)}</li>\n`)}</ul>`;
  const words = `${count(some.length, 'submission')} in which no function was begun`;
  return renderSection(
    'not-started',
    'Not started',
    some.length > 3 * OPEN
      ? html`<details><summary>${words}</summary>${list}</details>`
      : html`<p class="soft">${words}.</p>${list}`,
  );
}

function renderSimilar({ similar, rows, exercises }: ClassSummary): Html {
  if (similar === undefined) return html``;
  if (similar.length === 0) {
    return renderSection('similar', 'Similar submissions', html`<p class="soft">No two resemble each other.</p>`);
  }
  const byKey = new Map(rows.map((row) => [row.key, row]));
  const titles = new Map(exercises.map(({ id, title }) => [id, title]));
  const personOf = (key: string) => {
    const row = byKey.get(key);
    return row === undefined ? html`<bdi>${key}</bdi>` : renderPerson(row);
  };
  const renderPair = ({ exercise, left, right, similarity, longest }: SimilarPair) =>
    html`<tr><td>${numberOf({ id: exercise })} · ${titles.get(exercise) ?? exercise}</td><td>${personOf(left)}</td><td>${personOf(right)}</td><td class="n">${formatShare(similarity, 1)}</td><td class="n">${longest}</td></tr>
`;
  const table = html`<table>
<caption class="hidden">Similar submissions</caption>
<thead><tr><th scope="col">Exercise</th><th scope="col">One</th><th scope="col">Other</th><th scope="col" class="n">In common</th><th scope="col" class="n">Longest piece</th></tr></thead>
<tbody>
${similar.map(renderPair)}</tbody>
</table>`;
  return renderSection(
    'similar',
    'Similar submissions',
    html`<p class="soft">A resemblance is a reason to read both, and no verdict. The longest part in common is counted in fingerprints, runs of tokens that overlap.</p>
${renderScrollable('Similar submissions', table)}`,
  );
}

function renderRows({ rows, exercises }: ClassSummary): Html {
  const heads = exercises.map(
    (exercise) =>
      html`<th scope="col" class="n" title="${exercise.title}">${numberOf(exercise)}<span class="hidden"> ${exercise.title}</span></th>`,
  );
  const table = html`<table class="sortable rows" id="rows">
<caption class="hidden">All students</caption>
<thead><tr><th scope="col">Id</th><th scope="col">Name</th><th scope="col">Status</th><th scope="col" class="n">Score</th><th scope="col" class="n">Core</th><th scope="col" class="n">Ext.</th>${heads}<th scope="col">Reason</th></tr></thead>
<tbody>
${trustHtml(ROWS)}</tbody>
</table>`;
  return renderSection(
    'all',
    'All students',
    rows.length === 0
      ? html`<p class="soft">There are no submissions.</p>`
      : html`<p class="filter" hidden><label>Show only <input type="search" aria-controls="rows" placeholder="id, name, status or reason" autocomplete="off" spellcheck="false"></label> <span role="status" class="soft"></span></p>
<div class="scroll tall" role="region" aria-label="All students" tabindex="0">${table}</div>`,
    'sheet',
  );
}

function renderRow(row: Row, { exercises }: ClassSummary): Html {
  const { grade } = row;
  const points = [grade?.score, grade?.core, grade?.extension, ...exercises.map(({ id }) => grade?.exercises[id])];
  return html`<tr><th scope="row">${renderLink(row)}</th><td><bdi>${row.name}</bdi></td><td>${STATUSES[row.status]}</td>${points.map((each) => html`<td class="n">${each ?? '–'}</td>`)}<td>${row.reason}</td></tr>
`;
}

function renderSection(id: string, title: string, body: Html, look?: string): Html {
  return html`<section aria-labelledby="${id}"${look !== undefined && html` class="${look}"`}>
<h2 id="${id}">${title}</h2>
${body}
</section>`;
}

/** The id, as a link to the report where there is one. */
function renderLink({ key, id }: Row): Html {
  return key === undefined ? html`<bdi>${id}</bdi>` : html`<a href="reports/${forUrl(key)}.html"><bdi>${id}</bdi></a>`;
}

function renderPerson(row: Row): Html {
  return html`${renderLink(row)}${row.name !== '' && html` <bdi>${row.name}</bdi>`}`;
}
