import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import type { Roster } from '../batch/roster.ts';
import type { Shard } from '../batch/shards.ts';
import { count } from '../model/text.ts';
import { nameOfPath, UsageError } from '../model/usage-error.ts';
import type { ClassProgress } from './class-progress.ts';
import { sayError } from './console.ts';
import { collect, readJobs, readSeed, readVersion } from './options.ts';
import { PRACTICE_SEED, recordingOf } from './oracle.ts';
import { chooseSeed, NO_COUNTEREXAMPLES, type SeedOptions, secretSeedOption } from './seed.ts';

interface BatchOptions extends SeedOptions {
  readonly out: string;
  readonly jobs: number;
  readonly fresh?: boolean;
  readonly shard: Shard;
  readonly queue?: string;
  readonly roster?: string;
  readonly gradebook?: readonly string[];
  readonly assignment?: string;
  readonly similarity?: boolean;
}

/** Registers `batch`, which grades a whole class. */
export function addBatchCommand(program: Command): void {
  program
    .command('batch')
    .description('grade a whole class: a folder or an archive with everybody’s work')
    .argument(
      '<SOURCE>',
      'a download of Canvas, Moodle, Gradescope or a classroom, or one folder or archive per student',
    )
    .requiredOption('--out <DIR>', 'where reports, grades and the class page are written; a second run goes on there')
    .option('--jobs <N>', 'how many files to grade at a time', readJobs, availableParallelism())
    .option('--seed <TEXT>', 'which random inputs', readSeed, PRACTICE_SEED)
    .addOption(secretSeedOption())
    .option('--no-counterexamples', NO_COUNTEREXAMPLES)
    .option('--fresh', 'forget finished work and grade everything again')
    .option(
      '--shard <I/N>',
      'grade the Ith of N parts of the class; npm run merge puts them together',
      readShard,
      WHOLE,
    )
    .option('--queue <URL>', 'hand the work to workers through a Redis or Valkey server')
    .option('--roster <FILE>', 'a CSV file with everybody in the class')
    .option('--gradebook <KIND=FILE>', 'canvas=FILE or moodle=FILE: fill the grades into its export', collect)
    .option('--assignment <TITLE>', 'which assignment of a Canvas gradebook to fill')
    .option('--similarity', 'look for pairs that resemble each other')
    .action(async (source: string, options: BatchOptions) => {
      await runBatch(source, options);
    });
}

const WHOLE: Shard = { index: 1, of: 1 };

function readShard(text: string): Shard {
  const [, index, of] = /^([1-9]\d{0,4})\/([1-9]\d{0,4})$/.exec(text) ?? [];
  if (index === undefined || Number(index) > Number(of)) {
    throw new UsageError(
      `--shard takes I/N, for instance 2/3 for the second of three parts, not ${JSON.stringify(text)}`,
    );
  }
  return { index: Number(index), of: Number(of) };
}

async function runBatch(path: string, options: BatchOptions): Promise<void> {
  const { out, shard } = options;
  if (options.similarity && shard.of > 1) {
    throw new UsageError('--similarity needs the whole class; merge the shards, then run batch without --shard there');
  }
  const [
    { course },
    source,
    { findHandIns },
    { listClass },
    shards,
    { Store },
    { workThrough },
    { digestOf, fingerprintsOf },
  ] = await Promise.all([
    import('../course/course.ts'),
    import('../batch/source.ts'),
    import('../batch/layouts.ts'),
    import('../batch/class-list.ts'),
    import('../batch/shards.ts'),
    import('../batch/store.ts'),
    import('../batch/work.ts'),
    import('../batch/fingerprint.ts'),
  ]);
  const [{ startClassProgress }, { readGradebooks, writeClass }] = await Promise.all([
    import('./class-progress.ts'),
    import('./class-results.ts'),
  ]);
  // What is wrong with a file is said now, not after hours of work.
  const { seed, withholding } = await chooseSeed(options);
  const roster = options.roster === undefined ? undefined : await readRosterFile(options.roster);
  const { findSimilar, loadDolos } = await import('../batch/similarity.ts');
  const dolos = options.similarity ? await loadDolos() : undefined;
  const gradebooks = await readGradebooks(options.gradebook ?? [], options.assignment);
  await source.expectApart(path, out);
  const store = await Store.open(out, options.fresh === true);
  const opened = await source.openSource(path, course, store.spool);
  try {
    const list = listClass(await findHandIns(opened.tree, opened.name, course), roster);
    const kit = readVersion();
    const fingerprints = await fingerprintsOf(course, seed === PRACTICE_SEED ? recordingOf : undefined);
    const fingerprint = digestOf([...fingerprints.values()]);
    // Made when it is written: beside the list it would double what each submission takes while the class is graded.
    const plan = () => shards.planOf(list, { kit, seed, withholding, shard, fingerprint });
    const entries = shards.takeShard(list.entries, shard);
    await store.keepOnly(new Set(list.entries.map(({ key }) => key)));
    await shards.writePlan(store, plan());

    const part = shard.of > 1 ? `, of which this shard takes ${entries.length}` : '';
    process.stderr.write(`flow-grade: ${list.layout}, ${count(list.entries.length, 'submission')}${part}\n`);
    let faults = 0;
    const progress = startClassProgress(process.stderr, entries.length);
    for (const remark of opened.remarks) progress.say(`${nameOfPath(path)} ${remark}`);
    if (list.ignored.length > 0) progress.say(`not used: ${shorten(list.ignored)}`);
    const stop = onInterrupt(progress);
    const { engage } = await import('./hands.ts');
    const { hands, end } = await engage({ ...options, seed }, progress);
    try {
      const [{ renderJson }, { renderHtml }] = await Promise.all([
        import('../reporters/json.ts'),
        import('../reporters/html.ts'),
      ]);
      await workThrough({
        entries,
        exercises: course,
        fingerprints,
        seed,
        withholding,
        kit,
        store,
        hands,
        renderers: { json: renderJson, html: renderHtml },
        onDone(outcome) {
          if ('ungraded' in outcome && outcome.fault) faults += 1;
          progress.done(outcome);
        },
      });
    } finally {
      progress.clear();
      await end();
      stop();
    }
    const similar =
      dolos &&
      (await findSimilar(dolos, list.entries, course, new URL('../../exercises/', import.meta.url), store.spool));
    await writeClass(store, plan(), gradebooks, similar);
    if (faults > 0) throw new Error(`it could not judge ${count(faults, 'submission')}; run the same command again`);
  } finally {
    await opened.close();
  }
}

/** Ends the run on Ctrl-C; what is finished is stored already. Returns how to stop listening. */
function onInterrupt(progress: ClassProgress): () => void {
  const end = () => {
    progress.clear();
    sayError('stopped; the same command goes on where this one ended');
    process.exit(130);
  };
  process.once('SIGINT', end).once('SIGTERM', end);
  return () => process.off('SIGINT', end).off('SIGTERM', end);
}

async function readRosterFile(path: string): Promise<Roster> {
  const [{ readRoster }, { readTableFile }] = await Promise.all([
    import('../batch/roster.ts'),
    import('./class-results.ts'),
  ]);
  return readRoster(await readTableFile(path), nameOfPath(path));
}

/** The beginning of a list of names. */
function shorten(names: readonly string[], limit = 5): string {
  const rest = names.length > limit ? ` and ${names.length - limit} more` : '';
  return `${names.slice(0, limit).join(', ')}${rest}`;
}
