import { parentPort } from 'node:worker_threads';
import { Missing, NotStarted, Stopped, Thrown } from '#grader/model/subject.ts';
import { formatValue, Misuse, type Value } from '#grader/model/value.ts';
import { Sandbox } from '#grader/sandbox/machine.ts';
import { selfTest } from '#grader/sandbox/self-test.ts';
import { compileText } from '../../../support/machine.ts';
import type { Outcome, Request } from './probe.ts';

const sandbox = await Sandbox.open();

/** What came of running something of the machine's, as plain data. */
async function outcomeOf(run: () => Value | Promise<Value>): Promise<Omit<Outcome, 'spent' | 'lines'>> {
  try {
    return { kind: 'returned', text: formatValue(await run()) };
  } catch (error) {
    if (error instanceof Stopped) {
      return { kind: error.status, text: error.message, ...(error.location && { line: error.location.line }) };
    }
    if (error instanceof Thrown) {
      const { kind, errorName, message, location } = error;
      return { kind, text: `${errorName}: ${message}`, ...(location && { line: location.line }) };
    }
    if (error instanceof Missing || error instanceof NotStarted || error instanceof Misuse) {
      return { kind: error.constructor.name, text: error.message };
    }
    return { kind: 'fault', text: String(error) };
  }
}

async function serve({ source, functions, calls, fuel, loadingFuel, shared }: Request): Promise<Outcome[]> {
  const lines: string[] = [];
  const compiled = await compileText(source);
  if ('message' in compiled) throw new Error(compiled.message);
  let loaded: Awaited<ReturnType<Sandbox['load']>> | undefined;
  const loading = await outcomeOf(async () => {
    loaded = await sandbox.load(compiled, functions, loadingFuel, (line) => lines.push(line));
    return 'loaded';
  });
  if (loaded === undefined) return [{ ...loading, spent: 0, lines }];
  let machine = await loaded.start();
  const outcomes: Outcome[] = [];
  for (const [name, args] of calls) {
    if (!shared) machine = await loaded.start();
    const before = machine.spent;
    machine.refuel(fuel);
    const outcome = await outcomeOf(() => machine.call(name, args));
    outcomes.push({ ...outcome, spent: machine.spent - before, lines: lines.splice(0) });
  }
  return outcomes;
}

parentPort?.on('message', async (request: Request | 'self-test') => {
  const answer =
    request === 'self-test'
      ? await outcomeOf(async () => {
          await selfTest(sandbox);
          return 'kept';
        })
      : await serve(request).catch((error: unknown) => [{ kind: 'fault', text: String(error), spent: 0, lines: [] }]);
  parentPort?.postMessage({ answer, memory: process.memoryUsage().rss });
});
