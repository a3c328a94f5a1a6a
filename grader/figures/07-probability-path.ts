import { callback } from '../checks/callbacks.ts';
import { studentOf } from '../checks/student.ts';
import type { Figure, Mark, Panel, Point } from '../model/figure.ts';
import { array, number, type Value, type Vector } from '../model/value.ts';
import { clamp, type Domain, domainFor, extentOf, firstOf } from './answers.ts';
import { grid, range } from './sampling.ts';
import { inWords } from './words.ts';

type Path = {
  flowMap(u: unknown, x: Vector, t: number, steps: number): number[];
  divergence(u: unknown, x: Vector, t: number): number;
  continuityResidual(density: unknown, u: unknown, x: Vector, t: number): number;
};

// ── The path from one bump to two ───────────────────────────────────────────────────────────────────────────────────

/** The velocity whose flow parts N(0, 1) into two bumps of variance 0.2 at ±2. */
const PARTING =
  '(x, t, v = (1 - t) ** 2 + 0.2 * t * t, s = Math.tanh(2 * t * x[0] / v)) => ' +
  '[2 * s + (1.2 * t - 1) / v * (x[0] - 2 * t * s)]';
const TIMES = [0, 0.25, 0.5, 0.75, 1];
const STEPS_A_QUARTER = 4;
/** How far out the outermost points start. */
const REACH = 2.8;
/** How high a density is drawn, in units of time. */
const RIDGE = 0.6;
const SPREAD: Domain = [-4, 4];

// ── A bump that moves and shrinks ───────────────────────────────────────────────────────────────────────────────────

const MEAN = '1.5 * t';
const VARIANCE = '(1 - 0.5 * t) * (1 - 0.5 * t)';
const DENSITY = `(x, t, v = ${VARIANCE}) => Math.exp(-((x[0] - ${MEAN}) ** 2) / (2 * v)) / Math.sqrt(2 * Math.PI * v)`;
/** Moves the bump and makes it shrink; moves it alone. */
const CARRYING = `1.5 - 0.5 / (1 - 0.5 * t) * (x[0] - ${MEAN})`;
const MOVING = '1.5';
const PLACES: Domain = [-2, 3];
const CELLS = 11;

