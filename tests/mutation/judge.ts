import { chooseExercises } from '#grader/cli/choose.ts';
import { oracleFor } from '#grader/cli/oracle.ts';
import { course } from '#grader/course/course.ts';
import { remember } from '#grader/engine/recorded-oracle.ts';
import type { Oracle } from '#grader/model/exercise.ts';
import { Stopped, Thrown } from '#grader/model/subject.ts';
import { firstLoss } from '../support/submissions.ts';
import type { Judged, Task } from './main.ts';

const oracles = new Map<string, Oracle>();

async function judge({ exercise: id, source, seed }: Task): Promise<Judged> {
  const [exercise] = chooseExercises([id], course);
  if (exercise === undefined) throw new Error(`there is no exercise ${id}`);
  const key = `${seed} ${exercise.id}`;
  const oracle = oracles.get(key) ?? remember(await oracleFor(seed, exercise.id));
  oracles.set(key, oracle);
  try {
    const loss = await firstLoss(exercise, source, { seed, oracle });
    if (loss?.status === 'grader-error') return { fault: `${loss.id}: ${loss.message}` };
    return loss === undefined ? {} : { lost: loss.id, named: loss.misconception };
  } catch (error) {
    if (error instanceof Thrown || error instanceof Stopped) return { lost: 'does not load' };
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

process.on('message', async (task: Task) => {
  process.send?.(await judge(task));
});
process.send?.({});
