import { callback } from '../checks/callbacks.ts';
import { studentOf } from '../checks/student.ts';
import type { Bench } from '../model/exercise.ts';
import type { Figure, Panel, Point } from '../model/figure.ts';
import { array, number, type Value, type Vector } from '../model/value.ts';
import { type Domain, domainFor, domainsFor, firstOf, largestGap, pointOf } from './answers.ts';
import { normalDensity } from './extent.ts';
import { range } from './sampling.ts';
import { offBy, pointInWords } from './words.ts';

type Composition = {
  forward(flows: unknown, x: Vector): number[];
  inverse(flows: unknown, y: Vector): number[];
  logDetJacobian(flows: unknown, x: Vector): number;
  logDensity(flows: unknown, logBaseDensity: unknown, y: Vector): number;
};

/** A flow as its numbers, which the reference reads, and as the texts of its three functions. */
interface Flow {
  readonly plan: Value;
  readonly forward: string;
  readonly inverse: string;
  readonly logDetJacobian: string;
}

/** Stretch and shift; bend the second coordinate by the first; bend the first by the second: no two of them commute. */
const PLANE: readonly Flow[] = [
  {
    plan: { kind: 'affine', scale: [1.5, 0.75], shift: [0.5, 0.25] },
    forward: '(x) => [1.5 * x[0] + 0.5, 0.75 * x[1] + 0.25]',
    inverse: '(y) => [(y[0] - 0.5) / 1.5, (y[1] - 0.25) / 0.75]',
    logDetJacobian: '() => Math.log(1.5 * 0.75)',
  },
  {
    plan: { kind: 'coupling', from: 0, to: 1, rate: 0.7, factor: 0.5 },
    forward: '(x) => [x[0], x[1] * Math.exp(0.7 * Math.tanh(x[0])) + 0.5 * x[0]]',
    inverse: '(y) => [y[0], (y[1] - 0.5 * y[0]) / Math.exp(0.7 * Math.tanh(y[0]))]',
    logDetJacobian: '(x) => 0.7 * Math.tanh(x[0])',
  },
  {
    plan: { kind: 'coupling', from: 1, to: 0, rate: 0.6, factor: -0.8 },
    forward: '(x) => [x[0] * Math.exp(0.6 * Math.tanh(x[1])) - 0.8 * x[1], x[1]]',
    inverse: '(y) => [(y[0] + 0.8 * y[1]) / Math.exp(0.6 * Math.tanh(y[1])), y[1]]',
    logDetJacobian: '(x) => 0.6 * Math.tanh(x[1])',
  },
];

/** Three flows of the line, of which the second stretches more, the farther out. */
const LINE: readonly Flow[] = [
  {
    plan: { kind: 'affine', scale: [0.9], shift: [0.4] },
    forward: '(x) => [0.9 * x[0] + 0.4]',
    inverse: '(y) => [(y[0] - 0.4) / 0.9]',
    logDetJacobian: '() => Math.log(0.9)',
  },
  {
    plan: { kind: 'sinh' },
    forward: '(x) => [Math.sinh(x[0])]',
    inverse: '(y) => [Math.asinh(y[0])]',
    logDetJacobian: '(x) => Math.log(Math.cosh(x[0]))',
  },
  {
    plan: { kind: 'affine', scale: [-0.5], shift: [0.5] },
    forward: '(x) => [-0.5 * x[0] + 0.5]',
    inverse: '(y) => [(y[0] - 0.5) / -0.5]',
    logDetJacobian: '() => Math.log(0.5)',
  },
];

/** A circle, and two of its radii that tell which side is which. */
const CIRCLE: readonly Point[] = range(0, 2 * Math.PI, 41).map((angle) => [Math.cos(angle), Math.sin(angle)]);
const RADII: readonly (readonly Point[])[] = [
  range(0, 1, 6).map((radius) => [radius, 0]),
  range(0, 1, 6).map((radius) => [0, radius]),
];
const SHAPES = [CIRCLE, ...RADII];
/** Points of the circle that are compared with the reference. */
const MARKED = CIRCLE.slice(0, -1).filter((_, k) => k % 4 === 0);

const STEPS = ['T₁', 'T₂ ∘ T₁', 'T₃ ∘ T₂ ∘ T₁'];
const VIEW: readonly [Domain, Domain] = [
  [-1.8, 2.8],
  [-1.6, 3],
];