/** A path of densities and the flow that makes it, and the equation that ties them together. */
export const figures: readonly Figure[] = [
  {
    id: '07.path',
    title: 'Points on their way, and the density that they make up',
    functions: ['flowMap'],
    draw(bench) {
      const student = studentOf<Path>(bench);
      const u = callback(PARTING, [array(number, 1), number]);
      // Closer together in the middle, where the flow pulls them apart.
      const starts = range(-1, 1, 29).map((place) => REACH * place * Math.abs(place));
      const carried = TIMES.map((t) =>
        starts.map((x) => firstOf(student.flowMap(u, [x], t, Math.max(1, 4 * t * STEPS_A_QUARTER)))),
      );
      const domain = domainFor(SPREAD, carried.slice(1).flat());
      const places = range(...SPREAD, 81);
      const ridges = TIMES.flatMap((t, k): Mark[] => [
        {
          kind: 'band',
          role: 'reference',
          label: 'p at t',
          points: places.map((x) => [x, t, t + RIDGE * partingDensity(x, t)]),
        },
        {
          kind: 'line',
          role: 'yours',
          label: 'the density of your points',
          points: ridgeOf(starts, carried[k] as Vector, t),
        },
      ]);
      const reaches = carried.map((row) =>
        extentOf(row)
          .map((end) => inWords(end))
          .join(' to '),
      );
      const inside = (carried.at(-1) as Vector).filter((x) => Math.abs(x) < 1).length;
      return {
        description:
          `${starts.length} points from −2.8 to 2.8 at t = 0, carried by your flowMap to t = ¼, ½, ¾ and 1; over ` +
          'each row the density that they make up, where neighbours keep what lies between them, and shaded the right one, ' +
          'which parts from one bump into two, at −2 and 2. Your points reach ' +
          `${reaches
            .slice(1)
            .map((reach) => `from ${reach}`)
            .join(', then ')}; at t = 1, ${inside} of them lie between −1 and 1.`,
        panels: [
          {
            x: { label: 'x', domain },
            y: { label: 't, and over it p', domain: [-0.1, 1.5] },
            marks: [
              ...starts.map(
                (_, i) =>
                  ({
                    kind: 'line',
                    role: 'aid',
                    label: 'paths',
                    points: TIMES.map((t, k): Point => [(carried[k] as Vector)[i] as number, t]),
                  }) as const,
              ),
              ...ridges,
              {
                kind: 'dots',
                role: 'data',
                label: 'points, by your flowMap',
                points: TIMES.flatMap((t, k) => (carried[k] as Vector).map((x): Point => [x, t])),
              },
            ],
          },
        ],
      };
    },
  },
  {
    id: '07.residual',
    title: 'The residual of the continuity equation',
    functions: ['continuityResidual'],
    draw(bench) {
      const student = studentOf<Path>(bench);
      const takes = [array(number, 1), number];
      const density = callback(DENSITY, takes);
      const at = grid(PLACES, [0, 1], CELLS);
      const residualsOf = (velocity: string) => {
        const u = callback(`(x, t) => [${velocity}]`, takes);
        return at.map(({ center: [x, t] }) => student.continuityResidual(density, u, [x], t));
      };
      const [belonging, other] = [residualsOf(CARRYING), residualsOf(MOVING)];
      const right = at.map(({ center: [x, t] }) => {
        const question: Value[] = [[MEAN], VARIANCE, [MOVING], [x], t];
        return bench.oracle.ask('continuity.gaussianResidual', question) as number;
      });
      const [low, high] = extentOf(right);
      const domain: Domain = [Math.min(low, -high), Math.max(high, -low)];
      const panel = (title: string, values: readonly number[]): Panel => ({
        title,
        x: { label: 'x', domain: PLACES },
        y: { label: 't', domain: [0, 1] },
        color: { label: '∂ₜp + div(u·p)', domain },
        marks: [
          {
            kind: 'cells',
            cells: at.map(({ corners }, k) => ({ corners, value: clamp(values[k] as number, domain) })),
          },
          // The mean of the bump.
          {
            kind: 'line',
            role: 'aid',
            label: 'the middle of p',
            points: [
              [0, 0],
              [1.5, 1],
            ],
          },
        ],
      });
      const largest = belonging.reduce((most, value) => (Math.abs(value) <= most ? most : Math.abs(value)), 0);
      const [least, most] = extentOf(other);
      return {
        description:
          'The residual ∂ₜp + div(u·p) over x and t for a bump p that moves to the right and shrinks. With the field that ' +
          `carries p along it should be 0 everywhere; the largest of yours is ${inWords(largest, 3)}. With a field that moves the bump ` +
          `but does not make it shrink, yours go from ${inWords(least)} to ${inWords(most)}, the reference’s from ` +
          `${inWords(low)} to ${inWords(high)}: more than 0 in the middle, where p gains more than that field brings, less on both sides.`,
        panels: [
          panel('Yours, u and p belong together', belonging),
          panel('Yours, they do not', other),
          panel('The reference, they do not', right),
        ],
      };
    },
  },
];

/** The density that PARTING's flow makes of N(0, 1) until t. */
function partingDensity(x: number, t: number): number {
  const variance = (1 - t) ** 2 + 0.2 * t * t;
  const bump = (mean: number) => Math.exp(-((x - mean) ** 2) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
  return (bump(-2 * t) + bump(2 * t)) / 2;
}

/** How much of N(0, 1) lies between two places, by Simpson's rule. */
function massBetween(from: number, to: number): number {
  const [left, middle, right] = [from, (from + to) / 2, to].map((x) => partingDensity(x, 0)) as [
    number,
    number,
    number,
  ];
  return ((left + 4 * middle + right) / 6) * (to - from);
}

/** The density of points that neighbours keep their mass between, drawn over t. */
function ridgeOf(starts: Vector, carried: Vector, t: number): Point[] {
  return starts.slice(1).map((end, i) => {
    const [start, from, to] = [starts[i] as number, carried[i] as number, carried[i + 1] as number];
    const mass = massBetween(start, end);
    return [(from + to) / 2, t + (RIDGE * mass) / Math.abs(to - from)];
  });
}
