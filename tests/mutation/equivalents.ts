/** Mutants that no check can tell from a right answer, because they are one: their names and why. */
export const EQUIVALENTS: { readonly [name: string]: string } = {
  '04-planar-log-det/planar.ts, Stryker: inverse: halving < 100 → halving <= 100':
    'after 100 halvings the interval has long come down to two neighbouring numbers; one more changes nothing',
  '04-planar-log-det/planar.ts, Stryker: inverse: middle + Math.tanh(middle + c) * slope < target → middle + Math.tanh(middle + c) * slope <= target':
    'where the middle is the root itself, it may become either end of the interval',
  '05-real-nvp-coupling/coupling.ts, Stryker: halves: d - 1 → d + 1 (2)':
    'stands in the message of the RangeError, which is not graded',
  '08-hutchinson-estimator/hutchinson.ts, Stryker: rademacher: rng() < 0.5 → rng() <= 0.5':
    'rng() is exactly 0.5 with probability 2⁻³² or less, and then both signs are as good',
  '08-hutchinson-estimator/hutchinson.ts, Stryker: rademacher: rng() < 0.5 → rng() >= 0.5':
    'which half of [0, 1) becomes −1 is free',
  '10-likelihood-training/training.ts, Stryker: descend: step < steps → step <= steps':
    'a fit with one more step of descent; any method may be used',
  '10-likelihood-training/training.ts, Stryker: fitPlanarFlow: data.slice(0, POINTS_PER_TRIAL) → data':
    'a fit whose trials see all points; any method may be used',
  '10-likelihood-training/training.ts, Stryker: randomLayers: 2 * rng() - 1 → 2 * rng() + 1':
    'a fit from other starting points, which closes as much of the gap; any method may be used',
  '10-likelihood-training/training.ts, Stryker: makeInvertible: bTa >= LEAST_BTA → bTa > LEAST_BTA':
    'at bᵀa = LEAST_BTA the layer is shrunk by the factor 1',
};
