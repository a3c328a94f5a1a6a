import type { Real } from './types.ts';

/** What a variable was computed from: `pull` turns the derivative of some output by the result into that by `source`. */
interface Dependency {
  readonly source: Variable;
  readonly pull: (adjoint: Variable) => Variable;
}

/**
 * A number that remembers how it was computed, for reverse-mode automatic differentiation in double precision.
 * Derivatives are themselves variables, so they can be used in further formulas and differentiated again.
 */
export class Variable implements Real<Variable> {
  readonly value: number;
  readonly dependencies: readonly Dependency[];
  /** One more than that of anything it was computed from, so that descending depth visits results before sources. */
  readonly depth: number;

  constructor(value: number, dependencies: readonly Dependency[] = []) {
    this.value = value;
    this.dependencies = dependencies;
    this.depth = 1 + dependencies.reduce((deepest, { source }) => Math.max(deepest, source.depth), 0);
  }

  plus(other: Variable | number): Variable {
    if (typeof other === 'number') return new Variable(this.value + other, [{ source: this, pull: (g) => g }]);
    return new Variable(this.value + other.value, [
      { source: this, pull: (g) => g },
      { source: other, pull: (g) => g },
    ]);
  }

  minus(other: Variable | number): Variable {
    return this.plus(typeof other === 'number' ? -other : other.times(-1));
  }

  times(other: Variable | number): Variable {
    if (typeof other === 'number') {
      return new Variable(this.value * other, [{ source: this, pull: (g) => g.times(other) }]);
    }
    return new Variable(this.value * other.value, [
      { source: this, pull: (g) => g.times(other) },
      { source: other, pull: (g) => g.times(this) },
    ]);
  }

  div(other: Variable | number): Variable {
    if (typeof other === 'number') {
      return new Variable(this.value / other, [{ source: this, pull: (g) => g.div(other) }]);
    }
    const quotient: Variable = new Variable(this.value / other.value, [
      { source: this, pull: (g) => g.div(other) },
      { source: other, pull: (g) => g.times(quotient).div(other).times(-1) },
    ]);
    return quotient;
  }

  exp(): Variable {
    const power: Variable = new Variable(Math.exp(this.value), [{ source: this, pull: (g) => g.times(power) }]);
    return power;
  }

  tanh(): Variable {
    const y: Variable = new Variable(Math.tanh(this.value), [
      { source: this, pull: (g) => g.minus(g.times(y).times(y)) },
    ]);
    return y;
  }

  /** log |x|, whose derivative is 1/x on both sides of zero. */
  logAbs(): Variable {
    return new Variable(Math.log(Math.abs(this.value)), [{ source: this, pull: (g) => g.div(this) }]);
  }
}

/** Independent variables with the given values. */
export function variables(values: readonly number[]): Variable[] {
  return values.map((value) => new Variable(value));
}

/**
 * The partial derivatives of `output` by each of `inputs`, which count as independent of one another: what an input was
 * itself computed from is not followed.
 */
export function gradient(output: Variable, inputs: readonly Variable[]): Variable[] {
  const ends = new Set(inputs);
  const adjoints = new Map([[output, new Variable(1)]]);
  for (const result of resultsFirst(output, ends)) {
    const adjoint = adjoints.get(result) as Variable;
    for (const { source, pull } of result.dependencies) {
      if (source.dependencies.length === 0 && !ends.has(source)) continue;
      const share = pull(adjoint);
      adjoints.set(source, adjoints.get(source)?.plus(share) ?? share);
    }
  }
  return inputs.map((input) => adjoints.get(input) ?? new Variable(0));
}

/** The Jacobian ∂outputᵢ/∂inputⱼ, one row an output. */
export function jacobian(outputs: readonly Variable[], inputs: readonly Variable[]): Variable[][] {
  return outputs.map((output) => gradient(output, inputs));
}

/** log |det A| of a square matrix of variables, by Gaussian elimination with partial pivoting; −Infinity if singular. */
export function logAbsDeterminant(matrix: readonly (readonly Variable[])[]): Variable {
  const [pivotRow, ...others] = matrix.toSorted((u, v) => size(v[0]) - size(u[0]));
  const pivot = pivotRow?.[0];
  if (!pivotRow || !pivot) return new Variable(0);
  if (pivot.value === 0) return pivot.logAbs();
  const rest = others.map(([head, ...row]) => {
    const factor = (head as Variable).div(pivot);
    return row.map((entry, i) => entry.minus(factor.times(pivotRow[i + 1] as Variable)));
  });
  return pivot.logAbs().plus(logAbsDeterminant(rest));
}

function size(entry: Variable | undefined): number {
  return Math.abs(entry?.value ?? 0);
}

/** Everything `output` was computed from, itself included, down to but without `ends`; each before its own sources. */
function resultsFirst(output: Variable, ends: ReadonlySet<Variable>): Variable[] {
  const found = new Set<Variable>();
  const open = [output];
  // A stack of our own: the mean of ten thousand losses is ten thousand deep.
  for (let next = open.pop(); next; next = open.pop()) {
    if (found.has(next) || ends.has(next)) continue;
    found.add(next);
    for (const { source } of next.dependencies) open.push(source);
  }
  return [...found].sort((u, v) => v.depth - u.depth);
}
