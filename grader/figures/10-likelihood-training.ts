import { studentOf } from '../checks/student.ts';
import { Failure } from '../model/exercise.ts';
import type { Drawing, Figure, Panel, Point } from '../model/figure.ts';
import type { Random } from '../model/random.ts';
import { Callback, Labelled, type Vector } from '../model/value.ts';
import { extent, histogram, normalDensity } from './extent.ts';
import { grid, range } from './sampling.ts';
import { inWords } from './words.ts';

type AffineParameters = { readonly logScale: number; readonly shift: number };

type PlanarLayer = { readonly a: Vector; readonly b: Vector; readonly c: number };

interface Training {
  meanNegativeLogLikelihood(parameters: AffineParameters, data: Vector): number;
  train(data: Vector, options: unknown): { readonly parameters: AffineParameters; readonly losses: Vector };
  planarMeanNegativeLogLikelihood(layers: readonly PlanarLayer[], data: readonly Vector[]): number;
  fitPlanarFlow(data: readonly Vector[], layerCount: number, rng: () => number): readonly PlanarLayer[];
}

// ── The affine flow ─────────────────────────────────────────────────────────────────────────────────────────────────

const OBSERVATIONS = 200;
const OPTIONS = { initial: { logScale: 0.5, shift: 0 }, learningRate: 0.1, steps: 80 };
const VIEW = [-3, 7] as const;

// ── The planar flow ─────────────────────────────────────────────────────────────────────────────────────────────────

/** The distribution of the exercise: four clusters of deviation 1 at the corners of a turned square, and two layers. */
const OFFSET = 1.8;
const POINTS = 250;
const LAYERS = 2;
/** What its README says of −log p: the best Gaussian's mean, and the distribution's own. */
const [BEST_GAUSSIAN, ENTROPY] = [4.28, 4.04];

const EDGE = 4.8;
const CELLS = 17;
/** A little more than the distribution's highest density. */
const TOP = 0.05;
/** Below this share of it a cell is left white. */
const FAINT = 0.04;

