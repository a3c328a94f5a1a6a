import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  EvalFlags,
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
import { type Callback, formatValue, isArray, Misuse, type Value } from '../model/value.ts';
import type { Compiled } from './compile.ts';
import { Locator, SCRIPT } from './locate.ts';
import { pack, unpack } from './wire.ts';

/** What keeps student code apart from everything else, in words for a report. */
export const ISOLATION = 'QuickJS in WebAssembly';

/** Fuel is counted in polls of the machine, which reports every so many of them. */
export const POLLS_PER_TICK = 10_000;

/** Memory of one machine, in bytes. */
export const MEMORY = 256 << 20;

/** Memory that loading a module may take, in bytes: what is loaded is copied for every machine. */
export const LOADING_MEMORY = 64 << 20;

const INTRINSICS =
  Intrinsics.ALL & ~(Intrinsics.WEAK_REF | Intrinsics.PERFORMANCE | Intrinsics.DOM_EXCEPTION | Intrinsics.ATOB_BTOA);

// The interpreter's stack, moved to a block of its own: the public setting (512 KiB) ends a recursion through `map` at
// 600 calls, this one at 2,300. Below the limit the block has room for C code that checks its depth late.
const STACK_LIMIT = 2 << 20;
const STACK_BLOCK = 4 << 20;

// A heap that grows is grown to its full size at once: bit by bit is several times slower and ends at twice the limit.
// Most never grow, and a machine that is small is quick to start.
const HEAP_MARGIN = 32 << 20;

/** Bytes in a page of a WebAssembly memory. */
const PAGE = 64 << 10;

/** What the worker tells the main thread while it computes: ticks so far, and whether student code is running. */
export interface Heartbeat {
  readonly cells: Int32Array;
}
const TICKS = 0;
const RUNNING = 1;

/** The prelude's functions, as tokens that are good in every copy of the machine that exported them. */
interface Entries {
  readonly load: number;
  readonly call: number;
  readonly watch: number;
}

