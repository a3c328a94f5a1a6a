import { readFileSync, statSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writeWhole } from '../engine/write-whole.ts';
import { exerciseReportSchema } from '../model/report.ts';
import { nameOfPath, UsageError } from '../model/usage-error.ts';

const points = z.int().min(0);

/** What the class's results need of one graded submission. */
export const digestSchema = z.strictObject({
  score: points,
  maxScore: points,
  core: points,
  extension: points,
  exercises: z.record(
    z.string(),
    z.strictObject({ score: points, status: z.enum(['not-started', 'passed', 'partial', 'failed', 'broken']) }),
  ),
  /** Ids of checks. */
  passed: z.array(z.string()),
  failed: z.array(z.string()),
  /** Exercise and known wrong answer, each pair once. */
  misconceptions: z.array(z.tuple([z.string(), z.string()])),
});

const recordSchema = z.strictObject({
  /** Digest of all that the outcome depends on; empty when it must not be used again. */
  inputs: z.string(),
  outcome: z.union([
    z.strictObject({ graded: digestSchema, remarks: z.array(z.string()) }),
    /** `fault`: the grader's own; it is to be graded again. */
    z.strictObject({ ungraded: z.array(z.string()), fault: z.boolean() }),
    z.strictObject({ rejected: z.string() }),
  ]),
  /** Bytes of each file in `reports/` by its ending. */
  files: z.record(z.string(), z.int().min(0)),
});

export type Digest = z.infer<typeof digestSchema>;

/** What became of one submission. */
export type Outcome = z.infer<typeof recordSchema>['outcome'];

export type StoredOutcome = z.infer<typeof recordSchema>;

/** Verdicts on a submission's files, by the digest of all that each depends on. */
const verdictsSchema = z.record(z.string(), exerciseReportSchema);

export type Verdicts = Readonly<z.infer<typeof verdictsSchema>>;

/** The folder of a class's results: what is finished is in it, whole, and survives whatever ends the run. */
export class Store {
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
  }

  /**
   * Opens the folder of results, which need not be there.
   *
   * @param fresh  forget what was finished
   * @throws UsageError when it cannot be made
   */
  static async open(root: string, fresh: boolean): Promise<Store> {
    const store = new Store(root);
    await mkdir(root, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
      throw new UsageError(`cannot make the folder ${nameOfPath(root)} (${error.code}); name another place`);
    });
    if (fresh) await rm(store.path('state'), { recursive: true, force: true });
    // What an earlier run kept of archives is of no use to this one.
    await rm(store.spool, { recursive: true, force: true });
    for (const folder of ['reports', 'state/records', 'state/verdicts', 'state/spool']) {
      await mkdir(store.path(folder), { recursive: true });
    }
    await Promise.all(
      ['.', 'reports', 'state/records', 'state/verdicts', 'state'].map((folder) => store.#sweep(folder)),
    );
    return store;
  }

  /** A folder of results that is only read. */
  static at(root: string): Store {
    return new Store(root);
  }

  path(name: string): string {
    return join(this.#root, name);
  }

  /** A folder for what is needed of an archive while it is open. */
  get spool(): string {
    return this.path('state/spool');
  }

  write(name: string, content: string | Iterable<string>): Promise<void> {
    return writeWhole(this.path(name), content);
  }

  /** What is stored of a submission, when it is whole. */
  readOutcome(key: string): StoredOutcome | undefined {
    return readJson(this.path(`state/records/${key}.json`), recordSchema);
  }

  /** Whether every file of a submission's report is as it was written. */
  hasReports(key: string, files: StoredOutcome['files']): boolean {
    return Object.entries(files).every(([ending, size]) => sizeOf(this.path(`reports/${key}.${ending}`)) === size);
  }

  /** Writes a submission's report, by ending, and then that it is finished. */
  async finish(key: string, inputs: string, outcome: Outcome, texts: Readonly<Record<string, string>>): Promise<void> {
    const files: Record<string, number> = {};
    for (const [ending, text] of Object.entries(texts)) {
      await this.write(`reports/${key}.${ending}`, text);
      files[ending] = Buffer.byteLength(text);
    }
    for (const ending of ENDINGS.filter((each) => !(each in texts))) {
      await rm(this.path(`reports/${key}.${ending}`), { force: true });
    }
    await this.write(`state/records/${key}.json`, JSON.stringify({ inputs, outcome, files } satisfies StoredOutcome));
  }

  /** Removes the results of submissions that are no longer in the class. */
  async keepOnly(keys: ReadonlySet<string>): Promise<void> {
    for (const name of await readdir(this.path('state/records'))) {
      const key = name.replace(/\.json$/, '');
      if (keys.has(key)) continue;
      for (const ending of ENDINGS) await rm(this.path(`reports/${key}.${ending}`), { force: true });
      for (const kind of ['verdicts', 'records']) await rm(this.path(`state/${kind}/${name}`), { force: true });
    }
  }

  /** The verdicts on a submission's files when it was last graded. */
  readVerdicts(key: string): Verdicts {
    return readJson(this.path(`state/verdicts/${key}.json`), verdictsSchema) ?? {};
  }

  writeVerdicts(key: string, verdicts: Verdicts): Promise<void> {
    return this.write(`state/verdicts/${key}.json`, JSON.stringify(verdicts));
  }

  /** Removes what a run that was killed left half written. */
  async #sweep(folder: string): Promise<void> {
    for (const name of await readdir(this.path(folder))) {
      if (/\.[0-9a-f]{8}\.tmp$/.test(name)) await rm(this.path(join(folder, name)), { force: true });
    }
  }
}

function sizeOf(path: string): number | undefined {
  try {
    return statSync(path).size;
  } catch {
    return undefined;
  }
}

/** The endings of a report's files. */
export const ENDINGS = ['json', 'html'];

/** A file's content; nothing when it is not there, not whole, or of another version of the kit. */
export function readJson<Result>(path: string, schema: z.ZodType<Result>): Result | undefined {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8'));
    // As it was written: a parser puts keys in an order of its own, and a report is to be the same byte for byte.
    return schema.safeParse(value).success ? value : undefined;
  } catch {
    return undefined;
  }
}
