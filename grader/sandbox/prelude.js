// Runs once inside the machine, before any student code: makes the machine's world (ES2023, console, a seeded
// Math.random, nothing else), freezes it, and returns the three functions through which the host uses it.
// It is evaluated as a script with `host` (the one door to the host) in scope and must not leave a global behind.
(host) => {
  const TAG = { number: 0, array: 1, record: 2, true: 3, false: 4, string: 5, callback: 6, oddity: 7, vector: 8 };
  const MAX_DEPTH = 16;
  const MAX_ITEMS = 200_000;
  const MAX_TEXT = 2_000;

  const NativeRangeError = RangeError;
  const NativeInternalError = InternalError;
  const { apply, construct, ownKeys, getOwnPropertyDescriptor, defineProperty, getPrototypeOf } = Reflect;
  const { isArray } = Array;
  const { keys: enumerableKeys } = Object;
  const { parse, stringify } = JSON;
  const textOf = String;

  // ── RangeErrors that student code made, as opposed to those the engine raised ─────────────────────────────────
  const made = new WeakSet();
  const wrapError = (Native) => {
    const Wrapped = function (...args) {
      const error = construct(Native, args, new.target === undefined ? Wrapped : new.target);
      made.add(error);
      return error;
    };
    defineProperty(Wrapped, 'name', { value: Native.name, configurable: true });
    defineProperty(Wrapped, 'length', { value: 1, configurable: true });
    defineProperty(Wrapped, 'prototype', { value: Native.prototype, writable: false });
    Object.setPrototypeOf(Wrapped, Error);
    defineProperty(Native.prototype, 'constructor', { value: Wrapped, writable: true, configurable: true });
    return Wrapped;
  };
  globalThis.RangeError = wrapError(NativeRangeError);

  // ── Math.random: seeded, and its use is noticed ───────────────────────────────────────────────────────────────
  let randomState = 0x9e3779b9;
  let randomCalls = 0;
  Math.random = function random() {
    randomCalls += 1;
    randomState = (randomState + 0x6d2b79f5) | 0;
    let z = Math.imul(randomState ^ (randomState >>> 15), 1 | randomState);
    z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z;
    return ((z ^ (z >>> 14)) >>> 0) / 4294967296;
  };

  // ── console ───────────────────────────────────────────────────────────────────────────────────────────────────
  const cut = (text) =>
    text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT / 2)}…${text.slice(-MAX_TEXT / 2)}`;
  const show = (value, depth) => {
    switch (typeof value) {
      case 'string':
        return depth === 0 ? cut(value) : stringify(cut(value));
      case 'function':
        return 'a function';
      case 'bigint':
        return `${textOf(value)}n`;
      case 'number':
        return Object.is(value, -0) ? '-0' : textOf(value);
      case 'object':
        break;
      default:
        return textOf(value);
    }
    if (value === null) return 'null';
    if (depth > 3) return isArray(value) ? '[…]' : '{…}';
    if (isArray(value) || ArrayBuffer.isView(value)) {
      const shown = [];
      for (let i = 0; i < value.length && i < 100; i += 1) shown.push(show(value[i], depth + 1));
      return `[${shown.join(', ')}${value.length > 100 ? `, … ${value.length - 100} more` : ''}]`;
    }
    if (value instanceof Error) return cut(`${textOf(value.name)}: ${textOf(value.message)}`);
    const shown = [];
    for (const key of enumerableKeys(value).slice(0, 100)) shown.push(`${key}: ${show(value[key], depth + 1)}`);
    return `{ ${shown.join(', ')} }`;
  };
  const print = (...parts) => {
    const shown = [];
    for (const part of parts) shown.push(show(part, 0));
    host('log', cut(shown.join(' ')));
  };
  globalThis.console = { log: print, info: print, warn: print, error: print, debug: print };

  // ── structuredClone of plain data ─────────────────────────────────────────────────────────────────────────────
  globalThis.structuredClone = function structuredClone(value) {
    const seen = new Map();
    const clone = (item) => {
      if (typeof item === 'function' || typeof item === 'symbol')
        throw new TypeError(`${textOf(item)} could not be cloned`);
      if (typeof item !== 'object' || item === null) return item;
      if (seen.has(item)) return seen.get(item);
      if (item instanceof Date) return new Date(item.getTime());
      if (item instanceof ArrayBuffer || ArrayBuffer.isView(item)) return item.slice();
      const copy = isArray(item) ? [] : item instanceof Map ? new Map() : item instanceof Set ? new Set() : {};
      seen.set(item, copy);
      if (item instanceof Map) for (const [key, entry] of item) copy.set(clone(key), clone(entry));
      else if (item instanceof Set) for (const entry of item) copy.add(clone(entry));
      else for (const key of enumerableKeys(item)) copy[key] = clone(item[key]);
      if (isArray(item)) copy.length = item.length;
      return copy;
    };
    return clone(value);
  };

  // ── Values across the boundary ────────────────────────────────────────────────────────────────────────────────
  // A value travels as a flat list of doubles, each item led by its tag, and a list of strings it refers to.
  const name = (value) => {
    try {
      const Class = value.constructor;
      return typeof Class === 'function' && typeof Class.name === 'string' ? Class.name.slice(0, 60) : '';
    } catch {
      return '';
    }
  };
  const BOXED_OR_BUILT_IN = [
    Number,
    String,
    Boolean,
    Map,
    Set,
    WeakMap,
    WeakSet,
    Promise,
    Date,
    RegExp,
    Error,
    ArrayBuffer,
    BigInt,
    Symbol,
  ];
  const article = (word) => (/^[AEIOU]/.test(word) ? `an ${word}` : `a ${word}`);
  const oddityOf = (value) => {
    switch (typeof value) {
      case 'undefined':
        return 'undefined';
      case 'function':
        return 'a function';
      case 'symbol':
        return 'a symbol';
      case 'bigint':
        return 'a BigInt';
      default:
    }
    if (value === null) return 'null';
    if (isArray(value)) return '';
    if (ArrayBuffer.isView(value))
      return `${article(name(value) || 'typed array')} (Array.from turns it into an array)`;
    for (const Class of BOXED_OR_BUILT_IN) if (value instanceof Class) return `${article(Class.name)} object`;
    return '';
  };

  const pack = (value) => {
    if (typeof value === 'number') return value;
    const numbers = [];
    const strings = [];
    const put = (item, depth) => {
      if (numbers.length > MAX_ITEMS) return;
      if (typeof item === 'number') numbers.push(TAG.number, item);
      else if (item === true) numbers.push(TAG.true);
      else if (item === false) numbers.push(TAG.false);
      else if (typeof item === 'string') numbers.push(TAG.string, strings.push(cut(item)) - 1);
      else {
        let oddity = oddityOf(item);
        if (oddity === '' && depth >= MAX_DEPTH) oddity = `something nested more than ${MAX_DEPTH} deep`;
        if (oddity !== '') numbers.push(TAG.oddity, strings.push(oddity) - 1);
        else if (isArray(item)) putArray(item, depth);
        else putRecord(item, depth);
      }
    };
    const putArray = (item, depth) => {
      const { length } = item;
      if (!(length >= 0 && length <= MAX_ITEMS)) {
        numbers.push(TAG.oddity, strings.push(`an array of length ${textOf(length)}`) - 1);
        return;
      }
      numbers.push(TAG.array, length);
      for (let i = 0; i < length; i += 1) put(item[i], depth + 1);
    };
    const putRecord = (item, depth) => {
      const names = enumerableKeys(item);
      if (names.length > 100) {
        numbers.push(TAG.oddity, strings.push(`a record of ${names.length} properties`) - 1);
        return;
      }
      numbers.push(TAG.record, names.length);
      for (const key of names) {
        numbers.push(strings.push(cut(key)) - 1);
        put(item[key], depth + 1);
      }
    };
    put(value, 0);
    if (numbers.length > MAX_ITEMS)
      return [new Float64Array([TAG.oddity, 0]).buffer, '["a value of more than 200,000 numbers"]'];
    return [new Float64Array(numbers).buffer, strings.length === 0 ? '' : stringify(strings)];
  };

  const unpack = (buffer, strings, callbackOf) => {
    const numbers = new Float64Array(buffer);
    const texts = strings === '' ? [] : parse(strings);
    let at = 0;
    const take = () => {
      const tag = numbers[at];
      at += 1;
      switch (tag) {
        case TAG.vector: {
          const length = numbers[at];
          at += 1;
          const vector = [];
          for (let i = 0; i < length; i += 1) vector[i] = numbers[at + i];
          at += length;
          return vector;
        }
        case TAG.number:
          at += 1;
          return numbers[at - 1];
        case TAG.array: {
          const length = numbers[at];
          at += 1;
          const array = [];
          for (let i = 0; i < length; i += 1) array[i] = take();
          return array;
        }
        case TAG.record: {
          const length = numbers[at];
          at += 1;
          const record = {};
          for (let i = 0; i < length; i += 1) {
            const key = texts[numbers[at]];
            at += 1;
            record[key] = take();
          }
          return record;
        }
        case TAG.string:
          at += 1;
          return texts[numbers[at - 1]];
        case TAG.callback:
          at += 1;
          return callbackOf(numbers[at - 1]);
        case TAG.oddity:
          at += 1;
          return undefined;
        default:
          return tag === TAG.true;
      }
    };
    return take();
  };

  // A function of the host, as student code sees it. What the host refuses is thrown here, so that nothing of the host
  // (its classes, its stack) is ever seen inside.
  const callbackOf =
    (id) =>
    (...args) => {
      const packed = pack(args);
      const answer = host('call', id, packed[0], packed[1]);
      if (typeof answer === 'string') throw new TypeError(answer);
      return typeof answer === 'number' ? answer : unpack(answer, '', callbackOf);
    };

  // ── What the host may do ──────────────────────────────────────────────────────────────────────────────────────
  const describeError = (error) => {
    const read = (key) => {
      try {
        const value = error[key];
        return typeof value === 'string' ? cut(value) : '';
      } catch {
        return '';
      }
    };
    if (typeof error !== 'object' || error === null) return ['', `${show(error, 1)}`, '', 'value'];
    const kind =
      error instanceof NativeInternalError && read('message') === 'out of memory'
        ? 'memory'
        : error instanceof NativeRangeError && !made.has(error) && /stack/.test(read('message'))
          ? 'stack'
          : made.has(error)
            ? 'range'
            : error instanceof Error
              ? 'error'
              : 'object';
    return [read('name'), read('message'), read('stack'), kind];
  };

  // Paths of arguments that differ between two walks of the same value (arrays and records only).
  const copyOf = (value) => {
    if (isArray(value)) return value.map(copyOf);
    if (typeof value !== 'object' || value === null) return value;
    const copy = {};
    for (const key of enumerableKeys(value)) copy[key] = copyOf(value[key]);
    return copy;
  };
  const changed = (before, after) => {
    if (typeof before !== 'object' || before === null) return !Object.is(before, after);
    if (typeof after !== 'object' || after === null || isArray(before) !== isArray(after)) return true;
    const [left, right] = [ownKeys(before), ownKeys(after)];
    return left.length !== right.length || left.some((key) => changed(before[key], after[key]));
  };
  const arraysIn = (value, found, depth) => {
    if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return found;
    if (isArray(value)) found.add(value);
    for (const key of enumerableKeys(value)) arraysIn(value[key], found, depth + 1);
    return found;
  };

  let functions = {};

  /** Keeps the functions that a submission exports; returns the names of those that are no functions. */
  const load = (exported, names) => {
    functions = {};
    for (const wanted of parse(names)) if (typeof exported[wanted] === 'function') functions[wanted] = exported[wanted];
  };

  /** Which of the known functions exist. */
  const has = (wanted) => typeof functions[wanted] === 'function';

  /** Calls a student's function and packs what it returns, or how it failed. */
  const call = (wanted, buffer, strings) => {
    let packed;
    try {
      packed = pack(apply(functions[wanted], undefined, unpack(buffer, strings, callbackOf)));
    } catch (error) {
      return ['threw', ...describeError(error)];
    }
    return typeof packed === 'number' ? packed : ['returned', ...packed];
  };

  /** Calls a student's function as `call` does, and also watches its arguments, its result's arrays and Math.random. */
  const watch = (wanted, buffer, strings) => {
    let packed;
    let notes;
    try {
      const args = unpack(buffer, strings, callbackOf);
      const before = args.map(copyOf);
      const drawn = randomCalls;
      const result = apply(functions[wanted], undefined, args);
      const altered = [];
      for (let i = 0; i < args.length; i += 1) if (changed(before[i], args[i])) altered.push(i);
      const given = arraysIn(args, new Set(), 0);
      given.delete(args);
      let shares = false;
      for (const array of arraysIn(result, new Set(), 0)) if (given.has(array)) shares = true;
      notes = stringify({ altered, shares, random: randomCalls > drawn });
      packed = pack([result]);
    } catch (error) {
      return ['threw', ...describeError(error)];
    }
    return ['returned', ...packed, notes];
  };

  // ── Only ES2023 is left, and it is frozen ─────────────────────────────────────────────────────────────────────
  const iteratorPrototype = getPrototypeOf(getPrototypeOf([][Symbol.iterator]()));
  const newer = [
    [
      globalThis,
      'Iterator queueMicrotask DisposableStack AsyncDisposableStack SuppressedError SharedArrayBuffer Atomics',
    ],
    [globalThis, 'Float16Array InternalError WeakRef FinalizationRegistry performance navigator gc print scriptArgs'],
    [
      iteratorPrototype,
      'chunks drop filter flatMap map take windows every find forEach some includes join reduce toArray',
    ],
    [iteratorPrototype, 'constructor'],
    [Object, 'groupBy'],
    [Map, 'groupBy'],
    [Map.prototype, 'getOrInsert getOrInsertComputed'],
    [WeakMap.prototype, 'getOrInsert getOrInsertComputed'],
    [Set.prototype, 'isDisjointFrom isSubsetOf isSupersetOf intersection difference symmetricDifference union'],
    [Array, 'fromAsync'],
    [Error, 'isError prepareStackTrace stackTraceLimit'],
    [Math, 'f16round sumPrecise'],
    [RegExp, 'escape'],
    [JSON, 'isRawJSON rawJSON'],
    [Promise, 'withResolvers try'],
    [String.prototype, 'isWellFormed toWellFormed'],
    [ArrayBuffer.prototype, 'maxByteLength resizable detached immutable resize sliceToImmutable transfer'],
    [ArrayBuffer.prototype, 'transferToImmutable transferToFixedLength'],
    [DataView.prototype, 'getFloat16 setFloat16'],
    [Uint8Array, 'fromBase64 fromHex'],
    [Uint8Array.prototype, 'toBase64 toHex setFromBase64 setFromHex'],
    [Symbol, 'dispose asyncDispose'],
  ];
  for (const [owner, names] of newer) for (const key of names.split(' ')) delete owner[key];

  // Freezing alone would also forbid assigning to an own property of the same name further down the prototype chain
  // (`this.name = …` in an Error subclass). For the names that programs do assign, an accessor takes the value's place.
  const assignable = new Set([
    'name',
    'message',
    'constructor',
    'toString',
    'toLocaleString',
    'valueOf',
    'toJSON',
    'stack',
  ]);
  const allowAssignment = (prototype) => {
    for (const key of ownKeys(prototype)) {
      const descriptor = getOwnPropertyDescriptor(prototype, key);
      if (!('value' in descriptor) || !descriptor.configurable) continue;
      if (typeof key !== 'string' || !(assignable.has(key) || prototype === Object.prototype)) continue;
      const { value, enumerable } = descriptor;
      defineProperty(prototype, key, {
        enumerable,
        configurable: false,
        get() {
          return value;
        },
        set(next) {
          if (this === prototype) throw new TypeError(`${key} of a built-in prototype is frozen`);
          defineProperty(this, key, { value: next, writable: true, enumerable: true, configurable: true });
        },
      });
    }
  };
  const frozen = new Set();
  const freeze = (value) => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || frozen.has(value)) return;
    frozen.add(value);
    const isPrototype = getOwnPropertyDescriptor(value, 'constructor') !== undefined;
    const parts = ownKeys(value).map((key) => getOwnPropertyDescriptor(value, key));
    if (isPrototype) allowAssignment(value);
    if (value !== globalThis) Object.freeze(value);
    freeze(getPrototypeOf(value));
    for (const part of parts) {
      freeze(part.value);
      freeze(part.get);
      freeze(part.set);
    }
  };
  freeze(globalThis);
  for (const hidden of [
    function* () {},
    async () => {},
    async function* () {},
    [][Symbol.iterator](),
    new Map()[Symbol.iterator](),
    new Set()[Symbol.iterator](),
    ''[Symbol.iterator](),
    ''.matchAll(/a/g),
  ]) {
    freeze(getPrototypeOf(hidden));
    freeze(hidden.prototype && getPrototypeOf(hidden.prototype));
  }
  for (const key of ownKeys(globalThis)) {
    defineProperty(globalThis, key, { writable: false, configurable: false });
  }

  return { load, has, call, watch };
};
