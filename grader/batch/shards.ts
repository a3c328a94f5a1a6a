import { copyFile } from 'node:fs/promises';
import * as z from 'zod';
import type { Withholding } from '../engine/withhold.ts';
import { nameOfPath, UsageError } from '../model/usage-error.ts';
import type { ClassList } from './class-list.ts';
import { digestOf } from './fingerprint.ts';
import { readJson, Store } from './store.ts';

const planSchema = z.strictObject({
  format: z.literal('flow-grade-class/1'),
  kit: z.string(),
  seed: z.string(),
  /** Digest of a secret seed, which itself is not written down. */
  secret: z.string().optional(),
  /** Whether students see none. */
  counterexamples: z.literal(false).optional(),
  /** Digest of the fingerprints of all exercises. */
  fingerprint: z.string(),
  shard: z.strictObject({ index: z.int().min(1), of: z.int().min(1) }),
  layout: z.string(),
  entries: z.array(
    z.strictObject({
      key: z.string(),
      id: z.string(),
      name: z.string(),
      identities: z.array(z.string()),
      place: z.string(),
      reasons: z.array(z.string()),
    }),
  ),
  absent: z.array(z.strictObject({ id: z.string(), name: z.string() })),
});

/** What a run was to do: the whole class, and which part of it. */
export type Plan = z.infer<typeof planSchema>;

export type Shard = Plan['shard'];

const FILE = 'state/class.json';

/** What a run is about to do, for the command that merges shards. */
export function planOf(
  list: ClassList,
  {
    kit,
    seed,
    withholding,
    fingerprint,
    shard,
  }: Pick<Plan, 'kit' | 'seed' | 'fingerprint' | 'shard'> & { withholding: Withholding },
): Plan {
  const { layout, entries, absent } = list;
  return {
    format: 'flow-grade-class/1',
    kit,
    ...(withholding.seed ? { seed: 'secret', secret: digestOf(['secret seed', seed]) } : { seed }),
    ...(withholding.counterexamples && { counterexamples: false }),
    fingerprint,
    shard,
    layout,
    entries: entries.map(({ content: _, identities, reasons, ...rest }) => ({
      ...rest,
      identities: [...identities],
      reasons: [...reasons],
    })),
    absent: absent.map(({ id, name }) => ({ id, name })),
  };
}

export async function writePlan(store: Store, plan: Plan): Promise<void> {
  await store.write(FILE, JSON.stringify(plan));
}

/** The entries that are one shard's: every Nth, so that each has its share of the slow ones. */
export function takeShard<Item>(entries: readonly Item[], { index, of }: Shard): Item[] {
  return entries.filter((_, position) => position % of === index - 1);
}

/**
 * Puts the results of all shards of one class together in a folder.
 *
 * @returns the plan of the whole class
 * @throws UsageError when a folder holds no results, when they are of different classes, kits or seeds, or when a shard is
 *   missing or unfinished
 */
export async function mergeShards(folders: readonly string[], out: string): Promise<{ store: Store; plan: Plan }> {
  const parts = await Promise.all(folders.map(async (folder) => ({ folder, plan: await readPlan(folder) })));
  const [first] = parts;
  if (first === undefined) throw new UsageError('name the folders that the shards wrote');
  const common = (plan: Plan) => JSON.stringify({ ...plan, shard: plan.shard.of });
  const { of } = first.plan.shard;
  for (const { folder, plan } of parts) {
    if (common(plan) === common(first.plan)) continue;
    const names = `${nameOfPath(first.folder)} and ${nameOfPath(folder)}`;
    throw new UsageError(
      `${names} are no shards of one class: ${describeDifference(first.plan, plan)}; grade them alike`,
    );
  }
  for (let index = 1; index <= of; index += 1) {
    const found = parts.filter(({ plan }) => plan.shard.index === index).length;
    if (found === 0) throw new UsageError(`shard ${index} of ${of} is missing; name its folder as well`);
    if (found > 1) throw new UsageError(`shard ${index} of ${of} was named ${found} times; name each once`);
  }
  const store = await Store.open(out, false);
  for (const { folder, plan } of parts) {
    const from = Store.at(folder);
    for (const { key } of takeShard(plan.entries, plan.shard)) {
      const stored = from.readOutcome(key);
      if (stored === undefined) {
        const { index } = plan.shard;
        throw new UsageError(`${nameOfPath(folder)} is not finished; run its shard ${index}/${of} again, it goes on`);
      }
      for (const ending of Object.keys(stored.files)) {
        const file = `reports/${key}.${ending}`;
        await copyFile(from.path(file), store.path(file));
      }
      const record = `state/records/${key}.json`;
      await copyFile(from.path(record), store.path(record));
      await store.writeVerdicts(key, from.readVerdicts(key));
    }
  }
  const plan: Plan = { ...first.plan, shard: { index: 1, of: 1 } };
  await store.keepOnly(new Set(plan.entries.map(({ key }) => key)));
  await writePlan(store, plan);
  return { store, plan };
}

async function readPlan(folder: string): Promise<Plan> {
  const plan = readJson(Store.at(folder).path(FILE), planSchema);
  if (plan !== undefined) return plan;
  throw new UsageError(`${nameOfPath(folder)} holds no results of a shard; name the folders given to --out`);
}

function describeDifference(one: Plan, other: Plan): string {
  if (one.seed !== other.seed || one.secret !== other.secret) return 'the seeds differ';
  if (one.counterexamples !== other.counterexamples) return 'only one shows counterexamples';
  if (one.kit !== other.kit || one.fingerprint !== other.fingerprint) return 'the kits differ';
  if (one.shard.of !== other.shard.of) return `one is of ${one.shard.of} shards, the other of ${other.shard.of}`;
  return 'the students differ';
}
