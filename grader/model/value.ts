/** A point, a direction or a list of samples: finite or not, always plain numbers. */
export type Vector = readonly number[];
/** A list of rows. */
export type Matrix = readonly Vector[];
/** The right-hand side u of dx/dt = u(x, t). */
export type VelocityField = (x: Vector, t: number) => Vector;

/** What may cross between the grader and a student's function: plain data, callbacks, and what is no value at all. */
export type Value =
  | number
  | boolean
  | string
  | readonly Value[]
  | { readonly [key: string]: Value }
  | Callback
  | Labelled
  | Oddity;

/** Something that a student returned, or passed to a callback, and that is no value: `undefined`, a Map, a Promise …. */
export class Oddity {
  /** What it is, in words: "undefined", "a Float64Array (Array.from turns it into an array)". */
  readonly what: string;
  constructor(what: string) {
    this.what = what;
  }
}

/** A value too long to print, with the TypeScript expression that makes it. */
export class Labelled {
  readonly value: Value;
  readonly text: string;
  constructor(value: Value, text: string) {
    this.value = value;
    this.text = text;
  }
}

/** A function of the grader that student code calls; its calls are counted and kept here, outside the sandbox. */
export class Callback {
  /** TypeScript that a student can paste, e.g. `(x, t) => [-x[1], x[0]]`. */
  readonly text: string;
  readonly takes: readonly Shape[];
  /** The arguments of every call so far, oldest first. */
  readonly calls: Value[][] = [];
  /** The function itself; calling it directly is not counted. */
  readonly run: (...args: never[]) => Value;

  constructor(text: string, takes: readonly Shape[], run: (...args: never[]) => Value) {
    this.text = text;
    this.takes = takes;
    this.run = run;
  }

  /** Answers one call; throws `Misuse` when the arguments are not what the function takes. */
  answer(args: readonly Value[]): Value {
    for (const [index, shape] of this.takes.entries()) {
      const fault = faultOf(args[index] ?? new Oddity('undefined'), shape);
      if (fault !== undefined) {
        throw new Misuse(`${this.text} was called with ${formatArguments(args)}: argument ${index + 1} ${fault}`);
      }
    }
    const taken = args.slice(0, this.takes.length);
    this.calls.push(taken);
    return this.run(...(taken as never[]));
  }
}

/** A function that the grader handed out was called with something else than it takes. */
export class Misuse extends Error {}

/** What a value must look like. */
export type Shape =
  | { readonly is: 'number' | 'boolean' }
  | { readonly is: 'array'; readonly of: Shape; readonly length?: number }
  | { readonly is: 'record'; readonly fields: { readonly [name: string]: Shape } };

export const number: Shape = { is: 'number' };
export const boolean: Shape = { is: 'boolean' };
export const array = (of: Shape, length?: number): Shape =>
  length === undefined ? { is: 'array', of } : { is: 'array', of, length };
export const vector: Shape = array(number);
export const record = (fields: { readonly [name: string]: Shape }): Shape => ({ is: 'record', fields });

/** A shape in words: "a number", "an array of 3 numbers". */
export function describeShape(shape: Shape): string {
  switch (shape.is) {
    case 'number':
    case 'boolean':
      return `a ${shape.is}`;
    case 'array': {
      const items = describeShape(shape.of).replace(/^an? (\w+)/, '$1s');
      return shape.length === undefined ? `an array of ${items}` : `an array of ${shape.length} ${items}`;
    }
    case 'record':
      return `a record { ${Object.keys(shape.fields).join(', ')} }`;
  }
}

/**
 * Why a value has not the shape, in words that follow "it …" or a path; `undefined` when it has.
 *
 * Nothing is put into words for what is right: every answer and every argument of a callback passes here.
 */
export function faultOf(value: Value, shape: Shape, path = ''): string | undefined {
  switch (shape.is) {
    case 'number':
    case 'boolean':
      return typeof value === shape.is ? undefined : mismatch(value, shape, path);
    case 'array': {
      if (!isArray(value)) return mismatch(value, shape, path);
      if (shape.length !== undefined && value.length !== shape.length)
        return `has length ${value.length}, not ${shape.length}`;
      for (const [index, item] of value.entries()) {
        if (typeof item === shape.of.is) continue;
        const fault = faultOf(item, shape.of, `${path}[${index}]`);
        if (fault !== undefined) return fault;
      }
      return undefined;
    }
    case 'record':
      if (!isRecord(value)) return mismatch(value, shape, path);
      for (const [name, field] of Object.entries(shape.fields)) {
        const inner = Object.hasOwn(value, name) ? value[name] : undefined;
        const fault = faultOf(inner ?? new Oddity('undefined'), field, `${path}.${name}`);
        if (fault !== undefined) return fault;
      }
      return undefined;
  }
}

function mismatch(value: Value, shape: Shape, path: string): string {
  const found = path === '' ? 'is' : `has ${path} =`;
  return `${found} ${value instanceof Oddity ? value.what : formatValue(value)}, not ${describeShape(shape)}`;
}

export function isArray(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isRecord(value: Value): value is { readonly [key: string]: Value } {
  return (
    typeof value === 'object' &&
    !Array.isArray(value) &&
    !(value instanceof Oddity || value instanceof Callback || value instanceof Labelled)
  );
}

/** A number as TypeScript that reads back to the same bits. */
export function formatNumber(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** A value as TypeScript: what is short reads back to the same value, long arrays are cut in the middle. */
export function formatValue(value: Value, digits?: number): string {
  if (typeof value === 'number') return digits === undefined ? formatNumber(value) : formatNumber(round(value, digits));
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Oddity) return value.what;
  if (value instanceof Labelled || value instanceof Callback) return value.text;
  if (isArray(value)) {
    const items = value.map((item) => formatValue(item, digits));
    if (items.length > 40) items.splice(20, items.length - 40, `/* … ${items.length - 40} more … */`);
    return `[${items.join(', ')}]`;
  }
  return `{ ${Object.entries(value)
    .map(([key, item]) => `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)}: ${formatValue(item, digits)}`)
    .join(', ')} }`;
}

export function formatArguments(args: readonly Value[]): string {
  return `(${args.map((argument) => formatValue(argument)).join(', ')})`;
}

/** A call as TypeScript that can be pasted: `forward(2, { a: -1, b: 0 })`. */
export function formatCall(name: string, args: readonly Value[]): string {
  return `${name}${formatArguments(args)}`;
}

function round(value: number, digits: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(digits)) : value;
}
