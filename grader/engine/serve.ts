import { parentPort, workerData } from 'node:worker_threads';
import { describeThrown } from '../checks/student.ts';
import type { Exercise, Oracle } from '../model/exercise.ts';
import type { Figure } from '../model/figure.ts';
import type { CheckReport, CheckStatus } from '../model/report.ts';
import { Stopped, Thrown } from '../model/subject.ts';
import type { Loaded, Sandbox } from '../sandbox/machine.ts';
import { openTried } from '../sandbox/tried.ts';
import { ConsoleLog } from './console-log.ts';
import { drawFigure } from './draw.ts';
import { BEGUN, CHECK, type Job, type Message, type WorkerData } from './protocol.ts';
import { runExercise } from './run-exercise.ts';

/** Fuel for loading a module, in polls. */
const LOADING_FUEL = 4e6;

/** What a worker works with. */
export interface Supply {
  /** An exercise by its id. */
  load(id: string): Promise<Exercise>;
  /** An exercise's figures, by its id. */
  figuresOf(id: string): Promise<readonly Figure[]>;
  /** What an exercise's checks, or its figures, ask for a seed. */
  oracleFor(seed: string, exercise: string, task: Job['task']): Promise<Oracle>;
  /** Told each exercise that was graded, and how many of its checks ran, before the verdicts are posted. */
  onGraded?: ((exercise: string, ran: number) => void) | undefined;
}

/**
 * Serves jobs in a worker thread until it is ended.
 *
 * @param cache  where what takes long to prepare is kept from run to run
 */
export async function serve(cache: URL, supply: Supply): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('serve runs in a worker thread');
  const post = (message: Message) => port.postMessage(message);
  try {
    const { cells } = workerData as WorkerData;
    const sandbox = await openTried(cache);
    port.on('message', (job: Job) => {
      work(job, sandbox, cells, supply, post).catch((error: unknown) => post(failure(error)));
    });
    post({ type: 'ready' });
  } catch (error) {
    post(failure(error));
  }
}

/** What is said of a check that did not run. */
const UNRUN: ReadonlySet<CheckStatus> = new Set(['not-started', 'skipped']);

async function work(
  job: Job,
  sandbox: Sandbox,
  cells: Int32Array,
  supply: Supply,
  post: (message: Message) => void,
): Promise<void> {
  const exercise = await supply.load(job.exercise);
  Atomics.store(cells, BEGUN, 0);
  const log = new ConsoleLog();
  let loaded: Loaded;
  try {
    loaded = await sandbox.load(
      job.compiled,
      Object.keys(exercise.functions),
      LOADING_FUEL,
      (line) => log.print(line),
      { cells },
    );
  } catch (error) {
    if (!(error instanceof Thrown || error instanceof Stopped)) throw error;
    const what = error instanceof Thrown ? describeThrown(error) : error.message;
    const { location } = error;
    post({ type: 'broken', message: `does not load: it ${what}`, ...(location && { location }), console: log.lines });
    return;
  }
  const oracle = await supply.oracleFor(job.seed, exercise.id, job.task);
  try {
    if (job.task === 'draw') {
      for (const figure of await supply.figuresOf(exercise.id)) {
        post({ type: 'drawn', figure: await drawFigure(exercise, figure, oracle, job.seed, loaded.start) });
      }
      post({ type: 'all-drawn' });
    } else {
      const verdicts: CheckReport[] = [];
      let fuel = loaded.spent;
      await runExercise({
        exercise,
        oracle,
        seed: job.seed,
        start: loaded.start,
        earlier: job.earlier,
        onStart(check) {
          Atomics.store(cells, CHECK, exercise.checks.indexOf(check) + 1);
          Atomics.add(cells, BEGUN, 1);
        },
        onVerdict(verdict, spent) {
          verdicts.push(verdict);
          fuel += spent;
          Atomics.store(cells, CHECK, 0);
        },
      });
      supply.onGraded?.(exercise.id, verdicts.filter(({ status }) => !UNRUN.has(status)).length);
      post({ type: 'graded', verdicts, fuel, console: log.lines });
    }
  } finally {
    loaded.end();
  }
}

function failure(error: unknown): Message {
  return { type: 'failed', message: error instanceof Error ? error.message : String(error) };
}