/** Where points go from flow to flow and back, and what becomes of a density. */
export const figures: readonly Figure[] = [
  {
    id: '03.path',
    title: 'A circle on its way through three flows',
    functions: ['forward'],
    draw(bench) {
      const student = studentOf<Composition>(bench);
      const flows = handed(PLANE, 2);
      const right = PLANE.map((_, k) => MARKED.map((point) => askPoint(bench, PLANE.slice(0, k + 1), point)));
      const after = PLANE.map((_, k) =>
        SHAPES.map((points) => points.map((point) => pointOf(student.forward(flows.slice(0, k + 1), point)))),
      );
      const states = [SHAPES, ...after];
      const pathOf = (points: readonly (Point | undefined)[]) =>
        points.map((point) => pointInWords(pointOf(point ?? []))).join(', then ');
      return {
        description:
          'The unit circle with two radii after one, two and three flows: a stretching, and two couplings that bend one ' +
          `coordinate by the other. The point (1, 0) goes by your forward to ${pathOf(after.map((shapes) => shapes[0]?.[0]))}; ` +
          `by the reference to ${pathOf(right.map(([point]) => point))}.`,
        panels: after.map((now, k): Panel => {
          const [x, y] = domainsFor(VIEW, now.flat());
          return {
            title: `After ${STEPS[k]}`,
            x: { label: 'first coordinate', domain: x },
            y: { label: 'second coordinate', domain: y },
            equal: true,
            marks: [
              ...lines(states[k] as Point[][], 'before', 'before this flow'),
              ...lines(now, 'yours', 'your forward'),
              { kind: 'dots', role: 'reference', label: 'where it should be', points: right[k] as Point[] },
            ],
          };
        }),
      };
    },
  },
  {
    id: '03.back',
    title: 'The way back to the circle',
    functions: ['inverse'],
    draw(bench) {
      const student = studentOf<Composition>(bench);
      const flows = handed(PLANE, 2);
      const ends = MARKED.map((point) => askPoint(bench, PLANE, point));
      const returned = ends.map((point) => pointOf(student.inverse(flows, point)));
      const [x, y] = domainsFor(VIEW, returned);
      const off = offBy(largestGap(returned.flat(), MARKED.flat()));
      return {
        description:
          `${ends.length} points to which the reference carries points of the unit circle by three flows, and where your inverse ` +
          `carries each of them, joined by thin lines. They should lie on the dotted circle; your inverse ${off}.`,
        panels: [
          {
            x: { label: 'first coordinate', domain: x },
            y: { label: 'second coordinate', domain: y },
            equal: true,
            marks: [
              ...lines(SHAPES, 'before', 'the circle'),
              ...ends.map(
                (point, k) => ({ kind: 'line', role: 'aid', points: [point, returned[k] as Point] }) as const,
              ),
              { kind: 'dots', role: 'reference', label: 'T₃(T₂(T₁(x))), by the reference', points: ends },
              { kind: 'dots', role: 'yours', label: 'your inverse of it', points: returned },
            ],
          },
        ],
      };
    },
  },
  {
    id: '03.density',
    title: 'Three flows of the line: how they stretch, and the density behind them',
    functions: ['logDetJacobian', 'logDensity'],
    draw(bench) {
      const student = studentOf<Composition>(bench);
      const flows = handed(LINE, 1);
      const normal = callback('(x) => -0.5 * (x[0] * x[0] + Math.log(2 * Math.PI))', [array(number, 1)]);
      const plans = LINE.map(({ plan }) => plan);
      const ask = (quantity: string, point: number) => bench.oracle.ask(quantity, [plans, [point]]);

      const xs = range(-2.5, 2.5, 41);
      const logDets = xs.map((x) => student.logDetJacobian(flows, [x]));
      const rightLogDets = xs.map((x) => ask('composition.logDetJacobian', x) as number);

      const ys = range(-3, 2.5, 56);
      const densities = ys.map((y) => Math.exp(student.logDensity(flows, normal, [y])));
      const rightDensities = ys.map((y) => {
        const x = firstOf(ask('composition.inverse', y) as Vector);
        return normalDensity(x) * Math.exp(ask('composition.logAbsDetInverse', y) as number);
      });
      return {
        description:
          'Three flows of the line, x ↦ 0.9·x + 0.4, then sinh, then x ↦ −0.5·x + 0.5. Left, log |det J| of the whole, ' +
          'which grows to both sides, because sinh stretches more, the farther out; right, the density that N(0, 1) ' +
          'becomes: a high bump with a long tail to the left. ' +
          `Your log |det J| ${offBy(largestGap(logDets, rightLogDets))}, your density ` +
          `${offBy(largestGap(densities, rightDensities))}.`,
        panels: [
          {
            title: 'The stretching at x',
            x: { label: 'x', domain: [-2.5, 2.5] },
            y: { label: 'log |det J|', domain: domainFor([-1.5, 2.5], logDets) },
            marks: [
              { kind: 'rule', role: 'aid', across: 'y', at: 0 },
              { kind: 'line', role: 'yours', label: 'your logDetJacobian', points: over(xs, logDets) },
              { kind: 'line', role: 'reference', label: 'of the reference', points: over(xs, rightLogDets) },
            ],
          },
          {
            title: 'The density at y',
            x: { label: 'y', domain: [-3, 2.5] },
            y: { label: 'density', domain: domainFor([0, 1], densities) },
            marks: [
              {
                kind: 'line',
                role: 'before',
                label: 'p₀ = N(0, 1)',
                points: over(
                  ys,
                  ys.map((x) => normalDensity(x)),
                ),
              },
              { kind: 'line', role: 'yours', label: 'your exp(logDensity)', points: over(ys, densities) },
              { kind: 'line', role: 'reference', label: 'of the reference', points: over(ys, rightDensities) },
            ],
          },
        ],
      };
    },
  },
];

/** The flows as student code is handed them. */
function handed(flows: readonly Flow[], dimension: number) {
  const takes = [array(number, dimension)];
  return flows.map(({ forward, inverse, logDetJacobian }) => ({
    forward: callback(forward, takes),
    inverse: callback(inverse, takes),
    logDetJacobian: callback(logDetJacobian, takes),
  }));
}

function askPoint({ oracle }: Bench, flows: readonly Flow[], point: Point): Point {
  return pointOf(oracle.ask('composition.forward', [flows.map(({ plan }) => plan), point]) as Vector);
}

function lines(shapes: readonly (readonly Point[])[], role: 'before' | 'yours', label: string) {
  return shapes.map((points) => ({ kind: 'line', role, label, points }) as const);
}

function over(places: Vector, values: Vector): Point[] {
  return places.map((place, k) => [place, values[k] as number]);
}
