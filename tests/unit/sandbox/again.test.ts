import type { QuickJS } from 'quickjs-wasi';
import { beforeAll, describe, expect, test } from 'vitest';
import { Engine, engineOf, type Image } from '#grader/sandbox/engine.ts';
import { Sandbox } from '#grader/sandbox/machine.ts';
import { compileText } from '../../support/machine.ts';

const limits = { memory: 64 << 20, isOver: () => false };

let engine: Engine;
let world: Image;
beforeAll(async () => {
  engine = await Engine.compile();
  world = (await Sandbox.open()).image;
});

const bytesOf = (vm: QuickJS) => Buffer.from(engineOf(vm).memory.buffer.slice(0));

/** What the package's own object knows, but for the instance and what belongs to it. */
const knowledgeOf = (vm: QuickJS) => {
  const {
    instance: _,
    exports: __,
    interruptHandler: ___,
    timezoneOffsetHandler: ____,
    ...rest
  } = { ...vm } as object as {
    [name: string]: unknown;
  };
  return rest;
};

describe('an instance that is used again', () => {
  const uses: [what: string, use: (vm: QuickJS) => unknown][] = [
    ['nothing', () => {}],
    [
      'code that leaves much behind',
      (vm) => vm.evalCode('globalThis.left = Array.from({ length: 300 }, (_, i) => ({ i }));'),
    ],
    ['a deep recursion', (vm) => vm.evalCode('(function deep(n) { return n === 0 ? 0 : 1 + deep(n - 1); })(500)')],
    [
      'an error that nobody caught',
      (vm) => {
        try {
          vm.evalCode('null.f');
        } catch {
          // It is left behind as well.
        }
      },
    ],
    [
      'handles that nobody freed',
      (vm) => [vm.undefined, vm.true, vm.null, vm.global, vm.newString('held'), vm.newNumber(1.5)],
    ],
    ['functions of the host', (vm) => vm.registerHostCallback('host', () => vm.undefined)],
    ['another limit', (vm) => engineOf(vm).qjs_set_memory_limit(1)],
  ];

  test.each(uses)('after %s is the same as a new one', async (_, use) => {
    const fresh = await engine.thaw(world, limits);
    const [bytes, knowledge] = [bytesOf(fresh), knowledgeOf(fresh)];
    const { instance } = fresh as unknown as { instance: unknown };
    use(fresh);
    engine.retire(fresh);
    const again = await engine.thaw(world, limits);
    expect((again as unknown as { instance: unknown }).instance).toBe(instance);
    expect(bytesOf(again).equals(bytes)).toBe(true);
    expect(knowledgeOf(again)).toEqual(knowledge);
  });

  test('has no state but its memory and its stack pointer', async () => {
    const vm = await engine.thaw(world, limits);
    const globals = Object.entries(engineOf(vm)).filter(([, value]) => value instanceof WebAssembly.Global);
    expect(globals.map(([name]) => name)).toEqual(['__stack_pointer']);
  });
});

test('machines of one module after another work the same, whoever had their instances before', async () => {
  const sandbox = await Sandbox.open();
  const run = async (source: string) => {
    const compiled = await compileText(source);
    if ('message' in compiled) throw new Error(compiled.message);
    const loaded = await sandbox.load(compiled, ['f'], 4e6, () => {});
    const answers = [];
    for (let count = 0; count < 3; count += 1) {
      const machine = await loaded.start();
      machine.refuel(1e6);
      answers.push(machine.call('f', [count]), machine.spent);
    }
    loaded.end();
    return [loaded.spent, ...answers];
  };
  const keeper = 'let kept = 0; export const f = (x: number) => { kept += x + 1; return kept; };';
  const filler = 'export const f = (x: number) => new Array(20_000 * (x + 1)).fill({ x }).length;';
  const first = await run(keeper);
  expect(await run(filler)).toEqual(await run(filler));
  expect(await run(keeper)).toEqual(first);
});

test('a machine that was ended cannot be used', async () => {
  const compiled = await compileText('export const f = () => 1;');
  if ('message' in compiled) throw new Error(compiled.message);
  const loaded = await (await Sandbox.open()).load(compiled, ['f'], 4e6, () => {});
  const machine = await loaded.start();
  loaded.end();
  expect(() => machine.call('f', [])).toThrow('used after its end');
});
