import { readFileSync } from 'node:fs';
import { EvalFlags, type HostFunction, JSException, type JSValueHandle, type QuickJS } from 'quickjs-wasi';
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
import { Engine, type Entries, engineOf, freeze, type Image, moveStack, placeOf, reserveHeap } from './engine.ts';
import { Locator, SCRIPT } from './locate.ts';
import { Mailbox } from './wire.ts';

/** Fuel is counted in polls of the machine, which reports every so many of them. */
export const POLLS_PER_TICK = 10_000;

/** Memory of one machine, in bytes. */
export const MEMORY = 256 << 20;

/** Memory that loading a module may take, in bytes: what is loaded is copied for every machine. */
export const LOADING_MEMORY = 64 << 20;

/** Room for the heap in every machine, in bytes: with it few have to grow, and what has not grown can be used again. */
const HEAP_AT_FIRST = 512 << 10;

// A heap that grows is grown to its full size at once: bit by bit is several times slower and ends at twice the limit.
// Most never grow, and a machine that is small is quick to start.
const HEAP_MARGIN = 32 << 20;

/** What the worker tells the main thread while it computes: ticks so far, and whether student code is running. */
export interface Heartbeat {
  readonly cells: Int32Array;
}
const TICKS = 0;
const RUNNING = 1;

/** One line that a student printed. */
export type Print = (line: string) => void;

/** Everything that the machines of one process share: the compiled engine and the frozen world before student code. */
export class Sandbox {
  readonly #engine: Engine;
  readonly #memory: number;
  /** The world before student code. */
  readonly image: Image;

  private constructor(engine: Engine, image: Image, memory: number) {
    this.#engine = engine;
    this.image = image;
    this.#memory = memory;
  }

  /** Compiles the engine and prepares its world; `memory` is the limit of every machine, in bytes. */
  static async open(memory = MEMORY): Promise<Sandbox> {
    const engine = await Engine.compile();
    const prelude = readFileSync(new URL('./prelude.js', import.meta.url), 'utf8');
    const vm = await engine.create({ memory, isOver: () => false });
    const make = vm.evalCode(prelude, 'prelude.js', EvalFlags.STRICT);
    const host = vm.newFunction('host', () => vm.undefined);
    const made = vm.callFunction(make, vm.undefined, host);
    const entry = (name: string) => vm.exportHandle(made.getProp(name));
    const entries = { load: entry('load'), call: entry('call'), watch: entry('watch'), grow: entry('grow') };
    const mailbox = placeOf(vm, made.getProp('box'));
    reserveHeap(engineOf(vm), HEAP_AT_FIRST);
    const stack = engineOf(vm).memory.buffer.byteLength;
    moveStack(vm);
    return new Sandbox(engine, freeze(vm, { entries, mailbox }, stack), memory);
  }

  /** Compiles the engine for a world that was prepared earlier, by the same engine and the same prelude. */
  static async reopen(image: Image): Promise<Sandbox> {
    return new Sandbox(await Engine.compile(), image, MEMORY);
  }

