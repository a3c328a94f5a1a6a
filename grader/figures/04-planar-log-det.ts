import { studentOf } from '../checks/student.ts';
import type { Figure, Point } from '../model/figure.ts';
import type { Vector } from '../model/value.ts';
import { grid, range } from './sampling.ts';

interface PlanarLayer {
  readonly a: Vector;
  readonly b: Vector;
  readonly c: number;
}

interface Planar {
  forward(x: Vector, layer: PlanarLayer): Vector;
  logDetJacobian(x: Vector, layer: PlanarLayer): number;
}

const LAYER = { a: [1.2, 0.9], b: [1.1, 0.6], c: 0.2 };
const EDGE = 2.4;
const LINES = 17;
const CELLS = 16;

/** How a planar layer bends a grid, and where it stretches. */
export const figures: readonly Figure[] = [
  {
    id: '04.grid',
    title: 'A grid, bent by a planar layer, and its log |det J|',
    functions: ['forward', 'logDetJacobian'],
    draw(bench) {
      const { forward, logDetJacobian } = studentOf<Planar>(bench);
      const send = (x: Vector) => forward(x, LAYER) as unknown as Point;
      const lines = range(-EDGE, EDGE, LINES).flatMap((fixed) => [
        range(-EDGE, EDGE, 33).map((free) => send([fixed, free])),
        range(-EDGE, EDGE, 33).map((free) => send([free, fixed])),
      ]);
      const cells = grid([-EDGE, EDGE], [-EDGE, EDGE], CELLS).map(({ center, corners }) => ({
        corners: corners.map(send),
        value: logDetJacobian(center, LAYER),
      }));
      const values = cells.map(({ value }) => value).filter(Number.isFinite);
      const [low, high] = [Math.min(...values), Math.max(...values)];
      return {
        description:
          `A square grid after x ↦ x + tanh(bᵀx + c)·a with a = [${LAYER.a}], b = [${LAYER.b}], c = ${LAYER.c}. It is pulled ` +
          `apart along one line; log |det J| goes from ${low.toFixed(2)} to ${high.toFixed(2)}.`,
        panels: [
          {
            x: { label: 'y₁' },
            y: { label: 'y₂' },
            equal: true,
            color: { label: 'log |det J|', domain: [Math.min(0, low), Math.max(0, high)] },
            marks: [
              { kind: 'cells', cells },
              ...lines.map((points) => ({ kind: 'line', role: 'aid', points }) as const),
            ],
          },
        ],
      };
    },
  },
];
