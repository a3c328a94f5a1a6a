// Runs once inside the machine, before any student code: makes the machine's world (ES2023, console, structuredClone, a
// seeded Math.random, nothing else), freezes it, and returns the functions and the memory through which the host uses it.
// It is evaluated as a strict script with `host` (the one door to the host) in scope and must not leave a global behind. Student
// code runs whenever a property of a student's value is read: nothing here may rely on being told the same thing twice.
(host) => {
  // The same tags and cells stand in wire.ts.
  const [NUMBER, ARRAY, RECORD, TRUE, FALSE, STRING, CALLBACK, ODDITY, VECTOR] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const [STATUS, DOOR, BASE, LEARNT, START] = [0, 1, 2, 3, 4];
  const [ANSWERED, PRINT, REFUSED] = [1, 0, -1];
  const MAX_DEPTH = 16;
  const MAX_ITEMS = 200_000;
  const MAX_PROPERTIES = 100;
  const MAX_TEXT = 2_000;
  const MAX_ALL_TEXT = 20_000;

  const NativeRangeError = RangeError;
  const NativeInternalError = InternalError;
  const { apply, construct, ownKeys, getOwnPropertyDescriptor, defineProperty, getPrototypeOf } = Reflect;
  const { isArray } = Array;
  const { keys: enumerableKeys, is, hasOwn } = Object;
  const { parse, stringify } = JSON;
  const textOf = String;
  const { isView } = ArrayBuffer;
  const plain = Object.prototype;
  const setOwn = (object, key, value) =>
    defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });

  // ── RangeErrors that student code made, as opposed to those the engine raised ─────────────────────────────────
  const made = new WeakSet();
  const wrapError = (Native) => {
    const Wrapped = function (...args) {
      const error = construct(Native, args, new.target === undefined ? Wrapped : new.target);
      made.add(error);
      // `RangeError.call(this, message)` in the constructor function of a subclass.
      if (new.target === undefined && this instanceof Native) made.add(this);
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
  Math.random = {
    random() {
      randomCalls += 1;
      randomState = (randomState + 0x6d2b79f5) | 0;
      let z = Math.imul(randomState ^ (randomState >>> 15), 1 | randomState);
      z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z;
      return ((z ^ (z >>> 14)) >>> 0) / 4294967296;
    },
  }.random;

  // ── What a value is, in words ─────────────────────────────────────────────────────────────────────────────────
  const iteratorPrototype = getPrototypeOf(getPrototypeOf([][Symbol.iterator]()));
  const asyncIteratorPrototype = getPrototypeOf(getPrototypeOf(getPrototypeOf((async function* () {})())));
  const isBelow = apply.bind(undefined, plain.isPrototypeOf);
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
    DataView,
    BigInt,
    Symbol,
  ];
  const cut = (text) => {
    if (text.length <= MAX_TEXT) return text;
    const half = (MAX_TEXT - 40) / 2;
    return `${text.slice(0, half)} … ${text.length - 2 * half} characters cut … ${text.slice(-half)}`;
  };
  const article = (word) => (/^[AEIOU]/.test(word) ? `an ${word}` : `a ${word}`);
  const nameOfClass = (value) => {
    const Class = value.constructor;
    const name = typeof Class === 'function' ? Class.name : '';
    return typeof name === 'string' && name !== '' ? name.slice(0, 60) : 'typed array';
  };
  /** What an object is that is neither an array nor a record; '' for those two. */
  const describeObject = (value) => {
    if (isArray(value) || getPrototypeOf(value) === plain) return '';
    for (const Class of BOXED_OR_BUILT_IN) if (value instanceof Class) return `${article(Class.name)} object`;
    if (isView(value)) return `${article(nameOfClass(value))} (Array.from turns it into an array)`;
    if (isBelow(iteratorPrototype, [value])) return 'an iterator (Array.from turns it into an array)';
    if (isBelow(asyncIteratorPrototype, [value])) return 'an asynchronous iterator';
    return '';
  };

  // ── console: what is printed is read here, on the student's fuel, and only as far as a report shows it ────────
  let room = 0;
  const leaf = (text) => {
    const short = cut(text);
    room -= short.length + 2;
    return short;
  };
  const showItems = (length, show) => {
    const shown = [];
    for (let i = 0; i < length; i += 1) {
      if (room < 0) {
        shown.push(`… ${length - i} more`);
        break;
      }
      shown.push(show(i));
    }
    return shown.join(', ');
  };
  const show = (value, depth) => {
    switch (typeof value) {
      case 'string':
        return leaf(depth === 0 ? value : stringify(cut(value)));
      case 'function':
        return leaf('a function');
      case 'bigint':
        return leaf(`${textOf(value)}n`);
      case 'number':
        return leaf(is(value, -0) ? '-0' : textOf(value));
      case 'object':
        break;
      default:
        return leaf(textOf(value));
    }
    if (value === null) return leaf('null');
    if (isArray(value) || (isView(value) && !(value instanceof DataView))) {
      return depth > 3 ? leaf('[…]') : `[${showItems(value.length, (i) => show(value[i], depth + 1))}]`;
    }
    if (value instanceof Error) return leaf(`${textOf(value.name)}: ${textOf(value.message)}`);
    if (value instanceof Map) return `Map ${show([...value], depth)}`;
    if (value instanceof Set) return `Set ${show([...value], depth)}`;
    const what = describeObject(value);
    if (what !== '' || depth > 3) return leaf(what || '{…}');
    const keys = enumerableKeys(value);
    const showProperty = (i) => {
      const own = getOwnPropertyDescriptor(value, keys[i]);
      return `${leaf(keys[i])}: ${own === undefined || 'value' in own ? show(own?.value, depth + 1) : leaf('(getter)')}`;
    };
    return keys.length === 0 ? leaf('{}') : `{ ${showItems(keys.length, showProperty)} }`;
  };
  const log = (...parts) => {
    room = MAX_TEXT;
    let line = '';
    try {
      for (const part of parts) {
        if (line !== '') line += ' ';
        line += show(part, 0);
        if (room < 0) break;
      }
    } catch {
      line += '(something that cannot be shown)';
    }
    const short = cut(line);
    // A line costs fuel by its length: what the host does with it is not counted.
    for (let i = 0; i < short.length; i += 4);
    box[DOOR] = PRINT;
    host(short);
  };
  globalThis.console = { log, info: log, warn: log, error: log, debug: log };

  // ── structuredClone of plain data ─────────────────────────────────────────────────────────────────────────────
  const cloneOf = (value, seen) => {
    if (typeof value === 'function' || typeof value === 'symbol')
      throw new TypeError(`a ${typeof value} could not be cloned`);
    if (typeof value !== 'object' || value === null) return value;
    if (seen.has(value)) return seen.get(value);
    const keep = (copy) => {
      seen.set(value, copy);
      return copy;
    };
    if (value instanceof Date) return keep(new Date(value.getTime()));
    if (value instanceof ArrayBuffer || (isView(value) && !(value instanceof DataView))) return keep(value.slice());
    if (value instanceof Map) {
      const copy = keep(new Map());
      for (const [key, entry] of value) copy.set(cloneOf(key, seen), cloneOf(entry, seen));
      return copy;
    }
    if (value instanceof Set) {
      const copy = keep(new Set());
      for (const entry of value) copy.add(cloneOf(entry, seen));
      return copy;
    }
    const what = describeObject(value);
    if (what !== '') throw new TypeError(`${what} could not be cloned`);
    const copy = keep(isArray(value) ? [] : {});
    if (isArray(value)) copy.length = value.length;
    for (const key of enumerableKeys(value)) setOwn(copy, key, cloneOf(value[key], seen));
    return copy;
  };
  globalThis.structuredClone = { structuredClone: (value) => cloneOf(value, new Map()) }.structuredClone;

  // ── Values across the boundary ────────────────────────────────────────────────────────────────────────────────
  // A value travels as a flat list of doubles, each item led by its tag, in an array that the host reads and writes where it
  // lies in the memory; no student code ever gets hold of it. Student code may run while a value is being packed, and call a
  // function of the host: what that call needs stands above what is packed so far, and is gone when it ends.
  const Doubles = Float64Array;
  const { set: setAll, subarray } = getPrototypeOf(Doubles.prototype);
  // Whatever is put is a few numbers and then what was made room for: beyond the limit there is always so much.
  const SPARE = 16;
  let box = new Doubles(4_096);
  let limit = box.length - SPARE;
  let at = START;
  const grow = (size) => {
    const larger = new Doubles(size + limit + SPARE);
    apply(setAll, larger, [box]);
    host(larger.buffer);
    box = larger;
    limit = larger.length - SPARE;
  };

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
        return value === null ? 'null' : describeObject(value);
    }
  };

  // How much a value that is being packed holds, and the strings that it refers to.
  const newParcel = (items, seeArray) => ({
    strings: undefined,
    known: undefined,
    items,
    text: 0,
    fault: '',
    seeArray,
  });

  const putNumber = (number) => {
    box[at] = number;
    at += 1;
  };
  const putText = (parcel, text) => {
    parcel.known ??= new Map();
    parcel.strings ??= [];
    const known = parcel.known.get(text);
    if (known !== undefined) {
      putNumber(known);
      return;
    }
    parcel.known.set(text, parcel.strings.length);
    putNumber(parcel.strings.length);
    parcel.strings.push(text);
    parcel.text += text.length;
    if (parcel.text > MAX_ALL_TEXT) parcel.fault = 'a value with more than 20,000 characters of text';
  };
  const countItems = (parcel, amount) => {
    parcel.items += amount;
    if (parcel.items > MAX_ITEMS) parcel.fault = 'a value of more than 200,000 items';
  };
  const putOddity = (parcel, what) => {
    putNumber(ODDITY);
    putText(parcel, what);
  };
  const putItem = (parcel, item, depth) => {
    if (parcel.fault !== '') return;
    if (at > limit) grow(at);
    switch (typeof item) {
      case 'number':
        box[at] = NUMBER;
        box[at + 1] = item;
        at += 2;
        return;
      case 'boolean':
        putNumber(item ? TRUE : FALSE);
        return;
      case 'string':
        putNumber(STRING);
        putText(parcel, cut(item));
        return;
      default: {
        const isList = isArray(item);
        const oddity = isList ? '' : oddityOf(item);
        if (oddity !== '') putOddity(parcel, oddity);
        else if (depth >= MAX_DEPTH) putOddity(parcel, `something nested more than ${MAX_DEPTH} deep`);
        else if (isList) putArray(parcel, item, depth);
        else putRecord(parcel, item, depth);
      }
    }
  };
  const putArray = (parcel, array, depth) => {
    const { length } = array;
    if (typeof length !== 'number' || length >>> 0 !== length || length > MAX_ITEMS) {
      putOddity(
        parcel,
        typeof length === 'number' ? `an array of length ${length}` : 'an array whose length is no number',
      );
      return;
    }
    if (parcel.seeArray !== undefined) parcel.seeArray(array);
    countItems(parcel, length);
    if (parcel.fault !== '') return;
    if (at + length > limit) grow(at + length);
    const start = at;
    const first = start + 2;
    box[start] = VECTOR;
    box[start + 1] = length;
    at = first + length;
    let i = 0;
    let item;
    for (; i < length; i += 1) {
      item = array[i];
      if (typeof item !== 'number') break;
      box[first + i] = item;
    }
    if (i === length) return;
    // No vector after all.
    const before = i === 0 ? [] : [...apply(subarray, box, [first, first + i])];
    at = start;
    if (at + 2 * i > limit) grow(at + 2 * i);
    putNumber(ARRAY);
    putNumber(length);
    for (let k = 0; k < i; k += 1) {
      putNumber(NUMBER);
      putNumber(before[k]);
    }
    putItem(parcel, item, depth + 1);
    for (i += 1; i < length && parcel.fault === ''; i += 1) putItem(parcel, array[i], depth + 1);
  };
  const putRecord = (parcel, record, depth) => {
    const names = enumerableKeys(record);
    if (names.length > MAX_PROPERTIES) {
      putOddity(parcel, `a record of ${names.length} properties`);
      return;
    }
    countItems(parcel, names.length);
    putNumber(RECORD);
    putNumber(names.length);
    for (const name of names) {
      putText(parcel, cut(name));
      putItem(parcel, record[name], depth + 1);
    }
  };
  /** The strings of what was packed from `start` on, if it has any. */
  const closeParcel = ({ strings, fault }, start) => {
    if (fault === '') return strings;
    box[start] = ODDITY;
    box[start + 1] = 0;
    return [fault];
  };
  /** Reads a value once, into plain data; `seeArray` is told every array in it. Returns its strings, if it has any. */
  const pack = (value, seeArray) => {
    at = START;
    const parcel = newParcel(0, seeArray);
    putItem(parcel, value, 0);
    return closeParcel(parcel, START);
  };
  /** Packs a list of arguments above what stands in the box. Returns its strings, if it has any. */
  const packAll = (args) => {
    const start = at;
    const { length } = args;
    let parcel;
    box[start] = ARRAY;
    box[start + 1] = length;
    at = start + 2;
    for (let i = 0; i < length; i += 1) {
      const item = args[i];
      if (typeof item === 'number' && at <= limit) {
        box[at] = NUMBER;
        box[at + 1] = item;
        at += 2;
      } else {
        parcel ??= newParcel(length);
        putItem(parcel, item, 1);
      }
    }
    return parcel === undefined ? undefined : closeParcel(parcel, start);
  };

  // Texts that the host has sent: it names each by its place from then on.
  const texts = [];
  const learn = (more) => {
    let learnt = box[LEARNT] | 0;
    for (const text of parse(more)) {
      texts[learnt] = text;
      learnt += 1;
    }
    box[LEARNT] = learnt;
  };
  // What is read next. Places and lengths become integers: the engine is slow to use a double as an index.
  let next = START;
  const take = () => {
    const tag = box[next] | 0;
    next += 1;
    switch (tag) {
      case VECTOR: {
        const start = next + 1;
        const length = box[next] | 0;
        next = start + length;
        if (length > 8) return [...apply(subarray, box, [start, next])];
        const vector = [];
        for (let i = 0; i < length; i += 1) vector[i] = box[start + i];
        return vector;
      }
      case NUMBER:
        next += 1;
        return box[next - 1];
      case ARRAY: {
        const length = box[next] | 0;
        next += 1;
        const array = [];
        for (let i = 0; i < length; i += 1) array[i] = take();
        return array;
      }
      case RECORD: {
        const length = box[next] | 0;
        next += 1;
        const record = {};
        for (let i = 0; i < length; i += 1) {
          const key = texts[box[next] | 0];
          next += 1;
          record[key] = take();
        }
        return record;
      }
      case STRING:
        next += 1;
        return texts[box[next - 1] | 0];
      case CALLBACK:
        next += 1;
        return callbackOf(box[next - 1] | 0);
      case ODDITY:
        return undefined;
      default:
        return tag === TRUE;
    }
  };
  /** Reads what the host wrote from `start` on; `more` are texts to learn before. */
  const unpack = (start, more) => {
    if (more !== undefined) learn(more);
    next = start;
    return take();
  };

  // A function of the host, as student code sees it. What the host refuses is thrown here, so that nothing of the host
  // (its classes, its stack) is ever seen inside.
  const callbackOf =
    (id) =>
    (...args) => {
      const base = at;
      try {
        const strings = packAll(args);
        box[DOOR] = id;
        box[BASE] = base;
        const answer = strings === undefined ? host() : host(stringify(strings));
        // What was refused is still the list of arguments.
        if (box[base] === NUMBER) return box[base + 1];
        if (box[DOOR] === REFUSED) throw new TypeError(answer);
        return unpack(base, answer);
      } finally {
        at = base;
      }
    };

  // ── What the host may do ──────────────────────────────────────────────────────────────────────────────────────
  const kindOf = (error, message) => {
    if (made.has(error)) return 'range';
    if (error instanceof NativeInternalError && message === 'out of memory') return 'memory';
    if (error instanceof NativeRangeError && /call stack/.test(message)) return 'stack';
    return error instanceof Error ? 'error' : 'object';
  };
  /** How a call failed: which kind of thing was thrown, and its name, message and stack. */
  const describeError = (error) => {
    const read = (key) => {
      try {
        const value = error[key];
        return typeof value === 'string' ? cut(value) : '';
      } catch {
        return '';
      }
    };
    try {
      if (typeof error !== 'object' || error === null) {
        room = MAX_TEXT;
        return ['value', '', show(error, 1), ''];
      }
      const message = read('message');
      return [kindOf(error, message), read('name'), message, read('stack')];
    } catch {
      return ['object', '', '', ''];
    }
  };

  // Whether arguments were changed: a copy made before the call (of arrays and records only) is compared with them.
  const copyOf = (value) => {
    if (isArray(value)) return value.map(copyOf);
    if (typeof value !== 'object' || value === null) return value;
    const copy = {};
    for (const key of enumerableKeys(value)) copy[key] = copyOf(value[key]);
    return copy;
  };
  const isChanged = (before, after) => {
    if (typeof before !== 'object' || before === null) return !is(before, after);
    if (typeof after !== 'object' || after === null || isArray(before) !== isArray(after)) return true;
    const [left, right] = [ownKeys(before), ownKeys(after)];
    return left.length !== right.length || left.some((key) => isChanged(before[key], after[key]));
  };
  const collectArrays = (value, found) => {
    if (typeof value !== 'object' || value === null) return;
    if (isArray(value)) found.add(value);
    for (const key of enumerableKeys(value)) collectArrays(value[key], found);
  };

  const functions = Object.create(null);

  /** Runs a submission and keeps those of the named functions that it exports. */
  const load = (run, names) => {
    try {
      const exported = run();
      for (const name of parse(names)) {
        const value = exported !== undefined && hasOwn(exported, name) ? exported[name] : undefined;
        if (typeof value === 'function') functions[name] = value;
      }
    } catch (error) {
      return stringify(describeError(error));
    }
    return undefined;
  };

  /** The function that the host asks for; its arguments stand behind its name. */
  const asked = (more) => {
    at = START;
    if (more !== undefined) learn(more);
    return functions[texts[box[START] | 0]];
  };

  /** Calls a student's function. Nothing but an answer in the box, or what else there is to say, as JSON. */
  const call = (more) => {
    const run = asked(more);
    if (run === undefined) return '["missing"]';
    let strings;
    try {
      const result = apply(run, undefined, unpack(START + 1));
      if (typeof result === 'number') {
        box[START] = NUMBER;
        box[START + 1] = result;
      } else strings = pack(result);
    } catch (error) {
      return stringify(describeError(error));
    }
    if (strings !== undefined) return stringify(['returned', strings]);
    box[STATUS] = ANSWERED;
    return undefined;
  };

  /** Calls a student's function as `call` does, and also watches its arguments, its result's arrays and Math.random. */
  const watch = (more) => {
    const run = asked(more);
    if (run === undefined) return '["missing"]';
    let strings;
    let notes;
    try {
      const args = unpack(START + 1);
      const before = args.map(copyOf);
      const given = new Set();
      for (const argument of args) collectArrays(argument, given);
      const drawn = randomCalls;
      // The list of arguments is the call's own: what is done to it does not show.
      const result = apply(run, undefined, [...args]);
      let shares = false;
      strings = pack(result, (array) => {
        if (given.has(array)) shares = true;
      });
      const altered = [];
      for (let i = 0; i < args.length; i += 1) if (isChanged(before[i], args[i])) altered.push(i);
      notes = { altered, shares, random: randomCalls > drawn };
    } catch (error) {
      return stringify(describeError(error));
    }
    return stringify(['returned', strings ?? [], notes]);
  };

  // ── Only ES2023 is left, and it is frozen ─────────────────────────────────────────────────────────────────────
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
    [Function.prototype, 'fileName lineNumber columnNumber'],
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
  ];
  for (const [owner, names] of newer) for (const key of names.split(' ')) delete owner[key];

  // Freezing alone would also forbid assigning to an own property of the same name further down the prototype chain
  // (`this.name = …` in an Error subclass). For the names that programs do assign, an accessor takes the value's place.
  const assignable = ['name', 'message', 'constructor', 'toString', 'toLocaleString', 'valueOf', 'toJSON'];
  const allowAssignment = (prototype) => {
    const any = prototype === plain || prototype === Function.prototype;
    for (const key of any ? ownKeys(prototype) : assignable) {
      const own = getOwnPropertyDescriptor(prototype, key);
      if (!own?.writable || typeof key !== 'string') continue;
      const { value, enumerable } = own;
      const accessor = {
        get() {
          return value;
        },
        set(next) {
          if (this === prototype || !setOwn(this, key, next)) throw new TypeError(`'${key}' is read-only`);
        },
      };
      defineProperty(prototype, key, { get: accessor.get, set: accessor.set, enumerable, configurable: false });
      freeze(value);
    }
  };
  const frozen = new Set();
  const freeze = (value) => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || frozen.has(value)) return;
    frozen.add(value);
    if (getOwnPropertyDescriptor(value, 'constructor') !== undefined) allowAssignment(value);
    if (value !== globalThis) Object.freeze(value);
    freeze(getPrototypeOf(value));
    const keys = ownKeys(value);
    // Most are functions that have their length and name alone.
    if (typeof value === 'function' && keys.length === 2) return;
    for (const key of keys) {
      const part = getOwnPropertyDescriptor(value, key);
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

  return { load, call, watch, grow, box: box.buffer };
};
