import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Intrinsics, type JSValueHandle, QuickJS, type QuickJSOptions, type Snapshot } from 'quickjs-wasi';
import type { Place } from './wire.ts';

const INTRINSICS =
  Intrinsics.ALL & ~(Intrinsics.WEAK_REF | Intrinsics.PERFORMANCE | Intrinsics.DOM_EXCEPTION | Intrinsics.ATOB_BTOA);

// The interpreter's stack, moved to a block of its own: the public setting (512 KiB) ends a recursion through `map` at
// 600 calls, this one at 2,300. Below the limit the block has room for C code that checks its depth late.
const STACK_LIMIT = 2 << 20;
const STACK_BLOCK = 4 << 20;

/** Bytes in a page of a WebAssembly memory. */
const PAGE = 64 << 10;

/** Bytes that are looked at together; three quarters of a machine's memory are zero. */
const BLANK = new Uint8Array(4_096);

/** The prelude's functions, as tokens that are good in every copy of the machine that exported them. */
export interface Entries {
  readonly load: number;
  readonly call: number;
  readonly watch: number;
  readonly grow: number;
}

/** A machine frozen in time, from which any number of equal machines can be made. */
export interface Image {
  readonly entries: Entries;
  /** What the engine's own snapshot has beside the memory. */
  readonly registers: Omit<Snapshot, 'memory'>;
  /** Bytes of its memory. */
  readonly size: number;
  /** What is in the memory, in order; all else is zero. */
  readonly parts: readonly Part[];
  /** Address of the stack's block, which is empty. */
  readonly stack: number;
  /** Where its mailbox lies. */
  readonly mailbox: Place;
}

/** Bytes of a memory, and their address. */
interface Part {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** What a machine may use, and who is asked at every poll whether it has to stop. */
export interface Limits {
  /** In bytes. */
  readonly memory: number;
  readonly isOver: () => boolean;
}

/** Instances of the engine that wait to be used again; more would be of no use to one exercise. */
const MAX_SPARE = 8;

/** The engine: compiled once for a thread, and the instances of it that student code runs in. */
export class Engine {
  readonly #module: WebAssembly.Module;
  readonly #spare: Spare[] = [];

  private constructor(module: WebAssembly.Module) {
    this.#module = module;
  }

  static async compile(): Promise<Engine> {
    return new Engine(await keepAwake(WebAssembly.compile(readEngine())));
  }