  /** The same sandbox with another memory limit, in bytes. */
  withMemory(memory: number): Sandbox {
    return new Sandbox(this.#engine, this.image, memory);
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
      const vm = await this.#engine.thaw(image, { memory, isOver: () => meter.tick() });
      return new Machine(vm, image, { meter, locator, print, memory });
    };
    const machine = await from(this.image, Math.min(this.#memory, LOADING_MEMORY));
    machine.refuel(fuel);
    machine.load(compiled.code, functions);
    const image = machine.freeze(this.image);
    const { spent } = machine;
    machine.retire(this.#engine);
    const machines: Machine[] = [];
    return {
      spent,
      start: async () => {
        const started = await from(image, this.#memory);
        started.enlarge();
        machines.push(started);
        return started;
      },
      end: () => {
        for (const each of machines.splice(0)) each.retire(this.#engine);
      },
    };
  }
}

/** A student's module, loaded and frozen; every machine started from it is the same. */
export interface Loaded {
  /** Fuel that loading took. */
  readonly spent: number;
  start(): Promise<Machine>;
  /** Ends all machines that were started; what they ran in serves others. */
  end(): void;
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

/** In place of a callback's number: a printed line. */
const PRINT = 0;

/** What a call came to, where its answer in the mailbox is not all. */
type Said =
  | readonly ['returned', texts: readonly string[], notes?: Omit<Watched, 'value'>]
  | readonly ['missing']
  | readonly [kind: ThrownKind | 'memory', errorName: string, message: string, stack: string];

/** A call without strings, watched or not. */
const RETURNED: Said = ['returned', []];

/** A QuickJS machine with a student's module in it; it has no files, no network, no clock and no other randomness. */
export class Machine implements Subject {
  readonly #vm: QuickJS;
  readonly #meter: Meter;
  readonly #locator: Locator;
  readonly #print: Print;
  readonly #memory: number;
  readonly #entries: { readonly [Name in keyof Entries]: JSValueHandle };
  readonly #mailbox: Mailbox;
  readonly #callbacks = new Map<number, Callback>();
  readonly #idOf = (callback: Callback): number => {
    this.#callbackIds += 1;
    this.#callbacks.set(this.#callbackIds, callback);
    return this.#callbackIds;
  };
  readonly #reserve = (capacity: number): void => this.#grow(capacity);
  readonly #sizeAtFirst: number;
  #callbackIds = 0;
  #busy = false;
  #isRetired = false;
  /** What a callback came to that student code may have caught: it counts all the same. */
  #misuse: Misuse | undefined;
  #fault: unknown;
  #stopped: Stopped | undefined;

  constructor(vm: QuickJS, { entries, mailbox }: Image, { meter, locator, print, memory }: Surroundings) {
    this.#vm = vm;
    this.#meter = meter;
    this.#locator = locator;
    this.#print = print;
    this.#memory = memory;
    this.#entries = {
      load: vm.importHandle(entries.load),
      call: vm.importHandle(entries.call),
      watch: vm.importHandle(entries.watch),
      grow: vm.importHandle(entries.grow),
    };
    this.#mailbox = new Mailbox(engineOf(vm).memory, mailbox);
    this.#sizeAtFirst = this.#size;
    const host: HostFunction = (handle) => this.#answer(handle);
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
      if (!failure.isUndefined) this.#refuse('', this.#hear(failure));
    });
  }

  /** Lets the machine's heap grow to its full size; a machine that is to be frozen stays small. */
  enlarge(): void {
    this.#meter.onTick = () => {
      if (this.#size === this.#sizeAtFirst) return;
      this.#meter.onTick = undefined;
      const { byteLength } = engineOf(this.#vm).memory.buffer;
      reserveHeap(engineOf(this.#vm), this.#sizeAtFirst + this.#memory + HEAP_MARGIN - byteLength);
    };
  }

  /** The machine's memory as it is now; it was made from `origin`. */
  freeze(origin: Image): Image {
    const { entries, stack } = origin;
    return freeze(this.#vm, { entries, mailbox: this.#mailbox.place }, stack);
  }

  /** Ends the machine; the engine takes it back, unless it was stopped, or has grown. */
  retire(engine: Engine): void {
    if (this.#stopped === undefined && this.#size === this.#sizeAtFirst) engine.retire(this.#vm);
    this.#isRetired = true;
  }

  call(name: string, args: readonly Value[]): Value {
    return this.#invoke('call', name, args).value;
  }

  watch(name: string, args: readonly Value[]): Watched {
    const { value, notes } = this.#invoke('watch', name, args);
    if (notes === undefined) throw new Error('a call that was watched has no notes');
    return { value, ...notes };
  }

  #invoke(
    entry: 'call' | 'watch',
    name: string,
    args: readonly Value[],
  ): { value: Value; notes?: Omit<Watched, 'value'> | undefined } {
    return this.#use((vm) => {
      this.#misuse = undefined;
      this.#fault = undefined;
      const more = this.#mailbox.ask(name, args, this.#idOf, this.#reserve);
      const learnt = more === '' ? vm.undefined : this.#allocate(vm.newString(more));
      const answer = this.#enter(() => vm.callFunction(this.#entries[entry], vm.undefined, learnt));
      if (this.#fault !== undefined) throw this.#fault;
      if (this.#misuse !== undefined) throw this.#misuse;
      const said = this.#mailbox.isAnswered ? RETURNED : this.#hear(answer);
      if (said[0] !== 'returned') this.#refuse(name, said);
      const [, texts, notes] = said;
      return { value: this.#mailbox.answer(texts), notes };
    });
  }

  /** One use of the machine from outside; there is none while another goes on, and none after it was ended. */
  #use<Result>(run: (vm: QuickJS) => Result): Result {
    if (this.#isRetired) throw new Error('a machine was used after its end');
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
    if (this.#meter.empty) throw this.#stopForFuel(stack);
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

  #stopForFuel(stack = ''): Stopped {
    return this.#stop('out-of-fuel', 'used up its fuel', stack);
  }

  #stopForMemory(stack = ''): Stopped {
    return this.#stop('out-of-memory', `used up its memory (${this.#memory >> 20} MiB)`, stack);
  }

  #stopForStack(): Stopped {
    return this.#stop('out-of-memory', 'used up the stack of the machine (recursion that is too deep)');
  }

  /** What the machine has to say beside the mailbox. */
  #hear(answer: JSValueHandle): Said {
    return this.#parse(answer) as Said;
  }

  /** A text of JSON that the machine made. */
  #parse(handle: JSValueHandle): unknown {
    const text = this.#allocate(handle).toString();
    // Without room for a copy the engine gives this instead.
    if (text === '<null>') throw this.#stopForMemory();
    return JSON.parse(text);
  }

  /** Throws what a call came to that did not return. */
  #refuse(name: string, said: Said): never {
    if (said[0] === 'missing') throw new Missing(name);
    if (said[0] === 'returned') throw new Error('the machine returned where it could not');
    const [kind, errorName, message, stack] = said;
    // Without room for an error the engine throws null; a heap that never grew was not full.
    const isFull = kind === 'value' && message === 'null' && this.#size > this.#sizeAtFirst;
    if (kind === 'memory' || isFull) throw this.#stopForMemory(stack);
    if (unstartedFunction(message) === name && kind === 'error') throw new NotStarted(name);
    throw new Thrown(kind, clean(errorName, 100), clean(message), this.#locator.locate(stack));
  }

  /** Has the machine make its mailbox larger. */
  #grow(capacity: number): void {
    const vm = this.#vm;
    try {
      vm.callFunction(this.#entries.grow, vm.undefined, vm.newNumber(capacity));
    } catch (error) {
      if (!(error instanceof JSException)) throw error;
      error.dispose();
      throw this.#meter.empty ? this.#stopForFuel() : this.#stopForMemory();
    }
  }

  /** Serves the one door: a printed line, the mailbox's new place, or a call of a callback. Nothing may be thrown through it. */
  #answer(handle: JSValueHandle | undefined): JSValueHandle {
    const vm = this.#vm;
    try {
      if (handle?.isArrayBuffer) {
        this.#mailbox.move(placeOf(vm, handle));
        return vm.undefined;
      }
      const id = this.#mailbox.caller;
      if (id === PRINT) {
        this.#print(clean(handle?.toString() ?? ''));
        return vm.undefined;
      }
      const callback = this.#callbacks.get(id);
      if (callback === undefined)
        return this.#refuseCall('this function was given to an earlier call and has ended with it');
      const args = this.#mailbox.read(handle === undefined ? [] : (this.#parse(handle) as string[]));
      if (!isArray(args)) throw new Misuse(`${callback.text} was called with ${formatValue(args)}`);
      const more = this.#mailbox.reply(callback.answer(args), this.#idOf, this.#reserve);
      return more === '' ? vm.undefined : vm.newString(more);
    } catch (error) {
      if (error instanceof Misuse) this.#misuse ??= error;
      // Student code went so deep that no room is left for the grader's.
      else if (error instanceof RangeError && /call stack/.test(error.message)) this.#fault ??= this.#stopForStack();
      else this.#fault ??= error;
      return this.#refuseCall(error instanceof Misuse ? error.message : 'the grader failed');
    }
  }

  /** Has a callback throw an error inside. */
  #refuseCall(message: string): JSValueHandle {
    this.#mailbox.refuse();
    return this.#vm.newString(message);
  }

  /** A handle made by the host; the engine gives an unusable one, silently, when memory is full. */
  #allocate(handle: JSValueHandle): JSValueHandle {
    if (!handle.isString) throw this.#stopForMemory();
    return handle;
  }
}

/** Whether an error that got past the prelude says that memory is full; with no memory at all there is not even an error. */
function isOutOfMemory(name: string, message: string): boolean {
  return message === 'out of memory' || name === '<null>';
}
