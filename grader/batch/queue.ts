import { Job, Queue, QueueEvents, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import * as z from 'zod';
import { reportFault } from '../engine/grade.ts';
import { MAX_BYTES } from '../engine/tree.ts';
import type { Exercise } from '../model/exercise.ts';
import { type ExerciseReport, exerciseReportSchema } from '../model/report.ts';
import { clean } from '../model/text.ts';
import { UsageError } from '../model/usage-error.ts';
import { digestOf } from './fingerprint.ts';
import type { Hands, Work } from './work.ts';

/** What travels to a worker: one student's file, without any word of whose it is. */
const parcelSchema = z.strictObject({
  exercise: z.string(),
  seed: z.string(),
  /** The file, in base64. */
  bytes: z.string().max(Math.ceil(MAX_BYTES / 3) * 4),
});
type Parcel = z.infer<typeof parcelSchema>;

/** A worker that says nothing for so long, in milliseconds, is taken for dead; its work goes to another. */
const LOCK = 20_000;
const LOOK_FOR_DEAD = 5_000;

/** How often a job may be left behind by workers that died, and how often it may fail, until nobody tries it again. */
const MAX_ABANDONED = 5;
const MAX_ATTEMPTS = 3;

/** How often it is looked whether a job has vanished, or been finished without our hearing of it, in milliseconds. */
const RECONCILE = 3_000;

/** Verdicts that nobody fetches are kept this long, in seconds. */
const KEPT = 86_400;

/** Submissions under way at a time: enough for many workers, few enough for memory. */
const REACH = 64;

/**
 * The queue of one kit: workers of another one, which might judge otherwise, neither see its work nor take it.
 *
 * @param fingerprints  of all exercises, for every way to come by expected values
 */
export function queueNameOf(kit: string, fingerprints: readonly ReadonlyMap<string, string>[]): string {
  return `flow-grade-${digestOf([kit, ...fingerprints.flatMap((each) => [...each.values()])]).slice(0, 16)}`;
}

/** Hears what is worth a line to whoever waits. */
export type Tell = (note: string) => void;

/**
 * Hands work to a queue on Redis or Valkey, and takes the verdicts; survives that the server goes away and comes back,
 * even empty.
 */
export class QueueHands implements Hands {
  readonly reach = REACH;
  readonly #queue: Queue<Parcel>;
  readonly #events: QueueEvents;
  readonly #connection: Redis;
  readonly #seed: string;
  readonly #waiting = new Map<string, { exercise: Exercise; parcel: Parcel; settle(report: ExerciseReport): void }>();
  #timer: NodeJS.Timeout | undefined;

  private constructor(url: string, name: string, seed: string, tell: Tell) {
    const connection = connectTo(url, tell);
    this.#connection = connection;
    this.#seed = seed;
    this.#queue = new Queue<Parcel>(name, { connection });
    this.#events = new QueueEvents(name, { connection });
    // The connection says what is worth saying.
    this.#queue.on('error', () => {});
    this.#events.on('error', () => {});
    this.#events.on('completed', ({ jobId, returnvalue }) => this.#settle(jobId, returnvalue));
    this.#events.on('failed', ({ jobId, failedReason }) => this.#give(jobId, failedReason));
    let waits = 0;
    this.#timer = setInterval(() => {
      this.#reconcile().catch(() => {});
      waits += 1;
      if (waits === 1 || waits % 10 === 0) this.#lookForWorkers(tell).catch(() => {});
    }, RECONCILE);
  }

  /** @throws UsageError when there is no server at the address */
  static async connect(url: string, name: string, seed: string, tell: Tell): Promise<QueueHands> {
    await expectServer(url);
    return new QueueHands(url, name, seed, tell);
  }

  async grade(exercise: Exercise, file: Work, digest: string): Promise<ExerciseReport> {
    const bytes = Buffer.from(file.bytes).toString('base64');
    const parcel: Parcel = { exercise: exercise.id, seed: this.#seed, bytes };
    const report = await new Promise<ExerciseReport>((settle, fail) => {
      this.#waiting.set(digest, { exercise, parcel, settle });
      this.#post(digest, parcel).catch(fail);
    });
    // It is stored before long; if not, it is graded again.
    this.#queue.remove(digest).catch(() => {});
    return report;
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.allSettled([this.#queue.close(), this.#events.close()]);
    this.#connection.disconnect();
  }

  /** The id is the digest of the work: posted twice it is there once. */
  async #post(digest: string, parcel: Parcel): Promise<void> {
    await this.#queue.add('grade', parcel, {
      jobId: digest,
      attempts: MAX_ATTEMPTS,
      removeOnComplete: { age: KEPT },
      removeOnFail: true,
    });
  }

  #settle(digest: string, value: unknown): void {
    const waiting = this.#waiting.get(digest);
    if (waiting === undefined) return;
    const report = typeof value === 'string' ? parseJson(value) : value;
    const parsed = exerciseReportSchema.safeParse(report);
    if (!parsed.success || parsed.data.id !== waiting.exercise.id) {
      this.#give(digest, 'a worker answered with something that is no verdict');
      return;
    }
    this.#waiting.delete(digest);
    // Not what the parser made of it, whose keys are in another order.
    waiting.settle(report as ExerciseReport);
  }

  #give(digest: string, reason: string): void {
    const waiting = this.#waiting.get(digest);
    this.#waiting.delete(digest);
    waiting?.settle(reportFault(waiting.exercise, clean(reason, 500)));
  }

  /** Posts again what is gone, and takes what was finished unheard. */
  async #reconcile(): Promise<void> {
    for (const [digest, { parcel }] of [...this.#waiting]) {
      const job = await Job.fromId<Parcel>(this.#queue, digest);
      if (!this.#waiting.has(digest)) continue;
      if (job === undefined) await this.#post(digest, parcel);
      else if (job.finishedOn !== undefined && job.returnvalue != null) this.#settle(digest, job.returnvalue);
    }
  }

  async #lookForWorkers(tell: Tell): Promise<void> {
    if (this.#waiting.size === 0 || (await this.#queue.getWorkersCount()) > 0) return;
    tell('no worker with this version of the kit is there; start one: npm run worker -- --queue URL');
  }
}

/** A worker that takes work from a queue until it is told to end. */
export class QueueWorker {
  readonly #worker: Worker<Parcel, ExerciseReport>;
  readonly #connection: Redis;

  private constructor(worker: Worker<Parcel, ExerciseReport>, connection: Redis) {
    this.#worker = worker;
    this.#connection = connection;
  }

  /**
   * @param jobs  how many files to grade at a time
   * @param grade  grades one file
   * @throws UsageError when there is no server at the address
   */
  static async start(
    url: string,
    name: string,
    jobs: number,
    exercises: readonly Exercise[],
    grade: (exercise: Exercise, file: Work, seed: string) => Promise<ExerciseReport>,
    tell: Tell,
  ): Promise<QueueWorker> {
    await expectServer(url);
    const work = async ({ data }: Job<Parcel>) => {
      const { exercise: id, seed, bytes } = parcelSchema.parse(data);
      const exercise = exercises.find((each) => each.id === id);
      if (exercise === undefined) throw new Error(`there is no exercise ${clean(id, 100)}`);
      return grade(exercise, { path: exercise.file, bytes: Buffer.from(bytes, 'base64') }, seed);
    };
    const connection = connectTo(url, tell);
    const worker = new Worker<Parcel, ExerciseReport>(name, work, {
      connection,
      concurrency: jobs,
      lockDuration: LOCK,
      stalledInterval: LOOK_FOR_DEAD,
      maxStalledCount: MAX_ABANDONED,
    });
    worker.on('error', () => {});
    return new QueueWorker(worker, connection);
  }

  /** Told after each file. */
  onDone(listen: () => void): void {
    this.#worker.on('completed', listen);
  }

  /** Finishes what is under way and takes nothing more. */
  async end(): Promise<void> {
    await this.#worker.close();
    this.#connection.disconnect();
  }
}

/** A connection that waits for a server that is away, and says once when it goes and when it is back. */
function connectTo(url: string, tell: Tell): Redis {
  const connection = new Redis(addressOf(url).href, {
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(100 * times, 2_000),
  });
  let away = false;
  connection.on('error', () => {});
  connection.on('reconnecting', () => {
    if (!away) tell('the queue is away; waiting for it to come back');
    away = true;
  });
  connection.on('ready', () => {
    if (away) tell('the queue is back');
    away = false;
  });
  return connection;
}

function addressOf(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url.replace(/^valkey/, 'redis')) : undefined;
  if (parsed === undefined || !/^rediss?:$/.test(parsed.protocol) || parsed.hostname === '') {
    throw new UsageError('--queue takes the address of a Redis or Valkey server, such as redis://localhost:6379');
  }
  return parsed;
}

async function expectServer(url: string): Promise<void> {
  const address = addressOf(url);
  const client = new Redis(address.href, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  let reason = '';
  client.on('error', (error: NodeJS.ErrnoException) => {
    reason ||= error.code ?? error.message;
  });
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    // A password that is part of the address is nobody's business.
    const why = clean(reason || (error as Error).message, 200);
    throw new UsageError(`no queue answers at ${address.protocol}//${address.host} (${why}); is the server running?`);
  } finally {
    client.disconnect();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