/** A machine frozen in time, from which any number of equal machines can be made. */
interface Image {
  readonly entries: Entries;
  /** The memory below the stack's block, which is empty and is not copied. */
  readonly snapshot: Snapshot;
  /** The memory above it. */
  readonly tail: Uint8Array;
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
    const binary = readFileSync(require.resolve('quickjs-wasi/quickjs.wasm'));
    const module = await keepAwake(WebAssembly.compile(binary));
    const prelude = readFileSync(new URL('./prelude.js', import.meta.url), 'utf8');
    const vm = await keepAwake(QuickJS.create(settings(module, memory, () => false)));
    const make = vm.evalCode(prelude, 'prelude.js', EvalFlags.STRICT);
    const host = vm.newFunction('host', () => vm.undefined);
    const made = vm.callFunction(make, vm.undefined, host);
    const entry = (name: string) => vm.exportHandle(made.getProp(name));
    const entries = { load: entry('load'), call: entry('call'), watch: entry('watch') };
    const stack = engineOf(vm).memory.buffer.byteLength;
    moveStack(vm);
    return new Sandbox(module, freeze(vm, entries, stack), memory);
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
    const locator = new Locator(compiled);
    const from = async (image: Image, memory: number): Promise<Machine> => {
      const meter = new Meter(heartbeat);
      const vm = await thaw(
        image,
        settings(this.#module, memory, () => meter.tick()),
      );
      return new Machine(vm, image.entries, { meter, locator, print, memory });
    };
    const machine = await from(this.#image, Math.min(this.#memory, LOADING_MEMORY));
    machine.refuel(fuel);
    machine.load(compiled.code, functions);
    const image = machine.freeze(this.#image);
    const start = async () => {
      const started = await from(image, this.#memory);
      started.enlarge();
      return started;
    };
    return { spent: machine.spent, start };
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
      // Whatever the engine might want to say stays out of a report on standard output.
      fd_write: () => BAD_FILE,
    }),
  };
}

/** WASI's errno for a file descriptor that is not open. */
const BAD_FILE = 8;

/** The internal exports of the pinned engine version that moving the stack needs. */
interface EngineExports {
  readonly memory: WebAssembly.Memory;
  readonly __stack_pointer: WebAssembly.Global;
  malloc(size: number): number;
  free(pointer: number): void;
  JS_UpdateStackTop(runtime: number): void;
  qjs_get_runtime_ptr(): number;
  qjs_set_max_stack_size(size: number): void;
}

function engineOf(vm: QuickJS): EngineExports {
  return vm._getExports() as unknown as EngineExports;
}

/** Puts the interpreter's stack at the end of the memory as it is; whatever the heap grows by comes behind it. */
function moveStack(vm: QuickJS): void {
  const engine = engineOf(vm);
  engine.memory.grow(STACK_BLOCK / PAGE);
  engine.__stack_pointer.value = engine.memory.buffer.byteLength;
  engine.JS_UpdateStackTop(engine.qjs_get_runtime_ptr());
  engine.qjs_set_max_stack_size(STACK_LIMIT);
}

/** Waits for something of the engine. With nothing else to wait for, Node would first have V8 optimise all it can. */
async function keepAwake<Result>(work: Promise<Result>): Promise<Result> {
  const timer = setInterval(() => {}, 60_000);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

/** The memory of a machine that is not running; `stack` is the address of its stack's block. */
function freeze(vm: QuickJS, entries: Entries, stack: number): Image {
  const whole = vm.snapshot();
  const snapshot = { ...whole, memory: whole.memory.subarray(0, stack) };
  return { entries, snapshot, tail: whole.memory.subarray(stack + STACK_BLOCK) };
}

async function thaw({ snapshot, tail }: Image, options: QuickJSOptions): Promise<QuickJS> {
  const vm = await keepAwake(QuickJS.restore(snapshot, options));
  const { memory } = engineOf(vm);
  memory.grow((STACK_BLOCK + tail.length) / PAGE);
  new Uint8Array(memory.buffer).set(tail, snapshot.memory.length + STACK_BLOCK);
  return vm;
}

/** Grows the heap to `size` bytes in one step. */
function reserveHeap({ memory, malloc, free }: EngineExports, size: number): void {
  const missing = size - memory.buffer.byteLength;
  if (missing > 0) free(malloc(missing));
}

/** Counts fuel, and stays empty once it is: an interrupt that passes through a callback could be caught. */
class Meter {
  readonly #cells: Int32Array;
  #ticks = 0;
  #limit = Number.POSITIVE_INFINITY;
  empty = false;
  /** Called with every tick. */
  onTick: (() => void) | undefined;

  constructor(heartbeat?: Heartbeat) {
    this.#cells = heartbeat?.cells ?? new Int32Array(2);
  }

  tick(): boolean {
    this.#ticks += 1;
    Atomics.add(this.#cells, TICKS, 1);
    if (this.#ticks > this.#limit) this.empty = true;
    this.onTick?.();
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

/** What surrounds one machine. */
interface Surroundings {
  readonly meter: Meter;
  readonly locator: Locator;
  readonly print: Print;
  /** Its limit, in bytes. */
  readonly memory: number;
}

/** What goes through the machine's one door is a printed line, or the number of a callback and its arguments. */
const PRINT = 0;

/** What the machine answers to a call: `[kind, …]`, or the packed numbers of what was returned, or the number itself. */
type Answer = JSValueHandle;

/** A QuickJS machine with a student's module in it; it has no files, no network, no clock and no other randomness. */
export class Machine implements Subject {
  readonly #vm: QuickJS;
  readonly #meter: Meter;
  readonly #locator: Locator;
  readonly #print: Print;
  readonly #memory: number;
  readonly #entries: { readonly [Name in keyof Entries]: JSValueHandle };
  readonly #callbacks = new Map<number, Callback>();
  readonly #sizeAtFirst: number;
  #callbackIds = 0;
  #busy = false;
  /** What a callback came to that student code may have caught: it counts all the same. */
  #misuse: Misuse | undefined;
  #fault: unknown;
  #stopped: Stopped | undefined;

  constructor(vm: QuickJS, entries: Entries, { meter, locator, print, memory }: Surroundings) {
    this.#vm = vm;
    this.#meter = meter;
    this.#locator = locator;
    this.#print = print;
    this.#memory = memory;
    this.#entries = {
      load: vm.importHandle(entries.load),
      call: vm.importHandle(entries.call),
      watch: vm.importHandle(entries.watch),
    };
    this.#sizeAtFirst = this.#size;
    const host: HostFunction = (...handles) => this.#answer(handles);
    vm.registerHostCallback('host', host);
  }

  get spent(): number {
    return this.#meter.spent;
  }

  /** Bytes of its whole memory as it is now. */
  get #size(): number {
    return engineOf(this.#vm).memory.buffer.byteLength;
  }

  /** Allows so much more fuel from here on, in polls. */
  refuel(polls: number): void {
    this.#meter.refuel(polls);
  }

  /** Evaluates a module and keeps the functions that the exercise asks for. */
  load(code: string, functions: readonly string[]): void {
    this.#use((vm) => {
      const names = this.#allocate(vm.newString(JSON.stringify(functions)));
      const failure = this.#enter(() => {
        // One wrapper line, counted by the locator; strict, as modules are.
        const run = vm.evalCode(`(() => { "use strict";\n${code}\nreturn submission; })`, SCRIPT);
        return vm.callFunction(this.#entries.load, vm.undefined, run, names);
      });
      if (!failure.isUndefined) this.#read('', failure);
    });
  }

  /** Lets the machine's heap grow to its full size; a machine that is to be frozen stays small. */
  enlarge(): void {
    this.#meter.onTick = () => {
      if (this.#size === this.#sizeAtFirst) return;
      this.#meter.onTick = undefined;
      reserveHeap(engineOf(this.#vm), this.#sizeAtFirst + this.#memory + HEAP_MARGIN);
    };
  }

  /** The machine's memory as it is now; it was made from `origin`. */
  freeze(origin: Image): Image {
    return freeze(this.#vm, origin.entries, origin.snapshot.memory.length);
  }

  call(name: string, args: readonly Value[]): Value {
    return this.#invoke('call', name, args, (answer) =>
      answer.isNumber ? answer.toNumber() : this.#read(name, answer).value,
    );
  }

  watch(name: string, args: readonly Value[]): Watched {
    return this.#invoke('watch', name, args, (answer) => {
      const { value, notes } = this.#read(name, answer);
      return { value, ...(JSON.parse(notes) as Omit<Watched, 'value'>) };
    });
  }

  #invoke<Result>(
    entry: 'call' | 'watch',
    name: string,
    args: readonly Value[],
    read: (answer: Answer) => Result,
  ): Result {
    return this.#use((vm) => {
      this.#misuse = undefined;
      this.#fault = undefined;
      const packed = pack(args, (callback) => this.#idOf(callback));
      const wanted = this.#allocate(vm.newString(name));
      const numbers = this.#allocate(vm.newArrayBuffer(packed.numbers));
      const strings = packed.strings === '' ? vm.undefined : this.#allocate(vm.newString(packed.strings));
      const answer = this.#enter(() => vm.callFunction(this.#entries[entry], vm.undefined, wanted, numbers, strings));
      if (this.#fault !== undefined) throw this.#fault;
      if (this.#misuse !== undefined) throw this.#misuse;
      return read(answer);
    });
  }

  /** One use of the machine from outside; there is none while another goes on, and none after it was ended. */
  #use<Result>(run: (vm: QuickJS) => Result): Result {
    if (this.#stopped !== undefined) throw this.#stopped;
    if (this.#busy) throw new Error('a callback used the machine that was calling it');
    this.#busy = true;
    try {
      return this.#vm.withScope(() => {
        try {
          return run(this.#vm);
        } finally {
          // A machine that was ended may be beyond use, and may hold all the memory that it is allowed.
          if (this.#stopped !== undefined) this.#vm.dispose();
        }
      });
    } finally {
      this.#busy = false;
      this.#callbacks.clear();
    }
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
    const stack = (error instanceof JSException && error.stack) || '';
    if (this.#meter.empty) throw this.#stop('out-of-fuel', 'used up its fuel', stack);
    if (error === undefined) return result as Result;
    if (error instanceof JSException) {
      const { name, message } = error;
      error.dispose();
      if (isOutOfMemory(name, message)) throw this.#stopForMemory(stack);
      throw new Thrown('error', clean(name, 100), clean(message), this.#locator.locate(stack));
    }
    // Anything else leaves the machine unusable: its native stack ran over, or it trapped.
    if (error instanceof RangeError || error instanceof WebAssembly.RuntimeError) throw this.#stopForStack();
    throw error;
  }

  #stop(status: Stopped['status'], message: string, stack = ''): Stopped {
    this.#stopped ??= new Stopped(status, message, this.#locator.locate(stack));
    return this.#stopped;
  }

  #stopForMemory(stack = ''): Stopped {
    return this.#stop('out-of-memory', `used up its memory (${this.#memory >> 20} MiB)`, stack);
  }

  #stopForStack(): Stopped {
    return this.#stop('out-of-memory', 'used up the stack of the machine (recursion that is too deep)');
  }

  /** Reads what was returned, or throws what else it came to. */
  #read(name: string, answer: Answer): { value: Value; notes: string } {
    if (answer.isArrayBuffer) return { value: unpack(answer.toArrayBuffer(), ''), notes: '' };
    const text = (index: number): string => {
      const handle = answer.getProp(String(index));
      if (!handle.isString && !handle.isUndefined) throw this.#stopForMemory();
      return handle.isString ? handle.toString() : '';
    };
    const kind = text(0);
    if (kind === 'returned') return { value: unpack(answer.getProp('1').toArrayBuffer(), text(2)), notes: text(3) };
    if (kind === 'missing') throw new Missing(name);
    const [errorName, message, stack] = [text(1), text(2), text(3)];
    // Without room for an error the engine throws null; a heap that never grew was not full.
    const isFull = kind === 'value' && message === 'null' && this.#size > this.#sizeAtFirst;
    if (kind === 'memory' || isFull) throw this.#stopForMemory(stack);
    if (unstartedFunction(message) === name && kind === 'error') throw new NotStarted(name);
    throw new Thrown(kind as ThrownKind, clean(errorName, 100), clean(message), this.#locator.locate(stack));
  }

  #idOf(callback: Callback): number {
    this.#callbackIds += 1;
    this.#callbacks.set(this.#callbackIds, callback);
    return this.#callbackIds;
  }

  /** Serves the one door: a printed line, or a call of a callback. Nothing may be thrown through it. */
  #answer([first, second, third]: JSValueHandle[]): JSValueHandle {
    const vm = this.#vm;
    try {
      const id = first?.toNumber() ?? PRINT;
      if (id === PRINT) {
        this.#print(clean(second?.toString() ?? ''));
        return vm.undefined;
      }
      const callback = this.#callbacks.get(id);
      if (callback === undefined)
        return vm.newString('this function was given to an earlier call and has ended with it');
      // Without arguments nothing was packed.
      const args = second?.isArrayBuffer ? unpack(second.toArrayBuffer(), third?.isString ? third.toString() : '') : [];
      if (!isArray(args)) throw new Misuse(`${callback.text} was called with ${formatValue(args)}`);
      const answer = callback.answer(args);
      if (typeof answer === 'number') return vm.newNumber(answer);
      const packed = pack(answer, (inner) => this.#idOf(inner));
      const numbers = vm.newArrayBuffer(packed.numbers);
      if (packed.strings === '') return numbers;
      const both = vm.newArray();
      vm.setProp(both, '0', numbers);
      vm.setProp(both, '1', vm.newString(packed.strings));
      return both;
    } catch (error) {
      if (error instanceof Misuse) this.#misuse ??= error;
      // Student code went so deep that no room is left for the grader's.
      else if (error instanceof RangeError && /call stack/.test(error.message)) this.#fault ??= this.#stopForStack();
      else this.#fault ??= error;
      return vm.newString(error instanceof Misuse ? error.message : 'the grader failed');
    }
  }

  /** A handle made by the host; the engine gives an unusable one, silently, when memory is full. */
  #allocate(handle: JSValueHandle): JSValueHandle {
    if (!handle.isString && !handle.isArrayBuffer) throw this.#stopForMemory();
    return handle;
  }
}

/** Whether an error that got past the prelude says that memory is full; with no memory at all there is not even an error. */
function isOutOfMemory(name: string, message: string): boolean {
  return message === 'out of memory' || name === '<null>';
}
