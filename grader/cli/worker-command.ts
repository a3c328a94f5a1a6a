import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { count } from '../model/text.ts';
import { forLog } from '../reporters/escape.ts';
import { readJobs } from './options.ts';

/** Registers `worker`, which takes the work of a class from a queue. */
export function addWorkerCommand(program: Command): void {
  program
    .command('worker')
    .description('take work that npm run batch -- --queue hands out, until it is told to end')
    .requiredOption('--queue <URL>', 'a Redis or Valkey server, such as redis://localhost:6379')
    .option('--jobs <N>', 'how many files to grade at a time', readJobs, availableParallelism())
    .action(runWorker);
}

async function runWorker({ queue, jobs }: { readonly queue: string; readonly jobs: number }): Promise<void> {
  const [{ course }, { QueueWorker }, { nameQueue, startGrader }] = await Promise.all([
    import('../course/course.ts'),
    import('../batch/queue.ts'),
    import('./hands.ts'),
  ]);
  const say = (note: string) => process.stderr.write(forLog(`flow-grade: ${note}\n`));
  const grader = startGrader(jobs);
  try {
    const worker = await QueueWorker.start(
      queue,
      await nameQueue(),
      jobs,
      course,
      (exercise, file, seed) => grader.gradeFile(exercise, file, seed),
      say,
    );
    let done = 0;
    worker.onDone(() => {
      done += 1;
      if (done % 100 === 0) say(`${count(done, 'file')} graded`);
    });
    say(`waiting for work, ${count(jobs, 'file')} at a time; Ctrl-C ends it`);
    await new Promise<void>((resolve) => {
      process.once('SIGINT', resolve).once('SIGTERM', resolve);
    });
    say('finishing what is begun; Ctrl-C again leaves it to others');
    process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143));
    await worker.end();
    say(`${count(done, 'file')} graded in all`);
  } finally {
    await grader.end();
  }
}
