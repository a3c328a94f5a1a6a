import { studentOf } from '../checks/student.ts';
import type { Bench } from '../model/exercise.ts';
import type { Figure, Panel, Point } from '../model/figure.ts';
import type { Vector } from '../model/value.ts';
import { clamp, type Domain, domainFor, domainsFor, largestGap } from './answers.ts';
import { histogram, normalDensity } from './extent.ts';
import { range } from './sampling.ts';
import { inWords, offBy } from './words.ts';

interface AffineModule {
  forward(x: number, map: unknown): number;
  inverse(y: number, map: unknown): number;
  logDensity(y: number, map: unknown): number;
  pushforward(normals: Vector, map: unknown): number[];
}

/** A map that squeezes, and one that stretches and turns around: the README's. */
const MAPS: readonly { readonly a: number; readonly b: number }[] = [
  { a: 0.5, b: -1 },
  { a: -2, b: 1 },
];

const SAMPLES = 400;
const BINS = 32;
const PLACES = 65;

/** What becomes of the normals and of their density, and the line that does it. */
export const figures: readonly Figure[] = [
  {
    id: '02.density',
    title: 'Samples of p₁, and its density',
    functions: ['pushforward', 'logDensity'],
    draw(bench) {
      const normals = Array.from({ length: SAMPLES }, () => bench.random.normal());
      const drawn = MAPS.map((map) => drawDensity(bench, normals, map));
      return {
        description:
          `${SAMPLES} samples of N(0, 1), carried by T, as a histogram, with your density over it, and p₀ dotted. ` +
          drawn.map(({ description }) => description).join(' '),
        panels: drawn.map(({ panel }) => panel),
      };
    },
  },
  {
    id: '02.line',
    title: 'Two lines T, and their inverses',
    functions: ['forward', 'inverse'],
    draw(bench) {
      const student = studentOf<AffineModule>(bench);
      const ends = [-3, 3];
      const lines = MAPS.map((map) => range(-3, 3, 13).map((x): Point => [x, student.forward(x, map)]));
      const right = MAPS.map((map) =>
        ends.map((x): Point => [x, bench.oracle.ask('affine.forward', [x, map]) as number]),
      );
      // From −2.4 deviations to +2.4.
      const heights = MAPS.map(({ a, b }) => range(-2.4, 2.4, 9).map((x) => a * x + b));
      const back = MAPS.flatMap((map, k) => (heights[k] as number[]).map((y): Point => [student.inverse(y, map), y]));
      const off = back.filter(([x, y], k) => {
        const { a, b } = MAPS[k < 9 ? 0 : 1] as (typeof MAPS)[number];
        return !(Math.abs(a * x + b - y) < 1e-6);
      });
      const [x, y] = domainsFor(
        [
          [-3, 3],
          [-6, 8],
        ],
        [...lines.flat(), ...back],
      );
      return {
        description:
          `The lines ${MAPS.map(nameOf).join(' and ')}: yours, the reference’s dashed over it, and as dots the points ` +
          `(T⁻¹(y), y) that your inverse finds for ${back.length} values of y. ` +
          (off.length === 0
            ? 'All of the dots lie on the lines.'
            : `${off.length} of the dots do not lie on the lines.`),
        panels: [
          {
            x: { label: 'x', domain: x },
            y: { label: 'y = T(x)', domain: y },
            marks: [
              ...lines.map((points) => ({ kind: 'line', role: 'yours', label: 'your T(x)', points }) as const),
              ...right.map((points) => ({ kind: 'line', role: 'reference', label: 'T(x)', points }) as const),
              { kind: 'dots', role: 'yours', label: 'your T⁻¹(y), at y', points: back },
            ],
          },
        ],
      };
    },
  },
];

function drawDensity(bench: Bench, normals: Vector, map: (typeof MAPS)[number]): { panel: Panel; description: string } {
  const student = studentOf<AffineModule>(bench);
  const samples = student.pushforward(normals, map);
  const { a, b } = map;
  const reach = 4 * Math.max(Math.abs(a), 1);
  const right: Domain = [b - reach, b + reach];
  const places = range(...right, PLACES);
  const yours = places.map((y) => Math.exp(student.logDensity(y, map)));
  const reference = places.map((y) => Math.exp(bench.oracle.ask('affine.logDensity', [y, map]) as number));
  const x = domainFor(right, samples);
  const y = domainFor([0, Math.abs(a) < 1 ? 1 : 0.5], yours);
  const over = (heights: readonly number[]) => places.map((place, k): Point => [place, heights[k] as number]);
  const off = offBy(largestGap(yours, reference), 3);
  return {
    panel: {
      title: nameOf(map),
      x: { label: 'y', domain: x },
      y: { label: 'density', domain: y },
      marks: [
        { kind: 'bars', role: 'data', label: 'samples, by your pushforward', bars: barsOf(samples, x, y) },
        { kind: 'line', role: 'before', label: 'p₀ = N(0, 1)', points: over(places.map((x) => normalDensity(x))) },
        { kind: 'line', role: 'yours', label: 'your exp(logDensity)', points: over(yours) },
        { kind: 'line', role: 'reference', label: 'p₁ of the reference', points: over(reference) },
      ],
    },
    description:
      `With ${nameOf(map)} the mean of your samples is ${inWords(meanOf(samples))}, the shift being ${inWords(b, 0)}; your ` +
      `density at y = ${inWords(b, 0)} is ${inWords(yours[(PLACES - 1) / 2] as number, 3)}, and should be ` +
      `${inWords(reference[(PLACES - 1) / 2] as number, 3)}; over all it ${off}.`,
  };
}

/** The samples' histogram, cut off at the panel's upper edge. */
function barsOf(samples: Vector, x: Domain, y: Domain): (readonly [number, number, number])[] {
  return histogram(samples, x, BINS).map(([from, to, height]) => [from, to, clamp(height, y)]);
}

function meanOf(samples: Vector): number {
  return samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
}

function nameOf({ a, b }: (typeof MAPS)[number]): string {
  return `T(x) = ${String(a).replace('-', '−')}·x ${b < 0 ? '−' : '+'} ${Math.abs(b)}`;
}
