import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startGrader } from '#grader/cli/hands.ts';
import { course } from '#grader/course/course.ts';
import type { Grader } from '#grader/engine/grade.ts';
import { findSubmission } from '#grader/engine/submission.ts';
import { withhold } from '#grader/engine/withhold.ts';
import { type Exercise, pointsOf } from '#grader/model/exercise.ts';
import { renderJson } from '#grader/reporters/json.ts';
import { PROJECT } from '../support/project.ts';
import { takeEvery } from '../support/sampling.ts';
import { type Attack, FAMILIES, type Work } from './attack.ts';
import { DEFENCES, showsTeeth } from './defences.ts';
import { activeContentIn, readReport } from './inspect.ts';
import { exerciseOf, gradeFolder, handIn, listingOf } from './submit.ts';

// Hostile submissions, each through the real command and then through threads that go on with honest ones.
// Usage: npm run redteam [-- FAMILY… | defences] [--every N]

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** Only every Nth attack, for a shorter run. */
    every: { type: 'string', default: '1' },
  },
});

const root = await mkdtemp(join(tmpdir(), 'flow-grade-redteam-'));
// What tsx keeps of the grader's own code is no business of a submission's.
const isOwnCache = (name: string) => /^(tsx-|node-compile-cache)/.test(name);
const isOwnOutput = (name: string) => ['node_modules', '.git', 'coverage'].includes(name);

/** One half of the work: its own threads, which see every attack of theirs, and its own place for temporary files. */
class Lane {
  readonly #grader: Grader;
  readonly #place: string;
  #count = 0;

  constructor(name: string) {
    this.#grader = startGrader(1);
    this.#place = join(root, name);
  }

