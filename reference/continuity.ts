import { field } from './fields.ts';
import { trace } from './linear-algebra.ts';
import type { Vector } from './types.ts';

/**
 * ∂ₜp + div(u·p) at (x, t) for p(·, t) = N(m(t), v(t)·I), exactly.
 *
 * It is p·(∂ₜ log p + div u + u·∇log p) with log p = −½‖x − m‖²/v − d/2·log 2πv; the derivatives of m, v and u are symbolic.
 *
 * @param mean  m(t), one text in `t` a coordinate
 * @param variance  v(t), a text in `t`
 * @param components  u, as in `field`
 */
export function gaussianResidual(
  mean: readonly string[],
  variance: string,
  components: readonly string[],
  x: Vector,
  t: number,
): number {
  const m = mean.map((text) => inTime(text, t));
  const v = inTime(variance, t);
  const u = field(components);
  const velocity = u.value(x, t);
  const centred = x.map((xi, i) => xi - (m[i] as Jet).value);
  const squared = centred.reduce((sum, entry) => sum + entry * entry, 0);

  const density = Math.exp(-squared / (2 * v.value)) / (2 * Math.PI * v.value) ** (x.length / 2);
  const drift = centred.reduce((sum, entry, i) => sum + entry * (m[i] as Jet).slope, 0) / v.value;
  const spreading = (squared / v.value - x.length) * (v.slope / (2 * v.value));
  const transport = -centred.reduce((sum, entry, i) => sum + entry * (velocity[i] as number), 0) / v.value;
  return density * (drift + spreading + transport + trace(u.jacobian(x, t)));
}

interface Jet {
  readonly value: number;
  readonly slope: number;
}

/** A text in `t` and its derivative, at t. */
function inTime(text: string, t: number): Jet {
  const curve = field([text.replaceAll(/\bt\b/g, 'x[0]')]);
  return { value: curve.value([t], 0)[0] as number, slope: (curve.jacobian([t], 0)[0] as Vector)[0] as number };
}
