import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Report } from '#grader/model/report.ts';
import { type Classroom50Identity, renderClassroom50 } from '#grader/reporters/classroom50.ts';
import { renderGithub } from '#grader/reporters/github.ts';
import { renderGradescope } from '#grader/reporters/gradescope.ts';
import { renderJunit } from '#grader/reporters/junit.ts';
import { renderMarkdown } from '#grader/reporters/markdown.ts';
import { renderPrairielearn } from '#grader/reporters/prairielearn.ts';
import { allOf, readXml, schemaFaults } from './xml.ts';

// Each format as those who read it do, with everything refused that they drop, misread or choke on.

const CONTROL = /(?!\n)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u;
const LOG_COMMAND = /^\s*::|##\w*\[/m;

export const IDENTITY: Classroom50Identity = {
  classroom: 'flows',
  assignment: 'exercises',
  assignmentType: 'individual',
  owner: 'ada',
  submission: 'submit/2026-11-20T14-32-05Z-a1b2c3d',
  commit: 'https://github.com/o/flows-exercises-ada/commit/a1b2c3d',
  release: 'https://github.com/o/flows-exercises-ada/releases/tag/x',
  review: 'https://github.com/o/flows-exercises-ada/commit/a1b2c3d',
  datetime: new Date(Date.UTC(2026, 10, 20, 14, 32, 5, 678)),
};

/** What is wrong with a report in any of the formats; nothing when each reader gets what it takes. */
export function formatFaults(report: Report): string[] {
  const texts = { ...renderAll(report) };
  const faults: string[] = [];
  for (const [name, text] of Object.entries(texts)) {
    const control = CONTROL.exec(text);
    if (control !== null) faults.push(`${name} holds the character ${JSON.stringify(control[0])}`);
    if (name !== 'github' && LOG_COMMAND.test(text)) faults.push(`${name} holds a command for the log of a CI service`);
    const own = READERS[name as keyof typeof READERS](text, report);
    faults.push(...own.map((fault) => `${name}: ${fault}`));
  }
  return faults;
}

/** A report in every format that can hold it. */
export function renderAll(report: Report): { readonly [name in keyof typeof READERS]?: string } {
  return {
    junit: renderJunit(report),
    strict: renderJunit(report, { strict: true }),
    github: renderGithub(report),
    markdown: renderMarkdown(report),
    gradescope: renderGradescope(report),
    prairielearn: renderPrairielearn(report),
    ...(isGrade(report) && { classroom50: renderClassroom50(report, IDENTITY) }),
  };
}

function isGrade({ exercises }: Report): boolean {
  const checks = exercises.flatMap((exercise) => exercise.checks);
  return checks.length > 0 && checks.every(({ status }) => status !== 'grader-error');
}

/** The schema of Jenkins, as published under the MIT licence. */
export const JUNIT_SCHEMA = readXml(
  readFileSync(new URL('../fixtures/junit/jenkins-junit.xsd', import.meta.url), 'utf8'),
);

export const READERS = {
  strict: (text: string) => schemaFaults(JUNIT_SCHEMA, readXml(text)),
  junit: readJunit,
  github: readCommands,
  markdown: readMarkdown,
  gradescope: readGradescope,
  prairielearn: readPrairielearn,
  classroom50: readClassroom50,
} satisfies { readonly [name: string]: (text: string, report: Report) => string[] };

/** As GitLab, Jenkins, action-junit-report and dorny/test-reporter read it. */
function readJunit(text: string, { exercises }: Report): string[] {
  const root = readXml(text);
  const faults: string[] = [];
  const cases = allOf(root, 'testcase');
  const keys = cases.map(({ attributes }) => `${attributes.get('classname')} ${attributes.get('name')}`);
  // Exercises of one name are no report of the grader's.
  if (new Set(exercises.map(({ id }) => id)).size === exercises.length && new Set(keys).size !== keys.length)
    faults.push('two cases have one name');
  for (const { name, attributes } of [root, ...allOf(root, 'testsuite'), ...cases]) {
    if ((attributes.get('name') ?? '') === '') faults.push(`a ${name} without a name`);
    if (!/^\d+(\.\d{1,3})?$/.test(attributes.get('time') ?? '')) faults.push(`a ${name} without a time`);
  }
  for (const suite of [root, ...allOf(root, 'testsuite')]) {
    for (const [count, element] of Object.entries({ tests: 'testcase', failures: 'failure', errors: 'error' })) {
      if (Number(suite.attributes.get(count)) !== allOf(suite, element).length)
        faults.push(`the ${count} are miscounted`);
    }
  }
  for (const { attributes, children } of cases) {
    if ((attributes.get('classname') ?? '') === '') faults.push('a case without a class');
    if (/^(?:\/|[A-Za-z]:)/.test(attributes.get('file') ?? '/')) faults.push('a case without a file of the repository');
    if (!/^[1-9]\d*$/.test(attributes.get('line') ?? '1')) faults.push('a line that is none');
    const outcomes = children.filter(({ name }) => ['failure', 'error', 'skipped'].includes(name));
    if (outcomes.length > 1) faults.push('a case with two outcomes');
    for (const outcome of outcomes) {
      // GitLab shows the text alone, others the message alone.
      if (outcome.text.trim() === '') faults.push('an outcome without a text');
      const message = outcome.attributes.get('message') ?? '';
      if (outcome.name !== 'skipped' && !/^\(\d+\/\d+\) \S/.test(message)) faults.push(`the message ${message}`);
    }
  }
  const lost = exercises.flatMap((each) => each.checks).filter(({ status }) => status === 'passed').length;
  const green = cases.filter(({ children }) => children.length === 0).length;
  if (green > lost) faults.push('a check that did not pass is green');
  return faults;
}

