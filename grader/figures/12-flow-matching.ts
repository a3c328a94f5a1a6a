import { studentOf } from '../checks/student.ts';
import type { Figure, Point } from '../model/figure.ts';
import { extent, histogram, normalDensity } from './extent.ts';
import { range } from './sampling.ts';
import { inWords } from './words.ts';

interface Matching {
  gaussianVelocity(x: number, t: number, mean: number, std: number): number;
}

const [MEAN, STD] = [2, 0.5];
const STEPS = 32;
const PARTICLES = 2000;
const BINS = 40;
/** Where velocities are asked for: enough columns for a field that bends. */
const XS = range(-4, 5, 13);
const TIMES = Array.from({ length: STEPS }, (_, k) => k / STEPS);
const STARTS = range(-2.5, 2.5, 6);
/** Of the times, those whose velocities are drawn as arrows. */
const EVERY = 4;
/** How long an arrow is, in t. */
const LENGTH = 0.1;

/** The field of the marginal velocity, its paths, and where they arrive. */
export const figures: readonly Figure[] = [
  {
    id: '12.transport',
    title: `The marginal velocity, which carries N(0, 1) to N(${MEAN}, ${STD}²)`,
    functions: ['gaussianVelocity'],
    draw(bench) {
      const { gaussianVelocity } = studentOf<Matching>(bench);
      const velocities = TIMES.map((t) => XS.map((x) => gaussianVelocity(x, t, MEAN, STD)));
      const follow = (x0: number): Point[] => {
        let x = x0;
        return [
          [0, x],
          ...TIMES.map((t, k): Point => {
            x += interpolate(velocities[k] as number[], x) / STEPS;
            return [t + 1 / STEPS, x];
          }),
        ];
      };
      const arrivals = Array.from({ length: PARTICLES }, () => follow(bench.random.normal()).at(-1)?.[1] as number);
      const paths = STARTS.map(follow);
      const arrows = TIMES.flatMap((t, k) =>
        k % EVERY === 0
          ? XS.map((x, j): [Point, Point] => [
              [t, x],
              [t + LENGTH, x + LENGTH * (velocities[k]?.[j] as number)],
            ])
          : [],
      );
      const ends = paths.map((path) => path.at(-1)?.[1] as number);
      const room = extent([-3.5, 4.5], ends, 0.5);
      const bars = histogram(arrivals, room, BINS);
      const { mean, deviation } = momentsOf(arrivals);
      return {
        description:
          `Arrows: your velocity over t and x; lines: ${STARTS.length} paths along it in ${STEPS} Euler steps. ${PARTICLES} points of ` +
          `N(0, 1) arrive with mean ${inWords(mean)} and standard deviation ${inWords(deviation)}; those of x1 are ${MEAN} and ${STD}.`,
        panels: [
          {
            title: 'Velocity and paths',
            x: { label: 't', domain: [0, 1] },
            y: { label: 'x', domain: room },
            marks: [
              {
                kind: 'arrows',
                role: 'aid',
                label: 'your velocity',
                arrows: arrows.filter((ends) => areIn(ends, room)),
              },
              ...paths.map((points) => ({ kind: 'line', role: 'yours', label: 'your paths', points }) as const),
              ...STARTS.map(
                (x0) =>
                  ({
                    kind: 'line',
                    role: 'reference',
                    label: 'exact paths',
                    points: range(0, 1, 21).map((t): Point => [t, exactPath(x0, t)]),
                  }) as const,
              ),
            ],
          },
          {
            title: 'What arrives at t = 1',
            x: { label: 'x', domain: room },
            y: {
              label: 'density',
              domain: extent(
                [0, 1],
                bars.map(([, , height]) => height),
              ),
            },
            marks: [
              {
                kind: 'line',
                role: 'before',
                label: 'N(0, 1), at t = 0',
                points: range(...room, 81).map((x) => [x, normalDensity(x)]),
              },
              {
                kind: 'bars',
                role: 'yours',
                label: 'where your paths arrive',
                bars: bars.filter(([, , height]) => height > 0),
              },
              {
                kind: 'line',
                role: 'reference',
                label: `N(${MEAN}, ${STD}²)`,
                points: range(...room, 161).map((x) => [x, normalDensity(x, MEAN, STD)]),
              },
            ],
          },
        ],
      };
    },
  },
];

/** Between the points of the grid by a straight line, and beyond its ends by the outermost ones. */
function interpolate(values: readonly number[], x: number): number {
  const width = (XS[1] as number) - (XS[0] as number);
  const place = (x - (XS[0] as number)) / width;
  if (!Number.isFinite(place)) return Number.NaN;
  const cell = Math.min(XS.length - 2, Math.max(0, Math.floor(place)));
  const [from, to] = [values[cell] as number, values[cell + 1] as number];
  return from + (place - cell) * (to - from);
}

/** t·mean + √v·x0, with v the variance of x_t. */
function exactPath(x0: number, t: number): number {
  return t * MEAN + Math.sqrt((1 - t) ** 2 + (t * STD) ** 2) * x0;
}

function areIn(ends: readonly Point[], [low, high]: readonly [number, number]): boolean {
  return ends.every(([t, x]) => t >= 0 && t <= 1 && x >= low && x <= high);
}

function momentsOf(values: readonly number[]): { readonly mean: number; readonly deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}
