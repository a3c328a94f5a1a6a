// The floor: the checks of all exercises on modules in this process, in warm V8, without sandbox and start-up.
// Usage: node --import tsx tests/bench/floor.ts FOLDER…, each a submission. Prints seconds of processor time for each.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { oracleFor, PRACTICE_SEED } from '#grader/cli/oracle.ts';
import { course } from '#grader/course/course.ts';
import { ModuleSubject } from '#grader/engine/module-subject.ts';
import { runExercise } from '#grader/engine/run-exercise.ts';

const submissions = await Promise.all(
  process.argv.slice(2).map(async (folder) => {
    const present = course.filter(({ id, file }) => existsSync(join(folder, id, file)));
    return Promise.all(
      present.map(async (exercise) => ({
        exercise,
        oracle: await oracleFor(PRACTICE_SEED, exercise.id),
        subject: new ModuleSubject(await import(pathToFileURL(join(folder, exercise.id, exercise.file)).href)),
      })),
    );
  }),
);

async function runAll(): Promise<void> {
  for (const work of submissions) {
    for (const { exercise, oracle, subject } of work) {
      await runExercise({
        exercise,
        oracle,
        seed: PRACTICE_SEED,
        start: async () => Object.assign(subject, { refuel() {} }),
        earlier: [],
        onStart() {},
        onVerdict() {},
      });
    }
  }
}

await runAll();
const before = process.cpuUsage();
await runAll();
const { user, system } = process.cpuUsage(before);
console.log((user + system) / 1e6 / submissions.length);
