import { Worker } from 'node:worker_threads';
import { BEGUN, CELLS, CHECK, type Job, type Message, type WorkerData } from './protocol.ts';

/** How often the worker's pulse is felt, in milliseconds. */
const INTERVAL = 250;

/** Ticks in one interval below which student code counts as standing still; running code makes thousands. */
const STILL = 8;

/** What a worker says last of a job. */
const LAST: ReadonlySet<Message['type']> = new Set(['graded', 'all-drawn', 'broken']);

/** What a job came to: the worker said it is done, or it was ended in the middle, or is to be, because nobody wants it. */
export type Ending = 'done' | 'stalled' | 'crashed' | 'given-up';

/** One worker thread, started ahead of its first job and started again when it had to be ended. */
export class WorkerHandle {
  readonly #url: URL;
  readonly #data: Omit<WorkerData, 'cells'>;
  #worker: Worker | undefined;
  #ready: Promise<void> | undefined;
  #cells = newCells();

  constructor(url: URL, data: Omit<WorkerData, 'cells'> = { settings: [] }) {
    this.#url = url;
    this.#data = data;
  }

  /** Where the check that is running stands among the exercise's, from 0; -1 between checks. */
  get position(): number {
    return Atomics.load(this.#cells, CHECK) - 1;
  }

  /** How many checks of the job have begun. */
  get begun(): number {
    return Atomics.load(this.#cells, BEGUN);
  }

  /** Starts the thread, if it is not running; rejects when the engine does not keep its promises on this machine. */
  start(): Promise<void> {
    if (this.#ready !== undefined) return this.#ready;
    this.#cells = newCells();
    const data: WorkerData = { cells: this.#cells, ...this.#data };
    const worker = new Worker(this.#url, {
      workerData: data,
      resourceLimits: { stackSizeMb: 32 },
      // A thread has nothing to print. Its streams would otherwise be joined to this process's, each of which takes no more
      // than ten without a warning.
      stdout: true,
      stderr: true,
    });
    worker.unref();
    this.#worker = worker;
    this.#ready = new Promise((resolve, reject) => {
      worker.once('message', (message: Message) => {
        if (message.type === 'failed') reject(new Error(message.message));
        else resolve();
      });
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`a worker thread ended with code ${code} before it was ready`)));
    });
    // Whoever starts the next job waits for it, and gets the error.
    this.#ready.catch(() => {});
    return this.#ready;
  }

  /**
   * Has one job done.
   *
   * @param patience  milliseconds for which student code may stand still, by no more than single operations that cannot
   *   be metered, before the thread is ended
   * @param onMessage  told everything that the worker says
   * @param signal  gives the job up once it is aborted; the thread is then the caller's to end
   */
  async perform(
    job: Job,
    patience: () => number,
    onMessage: (message: Message) => void,
    signal?: AbortSignal,
  ): Promise<Ending> {
    await this.start();
    if (signal?.aborted) return 'given-up';
    const worker = this.#worker;
    if (worker === undefined) throw new Error('the worker thread is gone');
    worker.ref();
    try {
      return await new Promise<Ending>((resolve, reject) => {
        let still = 0;
        let ticks = this.#cells[0] ?? 0;
        let check = this.position;
        // Intervals are counted, not time: a machine that slept in between, or was busy, is given another chance.
        const pulse = setInterval(() => {
          const now = Atomics.load(this.#cells, 0);
          if (check !== this.position) still = 0;
          check = this.position;
          if (Atomics.load(this.#cells, 1) === 1 && now - ticks < STILL) still += 1;
          ticks = now;
          if (still * INTERVAL >= patience()) end('stalled');
        }, INTERVAL);
        const onCrash = () => end('crashed');
        const onAbort = () => end('given-up');
        const onWord = (message: Message) => {
          if (message.type === 'failed') end('crashed', new Error(message.message));
          onMessage(message);
          if (LAST.has(message.type)) end('done');
        };
        const end = (ending: Ending, error?: Error) => {
          clearInterval(pulse);
          signal?.removeEventListener('abort', onAbort);
          worker.off('message', onWord).off('error', onCrash).off('exit', onCrash);
          if (error !== undefined) reject(error);
          else resolve(ending);
        };
        worker.on('message', onWord).on('error', onCrash).on('exit', onCrash);
        signal?.addEventListener('abort', onAbort);
        worker.postMessage(job);
      });
    } finally {
      worker.unref();
    }
  }

  /** Ends the thread, whatever it is doing. */
  async end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#ready = undefined;
    await worker?.terminate();
  }
}

function newCells(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(CELLS * Int32Array.BYTES_PER_ELEMENT));
}
