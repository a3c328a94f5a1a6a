import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  type HostFunction,
  Intrinsics,
  JSException,
  type JSValueHandle,
  QuickJS,
  type QuickJSOptions,
  type Snapshot,
} from 'quickjs-wasi';
import {
  Missing,
  NotStarted,
  Stopped,
  type Subject,
  Thrown,
  type ThrownKind,
  unstartedFunction,
  type Watched,
} from '../model/subject.ts';
import { clean } from '../model/text.ts';
import { type Callback, isArray, Misuse, type Value } from '../model/value.ts';
import type { Compiled } from './compile.ts';
import { Locator, SCRIPT } from './locate.ts';
import { pack, unpack } from './wire.ts';

/** Fuel is counted in polls of the machine, which reports every so many of them. */
export const POLLS_PER_TICK = 10_000;

/** Memory of one machine, in bytes. */
export const MEMORY = 256 << 20;

const INTRINSICS =
  Intrinsics.ALL & ~(Intrinsics.WEAK_REF | Intrinsics.PERFORMANCE | Intrinsics.DOM_EXCEPTION | Intrinsics.ATOB_BTOA);

// The interpreter's stack, moved to a block of its own: the public setting (512 KiB) ends a recursion through `map` at
// 600 calls, this one at 2,400. The block is as large as the worker's own stack, so that C code which does not check
// its depth meets V8's limit first, which is an exception, and not the heap.
const STACK_BLOCK = 32 << 20;
const STACK_LIMIT = 2 << 20;

// A heap grown once, ahead of time; growing it bit by bit is several times slower and ends at twice the limit.
const HEAP_RESERVE = MEMORY + (32 << 20);

/** What the worker tells the main thread while it computes: ticks so far, and whether student code is running. */
export interface Heartbeat {
  readonly cells: Int32Array;
}
const TICKS = 0;
const RUNNING = 1;

interface Entries {
  readonly load: number;
  readonly has: number;
  readonly call: number;
  readonly watch: number;
}

/** A machine frozen in time, from which any number of equal machines can be made. */
interface Image {
  readonly snapshot: Snapshot;
  readonly entries: Entries;
}

/** One line that a student printed. */
export type Print = (line: string) => void;

/** Everything that the machines of one process share: the compiled engine and the frozen world before student code. */
export class Sandbox {
  readonly #module: WebAssembly.Module;
  readonly #image: Image;
  readonly #memory: number;

  private constructor(module: WebAssembly.Module, image: Image, memory: number) {
    this.#module = module;
    this.#image = image;
    this.#memory = memory;
  }

  /** Compiles the engine and prepares its world; `memory` is the limit of every machine, in bytes. */
  static async open(memory = MEMORY): Promise<Sandbox> {
    const require = createRequire(import.meta.url);
    const module = await WebAssembly.compile(readFileSync(require.resolve('quickjs-wasi/quickjs.wasm')));
    const prelude = readFileSync(new URL('./prelude.js', import.meta.url), 'utf8');
    const vm = await QuickJS.create(settings(module, memory, () => false));
    const make = vm.evalCode(prelude, 'prelude.js');
    const host = vm.newFunction('host', () => vm.undefined);
    const made = vm.callFunction(make, vm.undefined, host);
    const entry = (name: string) => vm.exportHandle(made.getProp(name));
    const entries = { load: entry('load'), has: entry('has'), call: entry('call'), watch: entry('watch') };
    return new Sandbox(module, { snapshot: vm.snapshot(), entries }, memory);
  }