/** A workflow command, as the runner reads one. */
export interface Annotation {
  readonly kind: string;
  readonly properties: ReadonlyMap<string, string>;
  readonly message: string;
}

/** The annotations in a log. */
export function annotationsIn(text: string): Annotation[] {
  const decode = (value: string) =>
    value
      .replaceAll('%0D', '\r')
      .replaceAll('%0A', '\n')
      .replaceAll('%3A', ':')
      .replaceAll('%2C', ',')
      .replaceAll('%25', '%');
  return text.split(/\r\n|[\n\r\u2028\u2029]/).flatMap((line) => {
    const [, kind, list = '', message = ''] = /^\s*::([\w-]+)(?: ([^:]*(?::(?!:)[^:]*)*))?::(.*)$/.exec(line) ?? [];
    if (kind === undefined) return [];
    const pairs = list.split(',').map((pair) => pair.split(/=(.*)/s, 2));
    const properties = new Map(pairs.map(([key = '', value = '']) => [key.trim(), decode(value)]));
    return [{ kind, properties, message: decode(message) }];
  });
}

function readCommands(text: string): string[] {
  const faults: string[] = [];
  const lines = text.split('\n').filter((line) => line !== '');
  const annotations = annotationsIn(text);
  if (annotations.length !== lines.length) faults.push('a line that is no command');
  if (/##\w*\[/.test(text)) faults.push('an old command within a line');
  for (const kind of ['error', 'warning', 'notice']) {
    if (annotations.filter((each) => each.kind === kind).length > 10) faults.push(`more than ten of ${kind}`);
  }
  for (const { kind, properties, message } of annotations) {
    if (!['error', 'warning', 'notice'].includes(kind)) faults.push(`the command ${kind}`);
    if (!properties.get('title')?.startsWith('flow-grade ')) faults.push(`the title ${properties.get('title')}`);
    if (message.trim() === '') faults.push('an empty message');
    if (message.length > 4_096) faults.push('a message that the runner cuts');
    for (const [key, value] of properties) {
      if (!['file', 'line', 'col', 'title'].includes(key)) faults.push(`the property ${key}`);
      if (value === '') faults.push(`an empty ${key}`);
    }
    if (properties.get('file')?.startsWith('/')) faults.push('a file outside the repository');
    if (properties.has('col') && !properties.has('line')) faults.push('a column without a line');
  }
  return faults;
}

// What may be markup, a link, the border of a cell or a mention, in a text that stands within a line.
const ACTIVE = /[!#$&*+\-.:<=>@[\\\]^_`{|}~]/;

/** Whether GitHub shows a line of text as it is, except for the references that stand in it. */
function isInert(text: string): boolean {
  return !ACTIVE.test(text.replaceAll(/&#(?!64;)\d+;|&#64;&#8203;|<br>/g, ''));
}

function readMarkdown(text: string): string[] {
  const faults: string[] = [];
  if (Buffer.byteLength(text) >= 1_000_000) faults.push('GitHub shows nothing of it');
  if (/\ufffd/.test(text)) faults.push('a character was cut in two');
  // Nothing within is Markdown, up to the closing tag.
  const outside = text.replaceAll(/^<pre>([^<>]*)<\/pre>$/gm, '');
  for (const line of outside.split('\n')) {
    const cells = /^\| (.*) \|$/.exec(line)?.[1]?.split(' | ');
    const [, strong, heading, summary] =
      /^(?:\*\*(.*)\*\*|#### (.*)|<details><summary>([^<>]*)<\/summary>)$/.exec(line) ?? [];
    const isOwn = /^(?:|## flow-grade: [\d,]+ of [\d,]+ points?|<\/details>|Cut here, because .*\.)$/.test(line);
    const rule = line === '| --: | :-- | --: | :-- |' || line === '| No. | Exercise | Points | To do |';
    if (isOwn || rule || summary !== undefined) continue;
    if (cells !== undefined && cells.length !== 4) faults.push(`a row of ${cells.length} cells`);
    for (const part of cells ?? [strong ?? heading ?? line]) {
      if (!isInert(part)) faults.push(`active: ${part.slice(0, 100)}`);
    }
  }
  return faults;
}

const points = z.number().min(0);
const gradescope = z.strictObject({
  score: points.optional(),
  output: z.string(),
  output_format: z.literal('text'),
  test_output_format: z.literal('text'),
  test_name_format: z.literal('text'),
  visibility: z.literal('visible'),
  stdout_visibility: z.literal('hidden'),
  extra_data: z.record(z.string(), z.string()),
  tests: z.array(
    z.strictObject({
      name: z.string().regex(/^[^\n\r]+$/),
      name_format: z.literal('text'),
      score: points.optional(),
      max_score: points.optional(),
      status: z.enum(['passed', 'failed']).optional(),
      output: z.string().regex(/^[^\r]*$/),
      output_format: z.literal('text'),
      tags: z.array(z.string()),
      visibility: z.literal('visible'),
    }),
  ),
});

function readGradescope(text: string, report: Report): string[] {
  const { data, error } = gradescope.safeParse(JSON.parse(text));
  if (data === undefined) return [error.message];
  const scores = data.tests.map(({ score }) => score);
  if (!isGrade(report)) {
    const isScored = [data.score, ...scores].some((score) => score !== undefined);
    return isScored ? ['a score, where there is no grade'] : [];
  }
  const faults: string[] = [];
  if (data.score !== report.score) faults.push(`the score ${data.score}`);
  if (sumOf(scores) !== data.score) faults.push('scores that do not add up');
  if (sumOf(data.tests.map((test) => test.max_score)) !== report.maxScore) faults.push('maxima that do not add up');
  for (const { name, score = 0, max_score = 0, status } of data.tests) {
    if (max_score > 0 && (status === 'passed') !== (score === max_score)) faults.push(`${name} is ${status}`);
  }
  return faults;
}

const prairielearn = z.discriminatedUnion('gradable', [
  z.strictObject({
    gradable: z.literal(true),
    score: z.number().min(0).max(1),
    message: z.string(),
    output: z.string(),
    tests: z
      .array(z.strictObject({ name: z.string().min(1), points, max_points: points, message: z.string() }))
      .nonempty(),
  }),
  z.strictObject({
    gradable: z.literal(false),
    format_errors: z.array(z.string().min(1)).nonempty(),
    output: z.string(),
  }),
]);

function readPrairielearn(text: string, report: Report): string[] {
  if (Buffer.byteLength(text) > 1024 * 1024) return ['the job fails, for its size'];
  const { data, error } = prairielearn.safeParse(JSON.parse(text));
  if (data === undefined) return [error.message];
  const isEmpty = report.exercises.every(
    ({ status, message }) => status === 'broken' || (status === 'not-started' && message),
  );
  if (!data.gradable) return isGrade(report) && !isEmpty ? ['not gradable, though there is a grade'] : [];
  if (!isGrade(report)) return ['gradable, though there is no grade'];
  const sum = sumOf(data.tests.map((test) => test.points));
  const most = sumOf(data.tests.map((test) => test.max_points));
  return data.score === (most === 0 ? 0 : sum / most) ? [] : [`the score ${data.score}, not ${sum}/${most}`];
}

const whole = z.int().min(0);
const classroom50 = z.strictObject({
  schema: z.literal('classroom50/result/v1'),
  classroom: z.string().min(1),
  assignment: z.string().min(1),
  assignment_type: z.enum(['individual', 'group', 'team']),
  owner: z.string().min(1),
  submission: z.string().regex(/^submit\//),
  commit: z.string().min(1),
  release: z.string().min(1),
  review: z.string().min(1),
  datetime: z.string().regex(/^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/),
  score: whole,
  'max-score': whole,
  tests: z
    .array(
      z.strictObject({
        'test-name': z.string().regex(/^[^\n]+$/),
        passed: z.boolean(),
        score: whole,
        'max-score': whole,
        message: z.string().max(2_000).optional(),
      }),
    )
    .nonempty(),
});

function readClassroom50(text: string, report: Report): string[] {
  const { data, error } = classroom50.safeParse(JSON.parse(text));
  if (data === undefined) return [error.message];
  const faults: string[] = [];
  if (data.score !== report.score || data['max-score'] !== report.maxScore) faults.push('other points');
  if (sumOf(data.tests.map(({ score }) => score)) !== data.score) faults.push('scores that do not add up');
  for (const test of [data, ...data.tests]) {
    if (test.score > test['max-score']) faults.push('more points than there are');
  }
  for (const { passed, score, 'max-score': most } of data.tests) {
    if (most > 0 && passed !== (score === most)) faults.push('passed without the points');
  }
  return faults;
}

function sumOf(values: readonly (number | undefined)[]): number {
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}