  /** An instance with nothing in it yet. */
  create(limits: Limits): Promise<QuickJS> {
    return keepAwake(QuickJS.create(settings(this.#module, limits)));
  }

  /** An instance whose memory is that of the image, to the byte. */
  async thaw(image: Image, limits: Limits): Promise<QuickJS> {
    const { size, registers } = image;
    // A memory can be made larger, never smaller.
    const index = this.#spare.findIndex(({ memory }) => memory.buffer.byteLength <= size);
    const [spare] = index < 0 ? [] : this.#spare.splice(index, 1);
    if (spare !== undefined) return renew(spare, this.#module, image, limits);
    // A memory of that size with nothing to be copied: what the machine never touches, nobody has to make room for.
    const memory = { byteLength: size, length: 0 } as Uint8Array;
    const vm = await keepAwake(QuickJS.restore({ ...registers, memory }, settings(this.#module, limits)));
    fill(engineOf(vm).memory, image, 'new');
    return begin(vm, image, limits);
  }

  /** Takes back a machine that is not used any more. Making an instance takes longer than all else about a machine. */
  retire(vm: QuickJS): void {
    const wrapper = vm as unknown as Wrapper;
    const { instance } = wrapper;
    const { memory } = engineOf(vm);
    // Whatever the package knows of it is forgotten with this.
    vm.dispose();
    if (this.#spare.length < MAX_SPARE) this.#spare.push({ wrapper, instance, memory });
  }
}

/** The engine as it is installed: beside the grader, where it is found at once, or wherever else packages are. */
function readEngine(): Uint8Array<ArrayBuffer> {
  try {
    return readFileSync(new URL('../../node_modules/quickjs-wasi/quickjs.wasm', import.meta.url));
  } catch {
    return readFileSync(createRequire(import.meta.url).resolve('quickjs-wasi/quickjs.wasm'));
  }
}

/** What the package keeps around an instance, beyond what it forgets when it is disposed of. */
interface Wrapper {
  disposed: boolean;
  module: WebAssembly.Module;
  instance: WebAssembly.Instance;
  nextInternalId: number;
  interruptHandler: () => boolean;
  setInstance(instance: WebAssembly.Instance): void;
}

interface Spare {
  readonly wrapper: Wrapper;
  readonly instance: WebAssembly.Instance;
  readonly memory: WebAssembly.Memory;
}

/**
 * Makes an instance that was used the same as a new one with the image in it.
 *
 * An instance of this engine is its memory and one global, the stack pointer: it has no other mutable global, and nothing
 * in it writes to its table. Both are set here, the memory to its last byte.
 */
function renew(
  { wrapper, instance, memory }: Spare,
  module: WebAssembly.Module,
  image: Image,
  limits: Limits,
): QuickJS {
  memory.grow((image.size - memory.buffer.byteLength) / PAGE);
  fill(memory, image, 'used');
  wrapper.disposed = false;
  wrapper.module = module;
  wrapper.nextInternalId = 1;
  wrapper.setInstance(instance);
  wrapper.interruptHandler = limits.isOver;
  return begin(wrapper as unknown as QuickJS, image, limits);
}

/** Makes a memory that of the image. */
function fill({ buffer }: WebAssembly.Memory, { parts, size }: Image, memory: 'new' | 'used'): void {
  const all = new Uint8Array(buffer);
  let end = 0;
  for (const { at, bytes } of parts) {
    if (memory === 'used') all.fill(0, end, at);
    all.set(bytes, at);
    end = at + bytes.length;
  }
  if (memory === 'used') all.fill(0, end, size);
}

/** Has a machine begin whose memory is the image's, as the package does it. */
function begin(vm: QuickJS, { registers }: Image, limits: Limits): QuickJS {
  const engine = engineOf(vm);
  engine.qjs_set_runtime_and_context(registers.runtimePtr, registers.contextPtr);
  engine.__stack_pointer.value = registers.stackPointer;
  engine.qjs_set_memory_limit(limits.memory);
  engine.qjs_set_interrupt_handler(1);
  return vm;
}

function settings(module: WebAssembly.Module, { memory: memoryLimit, isOver }: Limits): QuickJSOptions {
  return {
    wasm: module,
    memoryLimit,
    interruptHandler: isOver,
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

/** The internal exports of the pinned engine version that moving the stack, and using an instance again, need. */
interface EngineExports {
  readonly memory: WebAssembly.Memory;
  readonly __stack_pointer: WebAssembly.Global;
  qjs_get_array_buffer(buffer: number, lengthAt: number): number;
  malloc(size: number): number;
  free(pointer: number): void;
  JS_UpdateStackTop(runtime: number): void;
  qjs_get_runtime_ptr(): number;
  qjs_get_context_ptr(): number;
  qjs_set_max_stack_size(size: number): void;
  qjs_set_runtime_and_context(runtime: number, context: number): void;
  qjs_set_memory_limit(bytes: number): void;
  qjs_set_interrupt_handler(isOn: number): void;
}

export function engineOf(vm: QuickJS): EngineExports {
  return vm._getExports() as unknown as EngineExports;
}

/** Puts the interpreter's stack at the end of the memory as it is; whatever the heap grows by comes behind it. */
export function moveStack(vm: QuickJS): void {
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

/** Where the contents of an array buffer lie; whoever asks makes sure that the machine keeps it. */
export function placeOf(vm: QuickJS, buffer: JSValueHandle): Place {
  const { memory, malloc, free, qjs_get_array_buffer } = engineOf(vm);
  const lengthAt = malloc(4);
  const address = qjs_get_array_buffer(buffer.ptr, lengthAt);
  const bytes = new DataView(memory.buffer).getUint32(lengthAt, true);
  free(lengthAt);
  return { address, capacity: bytes / Float64Array.BYTES_PER_ELEMENT };
}

/** The memory of a machine that is not running; `stack` is the address of its stack's block. */
export function freeze(vm: QuickJS, known: Pick<Image, 'entries' | 'mailbox'>, stack: number): Image {
  const { memory, __stack_pointer, qjs_get_runtime_ptr, qjs_get_context_ptr } = engineOf(vm);
  const registers = {
    stackPointer: __stack_pointer.value as number,
    runtimePtr: qjs_get_runtime_ptr(),
    contextPtr: qjs_get_context_ptr(),
    extensions: [],
  };
  const bytes = new Uint8Array(memory.buffer);
  const parts = [...partsOf(bytes, 0, stack), ...partsOf(bytes, stack + STACK_BLOCK, bytes.length)];
  return { ...known, registers, size: bytes.length, parts, stack };
}

/** Copies of what is not zero in a piece of memory, which begins and ends with a page. */
function partsOf(bytes: Uint8Array, from: number, to: number): Part[] {
  const parts: Part[] = [];
  let start = from;
  for (let at = from; at <= to; at += BLANK.length) {
    if (at < to && Buffer.compare(bytes.subarray(at, at + BLANK.length), BLANK) !== 0) continue;
    if (at > start) parts.push({ at: start, bytes: bytes.slice(start, at) });
    start = at + BLANK.length;
  }
  return parts;
}

/** Makes sure that the heap has so many bytes to give. */
export function reserveHeap({ malloc, free }: EngineExports, bytes: number): void {
  if (bytes > 0) free(malloc(bytes));
}
