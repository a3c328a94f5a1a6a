import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Value } from '#grader/model/value.ts';

/** Calls of a module's functions, each in a machine of its own unless `shared`. */
export interface Request {
  readonly source: string;
  readonly functions: readonly string[];
  readonly calls: readonly (readonly [name: string, args: readonly Value[]])[];
  readonly fuel: number;
  readonly loadingFuel: number;
  readonly shared: boolean;
  /** The machines' memory in bytes, where it is not the usual. */
  readonly memory?: number;
}

/** Recursions, by name, to be tried in the engine alone. */
export interface BareRequest {
  readonly source: string;
  readonly names: readonly string[];
}

/** What a call came to: `returned`, why it was stopped, or which kind of thing it threw. */
export interface Outcome {
  readonly kind: string;
  readonly text: string;
  readonly line?: number;
  readonly spent: number;
  readonly lines: readonly string[];
}

/** A thread as the grader starts them, with machines in it. */
export class Probe {
  readonly #worker: Worker;
  /** Resident memory of the process, in bytes, after the last request. */
  memory = 0;

  constructor(stackSizeMb = 32) {
    this.#worker = new Worker(new URL('./start.mjs', import.meta.url), {
      workerData: { entry: './worker.ts' },
      resourceLimits: { stackSizeMb },
    });
    this.#worker.setMaxListeners(0);
  }

  async ask(request: Partial<Request> & Pick<Request, 'source' | 'calls'>): Promise<Outcome[]> {
    const functions = [...new Set(request.calls.map(([name]) => name))];
    return this.#post({ functions, fuel: 4e6, loadingFuel: 4e6, shared: false, ...request });
  }

  /** What one expression comes to. */
  async evaluate(expression: string, more: Partial<Request> = {}): Promise<Outcome> {
    const source = `export const f = () => (${expression});`;
    const [outcome] = await this.ask({ source, calls: [['f', []]], ...more });
    if (outcome === undefined) throw new Error('the thread gave no outcome');
    return outcome;
  }

  /** How deep recursions go in the engine as its package offers it. */
  depthsInBareEngine(source: string, names: readonly string[]): Promise<Record<string, number>> {
    return this.#post({ source, names });
  }

  selfTest(): Promise<Outcome> {
    return this.#post('self-test');
  }

  async #post<Answer>(message: unknown): Promise<Answer> {
    this.#worker.postMessage(message);
    const [{ answer, memory }] = (await once(this.#worker, 'message')) as [{ answer: Answer; memory: number }];
    this.memory = memory;
    return answer;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
