import { readFileSync } from 'node:fs';
import type { Job } from '../engine/protocol.ts';
import { type Recording, replay } from '../engine/recorded-oracle.ts';
import type { Oracle } from '../model/exercise.ts';
import { PRACTICE_SEED } from '../model/random.ts';
import { UsageError } from '../model/usage-error.ts';
import type { Value } from '../model/value.ts';
import { loadReference } from './reference.ts';

/** The seed whose expected values are recorded. */
export { PRACTICE_SEED };

/**
 * Where the recorded expected values of an exercise's checks stand, or of its figures: each has its own, so that a change of
 * one touches no other.
 */
export function recordingOf(exercise: string, task: Job['task'] = 'grade'): URL {
  const name = task === 'grade' ? exercise : `${exercise}.figures`;
  return new URL(`../course/recorded/${name}.json`, import.meta.url);
}

/** What an exercise's checks, or its figures, ask for a seed: recorded for the default one, computed by the reference for any other. */
export async function oracleFor(seed: string, exercise: string, task: Job['task'] = 'grade'): Promise<Oracle> {
  if (seed !== PRACTICE_SEED) return liveOracle();
  const url = recordingOf(exercise, task);
  const oracle = replays.get(url.href) ?? replay(JSON.parse(readFileSync(url, 'utf8')) as Recording);
  replays.set(url.href, oracle);
  return oracle;
}

/** Recordings that were read, for the submissions of a class: small, and the same for all. */
const replays = new Map<string, Oracle>();

/**
 * Says at once whether there can be expected values for a seed.
 *
 * @throws UsageError for another than the default seed, where there is no reference
 */
export function checkSeed(seed: string): void {
  if (seed === PRACTICE_SEED || loadReference !== undefined) return;
  throw new UsageError(
    `expected values for another seed than ${PRACTICE_SEED} are computed by a reference that is not part of this edition; leave out --seed`,
  );
}

/** Expected values computed by the reference, now. */
export async function liveOracle(): Promise<Oracle> {
  if (loadReference === undefined) throw new Error('there is no reference in this edition');
  const quantities = (await loadReference()) as unknown as Record<
    string,
    ((...args: readonly Value[]) => Value) | undefined
  >;
  return {
    ask(quantity, args) {
      const compute = quantities[quantity];
      if (compute === undefined) throw new Error(`the reference knows no quantity ${quantity}`);
      return compute(...args);
    },
  };
}
