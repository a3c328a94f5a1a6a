import { requireDomain, zipWith } from './domain.ts';
import { field } from './fields.ts';
import { logAbsDeterminant } from './linear-algebra.ts';
import type { Vector } from './types.ts';

/** A coupling layer whose networks are texts in x[0] … x[split − 1], one a coordinate of the tail; see `field`. */
export interface Coupling {
  readonly split: number;
  readonly scale: readonly string[];
  readonly shift: readonly string[];
}

/** (x₁, x₂ ⊙ exp(s(x₁)) + t(x₁)). */
export function forward(x: Vector, layer: Coupling): number[] {
  const { s, t } = networksAt(x, layer);
  return x.map((xi, i) => (i < layer.split ? xi : xi * Math.exp(s.value[i] as number) + (t.value[i] as number)));
}

/** (y₁, (y₂ − t(y₁)) / exp(s(y₁))). */
export function inverse(y: Vector, layer: Coupling): number[] {
  const { s, t } = networksAt(y, layer);
  return y.map((yi, i) => (i < layer.split ? yi : (yi - (t.value[i] as number)) / Math.exp(s.value[i] as number)));
}

/** The whole d × d Jacobian of `forward`, by the product rule, with the networks' exact derivatives. */
export function forwardJacobian(x: Vector, layer: Coupling): number[][] {
  const { s, t } = networksAt(x, layer);
  return x.map((xi, i) => {
    const factor = i < layer.split ? 1 : Math.exp(s.value[i] as number);
    return zipWith(s.jacobian[i] as Vector, t.jacobian[i] as Vector, (ds, dt) => xi * factor * ds + dt).map(
      (entry, j) => entry + (i === j ? factor : 0),
    );
  });
}

/** log |det J| of that Jacobian, by elimination. */
export function logDetJacobian(x: Vector, layer: Coupling): number {
  return logAbsDeterminant(forwardJacobian(x, layer));
}

/** Both networks as fields of x, whose components are 0 on the head. */
function networksAt(x: Vector, { split, scale, shift }: Coupling) {
  const isLegal = Number.isInteger(split) && split >= 1 && split < x.length;
  requireDomain(isLegal, `split is not an integer from 1 to ${x.length - 1}: ${split}`);
  const at = (network: readonly string[]) => {
    const whole = field([...Array.from({ length: split }, () => '0'), ...network]);
    return { value: whole.value(x, 0), jacobian: whole.jacobian(x, 0) };
  };
  return { s: at(scale), t: at(shift) };
}
