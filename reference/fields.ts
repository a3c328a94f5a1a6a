import type { EvalFunction, MathNode } from 'mathjs';
import { requireDomain } from './domain.ts';
import { multiply, trace } from './linear-algebra.ts';
import { math } from './math.ts';
import type { Vector } from './types.ts';

/** A vector field u(x, t) together with its exact derivatives. */
export interface Field {
  value(x: Vector, t: number): number[];
  /** The Jacobian ∂uᵢ/∂xⱼ, one row a component. */
  jacobian(x: Vector, t: number): number[][];
}

/**
 * The field whose components are given as text in JavaScript's arithmetic of numbers, `x[i]` and `t` with
 * `+ - * / **` and parentheses, such as `['x[1] * t', '-x[0] + 0.5 * x[1] ** 2']`. Derivatives are mathjs's symbolic
 * ones. Anything else in the text, or an x[i] beyond the number of components, is an Error that names the text.
 */
export function field(components: readonly string[]): Field {
  const dimension = components.length;
  const nodes = components.map((text) => math.parse(translate(text, dimension)));
  const value = evaluate(nodes.map((node) => node.compile()));
  let rows: ((x: Vector, t: number) => number[])[] | undefined;
  return {
    value,
    jacobian(x, t) {
      rows ??= nodes.map((node) => evaluate(partialDerivatives(node, dimension)));
      return rows.map((row) => row(x, t));
    },
  };
}

/** J·v, the exact derivative of u at (x, t) along v as given. */
export function directionalDerivative(u: Field, x: Vector, t: number, v: Vector): number[] {
  return multiply(u.jacobian(x, t), v);
}

/** div u = Σ ∂uᵢ/∂xᵢ at (x, t). */
export function divergence(u: Field, x: Vector, t: number): number {
  return trace(u.jacobian(x, t));
}

function evaluate(compiled: readonly EvalFunction[]): (x: Vector, t: number) => number[] {
  return (x, t) => {
    requireDomain(x.length === compiled.length, `x has ${x.length} entries, the field ${compiled.length} components`);
    const scope = new Map([['t', t], ...x.map((entry, i) => [`x${i}`, entry] as const)]);
    return compiled.map((code) => code.evaluate(scope) as number);
  };
}

function partialDerivatives(node: MathNode, dimension: number): EvalFunction[] {
  const mentioned = new Set(node.filter((part) => part.type === 'SymbolNode').map((part) => part.toString()));
  const zero = math.compile('0');
  return Array.from({ length: dimension }, (_, i) =>
    // Most entries of a large Jacobian are structural zeros; not simplifying keeps each of the others quick.
    mentioned.has(`x${i}`) ? math.derivative(node, `x${i}`, { simplify: false }).compile() : zero,
  );
}

/** One word of the little language; a doubled sign is none, since JavaScript reads ++ and -- as assignments. */
const WORD =
  /\s*(?:(\*\*|[*/()]|\+(?!\+)|-(?!-))|x\[(0|[1-9]\d*)\]|(t)|((?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?))/y;

/**
 * The mathjs expression for a component: `x[3]` becomes the symbol `x3`, `**` becomes `^`, and everything is
 * parenthesised, so that the meaning does not rest on two languages' agreeing about precedence. The grammar is
 * JavaScript's own, which has no `-x[0] ** 2`.
 */
export function translate(text: string, dimension: number): string {
  const words = readWords(text, dimension);
  let next = 0;

  const refuse = (): never => {
    throw new Error(`not arithmetic in x[0] … x[${dimension - 1}] and t: '${text}'`);
  };
  const accept = (...choices: string[]): string | undefined => {
    const word = words[next];
    if (word === undefined || !choices.includes(word)) return undefined;
    next++;
    return word;
  };
  const leftToRight = (operators: string[], operand: () => string) => (): string => {
    let left = operand();
    for (let operator = accept(...operators); operator; operator = accept(...operators)) {
      left = `(${left} ${operator} ${operand()})`;
    }
    return left;
  };

  const atom = (): string => {
    if (accept('(')) {
      const inner = sum();
      return accept(')') ? inner : refuse();
    }
    const word = words[next++] ?? refuse();
    return /^[\dxt]/.test(word) ? word : refuse();
  };
  const signed = (): string => {
    const sign = accept('+', '-');
    return sign ? `(${sign} ${signed()})` : atom();
  };
  const power = (): string => {
    const startsWithSign = words[next] === '+' || words[next] === '-';
    const base = signed();
    if (!accept('**')) return base;
    return startsWithSign ? refuse() : `(${base} ^ ${power()})`;
  };
  const product = leftToRight(['*', '/'], power);
  const sum = leftToRight(['+', '-'], product);

  const expression = sum();
  return next === words.length ? expression : refuse();
}

function readWords(text: string, dimension: number): string[] {
  const words: string[] = [];
  const source = text.trimEnd();
  for (let at = 0; at < source.length; at = WORD.lastIndex) {
    WORD.lastIndex = at;
    const match = WORD.exec(source);
    if (!match) throw new Error(`cannot read '${source.slice(at).trim()}' in the component '${text}'`);
    const [, operator, index, time, number] = match;
    if (index !== undefined && Number(index) >= dimension) {
      throw new Error(`x[${index}] in '${text}', but the field has ${dimension} components`);
    }
    words.push(operator ?? time ?? (index !== undefined ? `x${index}` : String(Number(number))));
  }
  return words;
}
