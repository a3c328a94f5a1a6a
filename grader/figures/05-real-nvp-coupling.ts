import { callback } from '../checks/callbacks.ts';
import { studentOf } from '../checks/student.ts';
import type { Figure, Point } from '../model/figure.ts';
import { array, number, type Vector } from '../model/value.ts';
import { clamp, type Domain, domainsFor, isIn, largestGap, pointOf } from './answers.ts';
import { grid, range } from './sampling.ts';
import { offBy } from './words.ts';

type Coupling = {
  forward(x: Vector, layer: unknown): number[];
  inverse(y: Vector, layer: unknown): number[];
  logDetJacobian(x: Vector, layer: unknown): number;
};

/** The networks of the layer, in the first coordinate. */
const SCALE = '0.4 * x[0]';
const SHIFT = '0.4 * x[0] * x[0] - 0.8';
const NETWORKS = { split: 1, scale: [SCALE], shift: [SHIFT] };

const EDGE = 2;
const HEIGHT = 1;
const CELLS = 10;
const LOG_DET: Domain = [-0.8, 0.8];
const VIEW: readonly [Domain, Domain] = [
  [-2.4, 2.4],
  [-2.2, 3.2],
];

/** What a coupling layer does to a grid, and how it is undone. */
export const figures: readonly Figure[] = [
  {
    id: '05.grid',
    title: 'A grid, warped by a coupling layer, and its log |det J|',
    functions: ['forward', 'logDetJacobian'],
    draw(bench) {
      const student = studentOf<Coupling>(bench);
      const layer = made();
      const send = (x: Vector) => pointOf(student.forward(x, layer));
      const ask = (x: Vector) => pointOf(bench.oracle.ask('coupling.forward', [x, NETWORKS]) as Vector);
      // Neighbouring cells share their corners.
      const sent = new Map<string, Point>();
      const sendOnce = (corner: Point) => {
        const key = corner.join();
        const point = sent.get(key) ?? send(corner);
        sent.set(key, point);
        return point;
      };
      const cells = grid([-EDGE, EDGE], [-HEIGHT, HEIGHT], CELLS).map(({ center, corners }) => ({
        center,
        corners: corners.map(sendOnce),
        logDet: student.logDetJacobian(center, layer),
      }));
      const [x, y] = domainsFor(VIEW, [...sent.values()]);
      const isShown = (point: Point) => isIn(x, point[0]) && isIn(y, point[1]);
      const xs = range(-EDGE, EDGE, 11);
      const edges = [-HEIGHT, HEIGHT].map((tail) => xs.map((head) => ask([head, tail])));
      const sides = [0, xs.length - 1].map((end) => edges.map((edge) => edge[end] as Point));
      const yours = [-HEIGHT, HEIGHT].flatMap((tail) => xs.flatMap((head) => sendOnce([head, tail])));
      const off = offBy(largestGap(yours.flat(), edges.flat(2)));
      const right = cells.filter(({ center, logDet }) => Math.abs(logDet - 0.4 * center[0]) < 1e-6).length;
      return {
        description:
          `A grid of ${CELLS} × ${CELLS} cells after the coupling layer y₁ = x₁, y₂ = x₂·exp(0.4·x₁) + 0.4·x₁² − 0.8, dashed ` +
          'where the reference puts its outline. Verticals stay where they are; on each of them the second coordinate is ' +
          `scaled and shifted. Your outline ${off}; log |det J| should be 0.4·x₁, brown ` +
          `on the left and green on the right, which yours is in ${right} of ${cells.length} cells.`,
        panels: [
          {
            x: { label: 'y₁', domain: x },
            y: { label: 'y₂', domain: y },
            equal: true,
            color: { label: 'log |det J|', domain: LOG_DET },
            marks: [
              {
                kind: 'cells',
                cells: cells
                  .filter(({ corners }) => corners.every(isShown))
                  .map(({ corners, logDet }) => ({ corners, value: clamp(logDet, LOG_DET) })),
              },
              ...cells.map(
                ({ corners }) => ({ kind: 'line', role: 'aid', points: [...corners, corners[0] as Point] }) as const,
              ),
              ...[...edges, ...sides].map(
                (points) =>
                  ({ kind: 'line', role: 'reference', label: 'the outline, by the reference', points }) as const,
              ),
            ],
          },
        ],
      };
    },
  },
  {
    id: '05.inverse',
    title: 'The warped rows, carried back',
    functions: ['inverse'],
    draw(bench) {
      const student = studentOf<Coupling>(bench);
      const layer = made();
      const rows = [-HEIGHT, 0, HEIGHT].map((tail) => range(-EDGE, EDGE, 9).map((head): Point => [head, tail]));
      const warped = rows.map((row) =>
        row.map((x) => pointOf(bench.oracle.ask('coupling.forward', [x, NETWORKS]) as Vector)),
      );
      const back = warped.flat().map((y) => pointOf(student.inverse(y, layer)));
      const [x, y] = domainsFor(VIEW, back);
      const off = offBy(largestGap(back.flat(), rows.flat(2)));
      return {
        description:
          'Three straight rows, warped by the layer of the reference (dashed): y₁ = x₁, y₂ = x₂·exp(0.4·x₁) + 0.4·x₁² − 0.8. ' +
          `The dots are where your inverse carries ${back.length} points of them. They should lie on the straight rows; ` +
          `your inverse ${off}.`,
        panels: [
          {
            x: { label: 'first coordinate', domain: x },
            y: { label: 'second coordinate', domain: y },
            equal: true,
            marks: [
              ...rows.map((points) => ({ kind: 'line', role: 'aid', label: 'straight rows', points }) as const),
              ...warped.map(
                (points) => ({ kind: 'line', role: 'reference', label: 'warped, by the reference', points }) as const,
              ),
              { kind: 'dots', role: 'yours', label: 'your inverse of the warped', points: back },
            ],
          },
        ],
      };
    },
  },
];

/** The layer as student code is handed it. */
function made() {
  const network = (text: string) => callback(`(head) => [${text.replaceAll('x[', 'head[')}]`, [array(number, 1)]);
  return { split: 1, scale: network(SCALE), shift: network(SHIFT) };
}