  /** The same sandbox with another memory limit, in bytes. */
  withMemory(memory: number): Sandbox {
    return new Sandbox(this.#module, this.#image, memory);
  }

  /**
   * Loads a student's module once, so that machines with it can be started quickly.
   *
   * @param functions  the names that the exercise asks for
   * @param fuel  polls that loading may take
   * @throws Thrown or Stopped when the module does not load
   */
  async load(
    compiled: Compiled,
    functions: readonly string[],
    fuel: number,
    print: Print,
    heartbeat?: Heartbeat,
  ): Promise<Loaded> {
    const machine = await this.#start(this.#image, new Locator(compiled), print, heartbeat);
    machine.refuel(fuel);
    machine.load(compiled.code, functions);
    const image = { snapshot: machine.freeze(), entries: this.#image.entries };
    const spent = machine.spent;
    const start = async () => {
      const started = await this.#start(image, new Locator(compiled), print, heartbeat);
      started.enlarge();
      return started;
    };
    return { spent, start };
  }

  async #start(image: Image, locator: Locator, print: Print, heartbeat?: Heartbeat): Promise<Machine> {
    const meter = new Meter(heartbeat);
    const vm = await QuickJS.restore(
      image.snapshot,
      settings(this.#module, this.#memory, () => meter.tick()),
    );
    return new Machine(vm, image.entries, meter, locator, print);
  }
}

/** A student's module, loaded and frozen; every machine started from it is the same. */
export interface Loaded {
  /** Fuel that loading took. */
  readonly spent: number;
  start(): Promise<Machine>;
}

function settings(module: WebAssembly.Module, memoryLimit: number, interruptHandler: () => boolean): QuickJSOptions {
  return {
    wasm: module,
    memoryLimit,
    interruptHandler,
    intrinsics: INTRINSICS,
    timezoneOffset: 0,
    wasi: (memory) => ({
      clock_time_get(_clock: number, _precision: bigint, result: number) {
        new DataView(memory.buffer).setBigUint64(result, 0n, true);
        return 0;
      },
      random_get(buffer: number, length: number) {
        new Uint8Array(memory.buffer, buffer, length).fill(0);
        return 0;
      },
    }),
  };
}

/** Counts fuel, and stays empty once it is: an interrupt that passes through a callback could be caught. */
class Meter {
  readonly #cells: Int32Array;
  #ticks = 0;
  #limit = Number.POSITIVE_INFINITY;
  empty = false;

  constructor(heartbeat?: Heartbeat) {
    this.#cells = heartbeat?.cells ?? new Int32Array(2);
  }

  tick(): boolean {
    this.#ticks += 1;
    Atomics.add(this.#cells, TICKS, 1);
    if (this.#ticks > this.#limit) this.empty = true;
    return this.empty;
  }

  get spent(): number {
    return this.#ticks * POLLS_PER_TICK;
  }

  refuel(polls: number): void {
    this.#limit = this.#ticks + Math.ceil(polls / POLLS_PER_TICK);
  }

  running<Result>(run: () => Result): Result {
    Atomics.store(this.#cells, RUNNING, 1);
    try {
      return run();
    } finally {
      Atomics.store(this.#cells, RUNNING, 0);
    }
  }
}

/** A QuickJS machine with a student's module in it; it has no files, no network, no clock and no other randomness. */
export class Machine implements Subject {
  readonly #vm: QuickJS;
  readonly #meter: Meter;
  readonly #locator: Locator;
  readonly #print: Print;
  readonly #load: JSValueHandle;
  readonly #has: JSValueHandle;
  readonly #call: JSValueHandle;
  readonly #watch: JSValueHandle;
  readonly #callbacks = new Map<number, Callback>();
  #callbackIds = 0;
  #misuse: Misuse | undefined;
  #fault: unknown;
  #stopped: Stopped | undefined;

  constructor(vm: QuickJS, entries: Entries, meter: Meter, locator: Locator, print: Print) {
    this.#vm = vm;
    this.#meter = meter;
    this.#locator = locator;
    this.#print = print;
    [this.#load, this.#has, this.#call, this.#watch] = [entries.load, entries.has, entries.call, entries.watch].map(
      (token) => vm.importHandle(token),
    ) as [JSValueHandle, JSValueHandle, JSValueHandle, JSValueHandle];
    const host: HostFunction = (...handles) => this.#answer(handles);
    vm.registerHostCallback('host', host);
  }

  get spent(): number {
    return this.#meter.spent;
  }

  /** Allows so much more fuel from here on, in polls. */
  refuel(polls: number): void {
    this.#meter.refuel(polls);
  }

  /** Evaluates a module and keeps the functions that the exercise asks for. */
  load(code: string, functions: readonly string[]): void {
    const names = this.#vm.newString(JSON.stringify(functions));
    this.#enter(() => {
      // One wrapper line, counted by the locator; strict, as modules are.
      const exported = this.#vm.evalCode(`(() => { "use strict";\n${code}\nreturn submission; })()`, SCRIPT);
      this.#vm.callFunction(this.#load, this.#vm.undefined, exported, names).dispose();
      exported.dispose();
    });
    names.dispose();
  }

  /** Gives the machine its full heap and stack; a machine that is to be frozen stays small. */
  enlarge(): void {
    const engine = this.#vm._getExports() as unknown as EngineExports;
    engine.free(engine.malloc(HEAP_RESERVE));
    const block = engine.malloc(STACK_BLOCK);
    engine.__stack_pointer.value = (block + STACK_BLOCK) & ~15;
    engine.JS_UpdateStackTop(engine.qjs_get_runtime_ptr());
    engine.qjs_set_max_stack_size(STACK_LIMIT);
  }

  /** The machine's memory as it is now. */
  freeze(): Snapshot {
    return this.#vm.snapshot();
  }

  call(name: string, args: readonly Value[]): Value {
    return this.#invoke(this.#call, name, args, (result) => {
      if (result.isNumber) return result.toNumber();
      return this.#read(name, result).value;
    });
  }

  watch(name: string, args: readonly Value[]): Watched {
    return this.#invoke(this.#watch, name, args, (result) => {
      const { value, notes } = this.#read(name, result);
      const [returned] = isArray(value) ? value : [];
      if (returned === undefined) throw new Error(`the machine returned no value for ${name}`);
      return { value: returned, ...(JSON.parse(notes) as Omit<Watched, 'value'>) };
    });
  }