/** How training descends, and what it fits. */
export const figures: readonly Figure[] = [
  {
    id: '10.descent',
    title: 'Gradient descent of an affine flow',
    functions: ['train', 'meanNegativeLogLikelihood'],
    draw(bench) {
      const { train, meanNegativeLogLikelihood } = studentOf<Training>(bench);
      const data = Array.from({ length: OBSERVATIONS }, () => 2 + 1.3 * bench.random.normal());
      const mean = data.reduce((sum, y) => sum + y, 0) / data.length;
      const deviation = Math.sqrt(data.reduce((sum, y) => sum + (y - mean) ** 2, 0) / data.length);
      const best = Math.log(deviation) + (1 + Math.log(2 * Math.PI)) / 2;
      const exact = bench.oracle.ask('training.affineDescent', [data, OPTIONS]) as { losses: Vector };

      const named = new Labelled(data, 'data');
      const { parameters, losses } = train(named, OPTIONS);
      const ys = range(...VIEW, 61);
      const density = (of: AffineParameters) =>
        ys.map((y): Point => [y, Math.exp(-meanNegativeLogLikelihood(of, [y]))]);
      const [before, after] = [density(OPTIONS.initial), density(parameters)];
      const bars = histogram(data, VIEW, 25);
      const { steps } = OPTIONS;
      const yours = losses.slice(0, steps + 1);
      const isRightLength = losses.length === steps + 1;
      return {
        description:
          `${OBSERVATIONS} observations with mean ${inWords(mean)} and deviation ${inWords(deviation)}; ${steps} steps at learning rate ` +
          `${OPTIONS.learningRate}. Your loss goes from ${inWords(losses[0], 3)} to ${inWords(losses.at(-1), 3)}` +
          `${isRightLength ? '' : ` in ${losses.length} losses where there should be ${steps + 1}`}; the least possible is ` +
          `${inWords(best, 3)}. Your flow ends with shift ${inWords(parameters.shift)} and scale ${inWords(Math.exp(parameters.logScale))}.`,
        panels: [
          {
            title: 'The loss',
            x: { label: 'step', domain: [0, steps] },
            y: { label: 'nats per observation', domain: extent([best - 0.15, exact.losses[0] as number], yours, 0.5) },
            marks: [
              { kind: 'rule', role: 'aid', across: 'y', at: best, label: 'the least possible loss' },
              { kind: 'line', role: 'yours', label: 'your losses', points: yours.map((loss, step) => [step, loss]) },
              {
                kind: 'line',
                role: 'reference',
                label: 'losses of exact gradients',
                points: exact.losses.map((loss, step) => [step, loss]),
              },
            ],
          },
          {
            title: 'The density',
            x: { label: 'y', domain: VIEW },
            y: {
              label: 'density',
              domain: extent(
                [0, 0.45],
                [...before, ...after].map(([, height]) => height),
              ),
            },
            marks: [
              { kind: 'bars', role: 'data', label: 'the data', bars: bars.filter(([, , height]) => height > 0) },
              { kind: 'line', role: 'before', label: 'your density before training', points: before },
              { kind: 'line', role: 'yours', label: 'your density after it', points: after },
              {
                kind: 'line',
                role: 'reference',
                label: 'the likeliest Gaussian',
                points: ys.map((y) => [y, normalDensity(y, mean, deviation)]),
              },
            ],
          },
        ],
      };
    },
  },
  {
    id: '10.clusters',
    title: 'The planar flow that you fit to four clusters',
    functions: ['fitPlanarFlow', 'planarMeanNegativeLogLikelihood'],
    fuel: 6e7,
    draw(bench): Drawing {
      const { fitPlanarFlow, planarMeanNegativeLogLikelihood } = studentOf<Training>(bench);
      const centers = drawCenters(bench.random);
      const points = Array.from({ length: POINTS }, (): Point => {
        const [x, y] = bench.random.pick(centers);
        return [x + bench.random.normal(), y + bench.random.normal()];
      });
      const rng = new Callback('rng', [], () => bench.random.uniform());
      const data = new Labelled(points, 'data');
      const layers = fitPlanarFlow(data, LAYERS, rng);
      // Every one of hundreds of calls is handed the layers.
      if (layers.length !== LAYERS || layers.some(({ a, b }) => a.length !== 2 || b.length !== 2)) {
        throw new Failure({ message: `fitPlanarFlow should return ${LAYERS} layers of two dimensions` });
      }
      const fitted = new Labelled(layers, 'layers');

      const squares = grid([-EDGE, EDGE], [-EDGE, EDGE], CELLS);
      const area = ((2 * EDGE) / CELLS) ** 2;
      const show = (layers: Labelled, title: string) => {
        const densities = squares.map(({ center }) => Math.exp(-planarMeanNegativeLogLikelihood(layers, [center])));
        const cells = squares.flatMap(({ corners }, index) => {
          const value = densities[index] as number;
          return value > FAINT * TOP ? [{ corners, value: Math.min(value, TOP) }] : [];
        });
        const panel: Panel = {
          title,
          x: { label: 'y₁', domain: [-EDGE, EDGE] },
          y: { label: 'y₂', domain: [-EDGE, EDGE] },
          equal: true,
          color: { label: `density`, domain: [0, TOP] },
          marks: [
            { kind: 'cells', cells },
            { kind: 'dots', role: 'data', label: 'some of the data', points: points.slice(0, 50) },
            ...centers.map(
              (center) =>
                ({
                  kind: 'line',
                  role: 'reference',
                  label: 'the clusters, up to one deviation',
                  points: circle(center),
                }) as const,
            ),
          ],
        };
        return {
          panel,
          sum: densities.reduce((sum, density) => sum + density * area, 0),
          loss: planarMeanNegativeLogLikelihood(layers, data),
        };
      };
      const before = show(new Labelled([], '[]'), 'Before: no layers, N(0, I)');
      const after = show(fitted, 'After: your layers');
      return {
        description:
          `Four clusters at the corners of a square, and the density under your layers. The mean of −log p over the data is ` +
          `${inWords(before.loss)} without layers and ${inWords(after.loss)} with yours; about ${BEST_GAUSSIAN} is the best Gaussian’s, and ` +
          `${ENTROPY} the distribution’s own. In the square your density adds up to ${inWords(after.sum)}, which should be about 1.`,
        panels: [before.panel, after.panel],
      };
    },
  },
];

/** The clusters' centres: the corners of a square, turned by the direction of a point of the unit disc. */
function drawCenters(random: Random): Point[] {
  for (;;) {
    const [x, y] = [2 * random.uniform() - 1, 2 * random.uniform() - 1];
    const length = Math.sqrt(x * x + y * y);
    if (length === 0 || length > 1) continue;
    const [cos, sin] = [(OFFSET * x) / length, (OFFSET * y) / length];
    return [
      [cos - sin, sin + cos],
      [-cos - sin, -sin + cos],
      [-cos + sin, -sin - cos],
      [cos + sin, sin - cos],
    ];
  }
}

function circle([x, y]: Point): Point[] {
  return range(0, 2 * Math.PI, 25).map((angle) => [x + Math.cos(angle), y + Math.sin(angle)]);
}