  /** What is wrong with how an attack came out; nothing when all is as it must be. */
  async try(attack: Attack): Promise<string[]> {
    const exercise = exerciseOf(attack.exercise);
    const faults: string[] = [];
    const scratch = join(this.#place, 'scratch');
    await mkdir(scratch, { recursive: true });
    const hostile = await this.#folderWith(exercise, attack.hostile);
    const before = await listingOf(hostile);
    const outcome = await gradeFolder(PROJECT, hostile, exercise, scratch, { seed: attack.seed });
    const { code, stdout, stderr, report, left } = outcome;

    if (code === undefined) return ['the command did not come to an end'];
    if (code !== (attack.code ?? 0)) faults.push(`exit code ${code}: ${stderr.slice(0, 300)}`);
    if (left) faults.push('a process was left behind');
    if ((await listingOf(hostile)) !== before) faults.push('the submission was changed');
    const strays = (await readdir(scratch)).filter((name) => !isOwnCache(name));
    if (strays.length > 0) faults.push(`files were left behind: ${strays.join(', ')}`);
    faults.push(
      ...activeContentIn(outcome, exercise, [
        root,
        PROJECT,
        '/grader/',
        ...(attack.seed === undefined ? [] : [attack.seed]),
      ]),
    );
    if (attack.hides !== undefined && `${stdout}${stderr}${report}`.includes(attack.hides))
      faults.push(`the output holds ${attack.hides}`);

    if (report !== undefined) {
      const { score } = readReport(report);
      if (score !== attack.score) faults.push(`scores ${score}, not ${attack.score}`);
      if (attack.says !== undefined && !report.includes(JSON.stringify(attack.says).slice(1, -1)))
        faults.push(`does not say ${attack.says}: ${messagesIn(report)}`);
      // In threads that go on afterwards: the same report, byte for byte.
      if ((await this.#judge(exercise, hostile, attack.seed)).text !== report)
        faults.push('another report in a thread that has graded before');
    } else if (attack.code !== 2) faults.push(`no report: ${stderr}`);

    if ((await this.#judge(CANARY, CANARY_FOLDER)).text !== (await canaryAlone))
      faults.push('what was graded next was not graded as if alone');
    const twin = await this.#judge(exercise, await this.#folderWith(exercise, attack.twin), attack.seed);
    if (twin.score !== pointsOf(exercise))
      faults.push(`its benign twin scores ${twin.score}: ${messagesIn(twin.text)}`);
    if (attack.honest !== undefined) {
      const honest = await this.#judge(exercise, await this.#folderWith(exercise, attack.honest), attack.seed);
      if (honest.score < attack.score)
        faults.push(`the honest work scores ${honest.score}, the hostile ${attack.score}`);
    }
    return faults;
  }

  async end(): Promise<void> {
    await this.#grader.end();
  }

  async #folderWith(exercise: Exercise, work: Work): Promise<string> {
    this.#count += 1;
    const folder = join(this.#place, `${this.#count}`, 'submission');
    await handIn(folder, exercise, work);
    return folder;
  }

  async #judge(exercise: Exercise, folder: string, seed?: string): Promise<{ score: number; text: string }> {
    return judge(this.#grader, exercise, folder, seed);
  }
}

/** @param secret  a seed that the report does not tell */
async function judge(
  grader: Grader,
  exercise: Exercise,
  folder: string,
  secret?: string,
): Promise<{ score: number; text: string }> {
  const submission = await findSubmission(folder, course);
  const graded = await grader.grade({ submission, exercises: [exercise], seed: secret ?? 'practice', kit: KIT });
  const report = withhold(graded, { seed: secret !== undefined, counterexamples: false });
  return { score: report.score, text: renderJson(report) };
}

function messagesIn(report: string): string {
  const { exercises } = readReport(report);
  const said = exercises.flatMap(({ message, checks }) => [
    message,
    ...checks.map((check) => (check.status === 'passed' ? undefined : `${check.id} ${check.status}: ${check.message}`)),
  ]);
  return said
    .filter((text) => text !== undefined)
    .join(' | ')
    .slice(0, 600);
}

const { default: manifest } = await import('../../package.json', { with: { type: 'json' } });
const KIT = manifest.version;
// Half right, with errors that are thrown and mistakes that are known: much to go wrong.
const CANARY = exerciseOf('04');
const CANARY_FOLDER = join(PROJECT, 'tests/fixtures/partial');
const canaryAlone = (async () => {
  const grader = startGrader(1);
  const { text } = await judge(grader, CANARY, CANARY_FOLDER);
  await grader.end();
  return text;
})();

const before = await listingOf(PROJECT, isOwnOutput);
const families = await Promise.all(
  FAMILIES.map(async (family) => {
    const { attacks } = (await import(`../fixtures/redteam/${family}.ts`)) as { attacks: Attack[] };
    return attacks.map((attack) => ({ family, attack }));
  }),
);
const wanted = positionals.filter((name) => name !== 'defences');
const unknown = wanted.find((name) => !FAMILIES.includes(name));
if (unknown !== undefined)
  throw new Error(`there is no family ${unknown}; there are ${FAMILIES.join(', ')}, and defences`);
const chosen = takeEvery(
  families.flat().filter(({ family }) => positionals.length === 0 || wanted.includes(family)),
  options.every,
);

const results = new Map<Attack, string[]>();
const queue = [...chosen];
await Promise.all(
  Array.from({ length: availableParallelism() }, async (_, index) => {
    const lane = new Lane(`lane-${index + 1}`);
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { attack } = next;
      results.set(
        attack,
        await lane
          .try(attack)
          .catch((error: unknown) => [`the grader failed: ${error instanceof Error ? error.stack : error}`]),
      );
    }
    await lane.end();
  }),
);

let failed = 0;
for (const family of FAMILIES) {
  const own = chosen.filter((each) => each.family === family);
  if (own.length === 0) continue;
  const bad = own.filter(({ attack }) => results.get(attack)?.length !== 0);
  failed += bad.length;
  console.log(
    `${family.padEnd(12)} ${String(own.length).padStart(4)} attacks, ${own.length - bad.length} as they must come out`,
  );
  for (const { attack } of bad) {
    console.log(`  ✗ ${attack.name}`);
    for (const fault of results.get(attack) ?? []) console.log(`      ${fault}`);
  }
}
if ((await listingOf(PROJECT, isOwnOutput)) !== before) {
  failed += 1;
  console.log('  ✗ a file of the kit was changed');
}

let toothless = 0;
if (positionals.length === 0 || positionals.includes('defences')) {
  for (const defence of takeEvery(DEFENCES, options.every)) {
    const fault = await showsTeeth(defence, join(root, 'defences'));
    console.log(`${fault === undefined ? 'without' : '✗ without'} ${defence.name}: ${fault ?? 'an attack succeeds'}`);
    if (fault !== undefined) toothless += 1;
  }
}
await rm(root, { recursive: true, force: true });
if (chosen.length > 0)
  console.log(
    `\n${chosen.length - failed} of ${chosen.length} attacks come out as they must, and so do their benign twins`,
  );
process.exitCode = failed + toothless === 0 ? 0 : 1;
