import { studentOf } from '../checks/student.ts';
import type { Figure, Panel } from '../model/figure.ts';
import type { Vector } from '../model/value.ts';
import { clamp, type Domain, domainsFor, extentOf, largestGap, pointOf } from './answers.ts';
import { grid, range } from './sampling.ts';
import { inWords, offBy } from './words.ts';

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
const LINES = 13;
const CELLS = 12;

/** Where the square comes to lie, with some room around it. */
const VIEW: Domain = [-4, 4];

/** How a planar layer bends a grid, and where it stretches. */
export const figures: readonly Figure[] = [
  {
    id: '04.grid',
    title: 'A grid, bent by a planar layer, and its log |det J|',
    functions: ['forward', 'logDetJacobian'],
    draw(bench) {
      const { forward, logDetJacobian } = studentOf<Planar>(bench);
      const send = (x: Vector) => pointOf(forward(x, LAYER));
      const lines = range(-EDGE, EDGE, LINES).flatMap((fixed) => [
        range(-EDGE, EDGE, 25).map((free) => send([fixed, free])),
        range(-EDGE, EDGE, 25).map((free) => send([free, fixed])),
      ]);
      const cells = grid([-EDGE, EDGE], [-EDGE, EDGE], CELLS);
      const right = cells.map(({ center }) => bench.oracle.ask('planar.logDetJacobian', [center, LAYER]) as number);
      const yours = cells.map(({ center }) => logDetJacobian(center, LAYER));
      const colors = extentOf([...right, 0]);
      const corners = cells.map((cell) => cell.corners.map(send));
      const [x, y] = domainsFor([VIEW, VIEW], lines.flat());
      const panel = (title: string, values: readonly number[]): Panel => ({
        title,
        x: { label: 'y₁', domain: x },
        y: { label: 'y₂', domain: y },
        equal: true,
        color: { label: 'log |det J|', domain: colors },
        marks: [
          {
            kind: 'cells',
            cells: values.map((value, index) => ({ corners: corners[index] ?? [], value: clamp(value, colors) })),
          },
          ...lines.map((points) => ({ kind: 'line', role: 'aid', points }) as const),
        ],
      });
      const [least, most] = extentOf(yours);
      const [low, high] = extentOf(right);
      return {
        description:
          `A square grid after x ↦ x + tanh(bᵀx + c)·a with a = (${LAYER.a.join(', ')}), b = (${LAYER.b.join(', ')}), ` +
          `c = ${LAYER.c}. It is pulled apart along one line. Your log |det J| goes from ${inWords(least)} to ` +
          `${inWords(most)}; that of the layer goes from ${inWords(low)} to ${inWords(high)}, and yours ` +
          `${offBy(largestGap(yours, right))}.`,
        panels: [
          panel('Your forward and your log |det J|', yours),
          panel('Your forward, log |det J| by the reference', right),
        ],
      };
    },
  },
];
