import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { parentPort } from 'node:worker_threads';
import { MAX_STACK_SIZE, QuickJS } from 'quickjs-wasi';
import { Missing, NotStarted, Stopped, Thrown } from '#grader/model/subject.ts';
import { formatValue, Misuse, type Value } from '#grader/model/value.ts';
import { Sandbox } from '#grader/sandbox/machine.ts';
import { selfTest } from '#grader/sandbox/self-test.ts';
import { compileText } from '../../../support/machine.ts';
import type { BareRequest, Outcome, Request } from './probe.ts';

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

async function serve({ source, functions, calls, fuel, loadingFuel, shared, memory }: Request): Promise<Outcome[]> {
  const lines: string[] = [];
  const compiled = await compileText(source);
  if ('message' in compiled) throw new Error(compiled.message);
  let loaded: Awaited<ReturnType<Sandbox['load']>> | undefined;
  const loading = await outcomeOf(async () => {
    const limited = memory === undefined ? sandbox : sandbox.withMemory(memory);
    loaded = await limited.load(compiled, functions, loadingFuel, (line) => lines.push(line));
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

/** How deep each recursion goes in the engine as its package offers it, with the largest stack that it offers. */
async function measureBareEngine({ source, names }: BareRequest): Promise<Record<string, number>> {
  const wasm = await readFile(createRequire(import.meta.url).resolve('quickjs-wasi/quickjs.wasm'));
  const vm = await QuickJS.create({ wasm, maxStackSize: MAX_STACK_SIZE });
  vm.evalCode(source);
  const works = (name: string, n: number) => vm.evalCode(`try { ${name}(${n}) === ${n} } catch { false }`).toBoolean();
  const depthOf = (name: string) => {
    let [low, high] = [0, 10_000];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (works(name, middle)) low = middle;
      else high = middle;
    }
    return low;
  };
  return Object.fromEntries(names.map((name) => [name, depthOf(name)]));
}

async function answer(request: Request | BareRequest | 'self-test'): Promise<unknown> {
  if (request === 'self-test') {
    return outcomeOf(async () => {
      await selfTest(sandbox);
      return 'kept';
    });
  }
  if ('names' in request) return measureBareEngine(request);
  return serve(request).catch((error: unknown) => [{ kind: 'fault', text: String(error), spent: 0, lines: [] }]);
}

parentPort?.on('message', async (request: Request | BareRequest | 'self-test') => {
  parentPort?.postMessage({ answer: await answer(request), memory: process.memoryUsage().rss });
});