  #invoke<Result>(
    entry: JSValueHandle,
    name: string,
    args: readonly Value[],
    read: (result: JSValueHandle) => Result,
  ): Result {
    if (this.#stopped !== undefined) throw this.#stopped;
    const vm = this.#vm;
    this.#callbacks.clear();
    this.#misuse = undefined;
    this.#fault = undefined;
    return vm.withScope(() => {
      const wanted = this.#allocate(vm.newString(name));
      if (!vm.callFunction(this.#has, vm.undefined, wanted).toBoolean()) throw new Missing(name);
      const packed = pack(args, (callback) => this.#idOf(callback));
      const numbers = this.#allocate(vm.newArrayBuffer(packed.numbers));
      const strings = this.#allocate(vm.newString(packed.strings));
      const result = this.#enter(() => vm.callFunction(entry, vm.undefined, wanted, numbers, strings));
      if (this.#fault !== undefined) throw this.#fault;
      if (this.#misuse !== undefined) throw this.#misuse;
      return read(result);
    });
  }

  /** Runs student code; turns every way in which the machine can end it into a `Stopped` or a `Thrown`. */
  #enter<Result>(run: () => Result): Result {
    let result: Result | undefined;
    let error: unknown;
    try {
      result = this.#meter.running(run);
    } catch (caught) {
      error = caught;
    }
    if (this.#meter.empty) throw this.#stop('out-of-fuel', 'used up its fuel', error);
    if (error === undefined) return result as Result;
    if (error instanceof JSException) {
      const [name, message, stack] = [error.name, error.message, error.stack ?? ''];
      if (isOutOfMemory(name, message)) throw this.#stop('out-of-memory', OUT_OF_MEMORY);
      throw new Thrown('error', clean(name, 100), clean(message), this.#locator.locate(stack));
    }
    // Anything else leaves the machine unusable: its native stack ran over, or it trapped.
    if (error instanceof RangeError || error instanceof WebAssembly.RuntimeError) {
      throw this.#stop('out-of-memory', 'used up the stack of the machine (recursion that is too deep)');
    }
    throw error;
  }

  #stop(status: Stopped['status'], message: string, error?: unknown): Stopped {
    const location = error instanceof JSException ? this.#locator.locate(error.stack ?? '') : undefined;
    this.#stopped = new Stopped(status, message, location);
    return this.#stopped;
  }

  /** Reads `['returned', …]` or throws what `['threw', …]` says. */
  #read(name: string, result: JSValueHandle): { value: Value; notes: string } {
    const text = (index: number): string => {
      const handle = result.getProp(String(index));
      if (!handle.isString && !handle.isUndefined) throw this.#stop('out-of-memory', OUT_OF_MEMORY);
      return handle.isString ? handle.toString() : '';
    };
    if (text(0) === 'returned') {
      return { value: unpack(result.getProp('1').toArrayBuffer(), text(2)), notes: text(3) };
    }
    const [errorName, message, stack, kind] = [text(1), text(2), text(3), text(4)];
    if (kind === 'memory') throw this.#stop('out-of-memory', OUT_OF_MEMORY);
    if (unstartedFunction(message) === name && kind === 'error') throw new NotStarted(name);
    throw new Thrown(kind as ThrownKind, clean(errorName, 100), clean(message), this.#locator.locate(stack));
  }

  #idOf(callback: Callback): number {
    this.#callbackIds += 1;
    this.#callbacks.set(this.#callbackIds, callback);
    return this.#callbackIds;
  }

  /** Serves the one door: a printed line, or a call of a callback. Nothing may be thrown through it. */
  #answer([door, ...rest]: JSValueHandle[]): JSValueHandle {
    const vm = this.#vm;
    try {
      const [first, second, third] = rest;
      if (door?.toString() === 'log') {
        this.#print(clean(first?.toString() ?? ''));
        return vm.undefined;
      }
      const callback = this.#callbacks.get(first?.toNumber() ?? 0);
      if (callback === undefined)
        return vm.newString('this function was given to an earlier call and has ended with it');
      const args = unpack(second?.toArrayBuffer() ?? new ArrayBuffer(0), third?.toString() ?? '');
      const answer = callback.answer(isArray(args) ? args : []);
      if (typeof answer === 'number') return vm.newNumber(answer);
      return vm.newArrayBuffer(pack(answer, (inner) => this.#idOf(inner)).numbers);
    } catch (error) {
      if (error instanceof Misuse) this.#misuse ??= error;
      else this.#fault ??= error;
      return vm.newString(error instanceof Misuse ? error.message : 'the grader failed');
    }
  }

  /** A handle made by the host; the engine gives an unusable one, silently, when memory is full. */
  #allocate(handle: JSValueHandle): JSValueHandle {
    if (!handle.isString && !handle.isArrayBuffer) throw this.#stop('out-of-memory', OUT_OF_MEMORY);
    return handle;
  }
}

const OUT_OF_MEMORY = 'used up its memory (256 MiB)';

function isOutOfMemory(name: string, message: string): boolean {
  return message === 'out of memory' && (name === 'InternalError' || name === 'Error');
}

/** The internal exports of the pinned engine version that moving the stack needs. */
interface EngineExports {
  readonly __stack_pointer: WebAssembly.Global;
  malloc(size: number): number;
  free(pointer: number): void;
  JS_UpdateStackTop(runtime: number): void;
  qjs_get_runtime_ptr(): number;
  qjs_set_max_stack_size(size: number): void;
}
