import { type ChildProcess, fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chooseExercises } from '#grader/cli/choose.ts';
import { course } from '#grader/course/course.ts';
import type { Exercise } from '#grader/model/exercise.ts';
import { HAND_MADE } from '../fixtures/hand-made.ts';
import { applyChange, type Planted } from '../support/planted.ts';
import { takeEvery } from '../support/sampling.ts';
import { EQUIVALENTS } from './equivalents.ts';
import { mutantsOf } from './stryker/mutants.ts';

// Wrong answers made from the solutions, by Stryker and by hand: which of them get full marks?
// Usage: npm run mutation [-- EXERCISE… --seed TEXT … --every N --names]

/** One wrong answer to judge with one seed. */
export interface Task {
  readonly exercise: string;
  readonly source: string;
  readonly seed: string;
}

/** Which check it failed first, if any, and as which known wrong answer; or why the grader could not say. */
export interface Judged {
  readonly lost?: string | undefined;
  readonly named?: string | undefined;
  readonly fault?: string;
}

interface Mutant {
  readonly exercise: Exercise;
  readonly origin: 'Stryker' | 'planted' | 'hand-made';
  readonly name: string;
  readonly source: string;
}

/** Share of the mutants that are not equivalent which must lose points. */
const TARGET = 0.98;

/** How long one mutant may take, in milliseconds; it takes some tens, but some stand still in one operation. */
const PATIENCE = 60_000;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', multiple: true, default: ['practice', 'mutation-a', 'mutation-b'] },
    /** Only every Nth mutant, for a shorter run. */
    every: { type: 'string', default: '1' },
    /** Print which known wrong answer each mutant was taken for. */
    names: { type: 'boolean', default: false },
  },
});

async function mutantsFor(exercise: Exercise): Promise<Mutant[]> {
  const { id, file } = exercise;
  const solution = await readFile(new URL(`../../solutions/${id}/${file}`, import.meta.url), 'utf8');
  const { planted } = (await import(`../fixtures/planted/${id}.ts`)) as { planted: Planted };
  return [
    ...(await mutantsOf(solution)).map((mutant) => ({ ...mutant, exercise, origin: 'Stryker' as const })),
    ...Object.entries(planted).flatMap(([check, plants]) =>
      plants.map(({ change }, index) => ({
        exercise,
        origin: 'planted' as const,
        name: `${check}, wrong answer ${index + 1}`,
        source: applyChange(solution, change),
      })),
    ),
    ...Object.entries(HAND_MADE).flatMap(([kind, changes]) =>
      changes.flatMap(([number, change], index) =>
        id.startsWith(number)
          ? [
              {
                exercise,
                origin: 'hand-made' as const,
                name: `${kind}, ${index + 1}`,
                source: applyChange(solution, change),
              },
            ]
          : [],
      ),
    ),
  ];
}

/** A process that judges one mutant after the other; one that takes too long is ended and replaced. */
class Judge {
  #child: ChildProcess | undefined;

  async judge(task: Task): Promise<Judged> {
    if (this.#child === undefined) {
      this.#child = fork(fileURLToPath(new URL('./judge.ts', import.meta.url)), {
        execArgv: ['--import', 'tsx', '--stack-size=4000'],
      });
      await this.#answer();
    }
    this.#child.send(task);
    return this.#answer();
  }

  end(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  #answer(): Promise<Judged> {
    const child = this.#child;
    return new Promise((resolve) => {
      const settle = (judged: Judged) => {
        clearTimeout(timer);
        child?.off('message', settle).off('exit', onExit);
        resolve(judged);
      };
      const onExit = () => {
        this.#child = undefined;
        settle({ fault: 'the judge ended' });
      };
      const timer = setTimeout(() => {
        child?.off('exit', onExit);
        this.end();
        settle({ lost: 'stands still' });
      }, PATIENCE);
      child?.once('message', settle).once('exit', onExit);
    });
  }
}

const titleOf = ({ exercise, origin, name }: Mutant) => `${exercise.id}/${exercise.file}, ${origin}: ${name}`;

const chosen = chooseExercises(positionals, course);
const all = (await Promise.all(chosen.map(mutantsFor))).flat();
const mutants = takeEvery(all, options.every);
const results = new Map<Mutant, Judged[]>(mutants.map((mutant) => [mutant, []]));
// Seed by seed, so that each judge asks the reference once.
const queue = options.seed.flatMap((seed) => mutants.map((mutant) => ({ mutant, seed })));
const judges = Array.from({ length: availableParallelism() }, () => new Judge());
await Promise.all(
  judges.map(async (judge) => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { mutant, seed } = next;
      results.get(mutant)?.push(await judge.judge({ exercise: mutant.exercise.id, source: mutant.source, seed }));
    }
    judge.end();
  }),
);

let [lost, counted, faults] = [0, 0, 0];
const survivors: string[] = [];
for (const exercise of chosen) {
  const own = mutants.filter((mutant) => mutant.exercise === exercise);
  const open = own.filter((mutant) => !(titleOf(mutant) in EQUIVALENTS));
  const losers = open.filter((mutant) => results.get(mutant)?.every((judged) => judged.lost !== undefined));
  console.log(
    `${exercise.id.padEnd(30)} ${String(own.length).padStart(5)} mutants ${String(own.length - open.length).padStart(3)} equivalent ${String(losers.length).padStart(5)} of ${open.length} lose points`,
  );
  counted += open.length;
  lost += losers.length;
  for (const mutant of own) {
    const judged = results.get(mutant) ?? [];
    for (const { fault } of judged.filter((each) => each.fault !== undefined)) {
      faults += 1;
      console.log(`  the grader failed on ${titleOf(mutant)}: ${fault}`);
    }
    const passes = options.seed.filter((_, index) => judged[index]?.lost === undefined);
    if (passes.length > 0 && open.includes(mutant)) survivors.push(`${titleOf(mutant)}  [${passes.join(', ')}]`);
    if (passes.length < judged.length && !open.includes(mutant)) {
      faults += 1;
      console.log(`  called equivalent, but loses points: ${titleOf(mutant)}`);
    }
    const names = [...new Set(judged.flatMap(({ named }) => named ?? []))];
    if (options.names && names.length > 0) console.log(`  ${titleOf(mutant)}\n    is taken for ${names.join(', ')}`);
  }
}
if (mutants.length === all.length && positionals.length === 0) {
  const titles = new Set(all.map(titleOf));
  for (const stale of Object.keys(EQUIVALENTS).filter((title) => !titles.has(title))) {
    faults += 1;
    console.log(`  called equivalent, but there is no such mutant: ${stale}`);
  }
}
if (survivors.length > 0)
  console.log(`\nFull marks, with the seeds in brackets:\n${survivors.map((line) => `  ${line}\n`).join('')}`);
const share = lost / counted;
console.log(
  `\n${lost} of ${counted} mutants that are not equivalent lose points on each of ${options.seed.length} seeds: ${(100 * share).toFixed(2)} % (at least ${100 * TARGET} %)`,
);
process.exitCode = faults === 0 && share >= TARGET ? 0 : 1;
