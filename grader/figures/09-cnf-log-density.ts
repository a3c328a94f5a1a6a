import { studentOf } from '../checks/student.ts';
import type { Bench } from '../model/exercise.ts';
import type { Figure, Panel, Point } from '../model/figure.ts';
import { array, Callback, number, type Vector, type VelocityField } from '../model/value.ts';
import { extent, normalDensity } from './extent.ts';
import { range } from './sampling.ts';
import { inWords } from './words.ts';

interface Cnf {
  logDensity(
    u: VelocityField,
    divergence: (x: Vector, t: number) => number,
    logBaseDensity: (x: Vector) => number,
    y: Vector,
    steps: number,
  ): number;
}

/** A field in one dimension, with what it makes of N(0, 1). */
interface Flow {
  readonly title: string;
  readonly u: (x: number, t: number) => number;
  readonly divergence: (x: number, t: number) => number;
  readonly texts: readonly [u: string, divergence: string];
  readonly ys: readonly number[];
  /** How high the panel is. */
  readonly top: number;
  exact(bench: Bench, y: number): number;
}

const HALF_LOG_2PI = 0.9189385332046727;
const SLOPE = 0.7;
const [FEW, MANY] = [4, 16];

const LINEAR: Flow = {
  title: `u(x, t) = ${SLOPE}·x`,
  u: (x) => SLOPE * x,
  divergence: () => SLOPE,
  texts: [`${SLOPE} * x[0]`, `${SLOPE}`],
  ys: range(-5.5, 5.5, 33),
  top: 0.42,
  exact: (bench, y) => Math.exp(bench.oracle.ask('augmented.linearLogDensity', [[[SLOPE]], [y]]) as number),
};

const SPLITTING: Flow = {
  title: 'u(x, t) = 6t·x/(1 + x²)',
  u: (x, t) => (6 * t * x) / (1 + x * x),
  divergence: (x, t) => (6 * t * (1 - x * x)) / ((1 + x * x) * (1 + x * x)),
  texts: ['6 * t * x[0] / (1 + x[0] * x[0])', '6 * t * (1 - x[0] * x[0]) / ((1 + x[0] * x[0]) * (1 + x[0] * x[0]))'],
  ys: range(-4, 4, 41),
  top: 0.45,
  // A second coordinate gathers the divergence: from 0 in y back to t = 0, so that it is −∫ div u there. Both sides are alike.
  exact(bench, y) {
    const back = bench.oracle.ask('ode.flow', [this.texts, [Math.abs(y), 0], 1, 0]);
    const [x0, gathered] = back as [number, number];
    return normalDensity(x0) * Math.exp(gathered);
  },
};

/** The densities that two flows make of a Gaussian. */
export const figures: readonly Figure[] = [
  {
    id: '09.densities',
    title: 'The densities that two fields make of N(0, 1)',
    functions: ['logDensity'],
    draw(bench) {
      const linear = drawFlow(bench, LINEAR);
      const splitting = drawFlow(bench, SPLITTING);
      return {
        description:
          `N(0, 1) follows a field from t = 0 to 1; exp(log p₁) by your ODE steps, and exactly. ` +
          `${LINEAR.title} spreads it out: the height at 0 is ${linear.words}. ` +
          `${SPLITTING.title} parts it in two: at 0 there is left ${splitting.words}.`,
        panels: [linear.panel, splitting.panel],
      };
    },
  },
];

function drawFlow(bench: Bench, flow: Flow): { readonly panel: Panel; readonly words: string } {
  const { logDensity } = studentOf<Cnf>(bench);
  const takes = [array(number, 1), number];
  const [uText, divergenceText] = flow.texts;
  const u = new Callback(`(x, t) => [${uText}]`, takes, ([x]: [number], t: number) => [flow.u(x, t)]);
  const divergence = new Callback(`(x, t) => ${divergenceText}`, takes, ([x]: [number], t: number) =>
    flow.divergence(x, t),
  );
  const base = new Callback(
    `(x) => -0.5 * x[0] * x[0] - ${HALF_LOG_2PI}`,
    [array(number, 1)],
    ([x]: [number]) => -0.5 * x * x - HALF_LOG_2PI,
  );
  const yours = (ys: readonly number[], steps: number) =>
    ys.map((y): Point => [y, Math.exp(logDensity(u, divergence, base, [y], steps))]);
  const exact = flow.ys.map((y): Point => [y, flow.exact(bench, y)]);
  // Enough dots to tell them from a line; the middle is among them.
  const some = flow.ys.filter((_, index) => index % 2 === 0);
  const [few, many] = [yours(some, FEW), yours(flow.ys, MANY)];
  const [left, right] = [flow.ys[0] as number, flow.ys.at(-1) as number];
  const heightAt0 = (points: readonly Point[]) => points[(points.length - 1) / 2]?.[1];
  return {
    words:
      `${inWords(heightAt0(exact), 3)}, yours is ${inWords(heightAt0(many), 3)} with ${MANY} steps and ` +
      `${inWords(heightAt0(few), 3)} with ${FEW}; the area under yours, which should be 1, is ${inWords(area(many))} and ${inWords(area(few))}`,
    panel: {
      title: flow.title,
      x: { label: 'y', domain: [left, right] },
      y: {
        label: 'density',
        domain: extent(
          [0, flow.top],
          [...few, ...many].map(([, height]) => height),
        ),
      },
      marks: [
        {
          kind: 'line',
          role: 'before',
          label: 'N(0, 1), at t = 0',
          points: range(left, right, 61).map((x) => [x, normalDensity(x)]),
        },
        { kind: 'dots', role: 'yours', label: `yours, ${FEW} steps`, points: few },
        { kind: 'line', role: 'yours', label: `yours, ${MANY} steps`, points: many },
        { kind: 'line', role: 'reference', label: 'exact', points: exact },
      ],
    },
  };
}

/** By the trapezoidal rule. */
function area(points: readonly Point[]): number {
  return points.slice(1).reduce((sum, [x, height], i) => {
    const [before, heightBefore] = points[i] as Point;
    return sum + ((x - before) * (height + heightBefore)) / 2;
  }, 0);
}
