import { studentOf } from '../checks/student.ts';
import type { Figure, Panel, Point } from '../model/figure.ts';
import { array, Callback, type Matrix, number, type Vector } from '../model/value.ts';
import { clamp } from './answers.ts';
import { extent } from './extent.ts';
import { inWords } from './words.ts';

interface Adjoint {
  backpropagate(
    field: unknown,
    x0: Vector,
    theta: Vector,
    steps: number,
    lossGradient: (x1: Vector) => Vector,
  ): { readonly x1: Vector; readonly gradX0: Vector; readonly gradTheta: Vector };
}

type Plane = readonly [number, number];
type Parameters = readonly [number, number, number, number];

const PROBLEMS = 10;
const STEPS = 8;
/** The loss is ½‖x(1) − TARGET‖². */
const TARGET: Plane = [0.5, -0.5];

/** A swing with four parameters, as the reference reads it. */
const COMPONENTS = ['theta[0] * x[1] + theta[2] * t', '-theta[1] * x[0] + theta[3] * x[0] * x[1]'];

/** The same with its two products, as a student gets it. */
function makeField() {
  const takes = [array(number, 2), number, array(number, 4)];
  const withWeights = [...takes, array(number, 2)];
  return {
    value: new Callback(
      `(x, t, theta) => [${COMPONENTS.join(', ')}]`,
      takes,
      ([x, y]: Plane, t: number, [a, b, c, d]: Parameters) => [a * y + c * t, -b * x + d * x * y],
    ),
    vjpState: new Callback(
      '(x, t, theta, w) => [w[1] * (theta[3] * x[1] - theta[1]), w[0] * theta[0] + w[1] * theta[3] * x[0]]',
      withWeights,
      ([x, y]: Plane, _t: number, [a, b, , d]: Parameters, [v, w]: Plane) => [w * (d * y - b), v * a + w * d * x],
    ),
    vjpParameters: new Callback(
      '(x, t, theta, w) => [w[0] * x[1], -w[1] * x[0], w[0] * t, w[1] * x[0] * x[1]]',
      withWeights,
      ([x, y]: Plane, t: number, _theta: Parameters, [v, w]: Plane) => [v * y, -w * x, v * t, w * x * y],
    ),
  };
}

/** Gradients through the solver, each against the exact one. */
export const figures: readonly Figure[] = [
  {
    id: '11.gradients',
    title: 'Gradients through the ODE solver, against the exact ones',
    functions: ['backpropagate'],
    draw(bench) {
      const { backpropagate } = studentOf<Adjoint>(bench);
      const results = Array.from({ length: PROBLEMS }, () => {
        const x0 = bench.random.vector(2, -1, 1);
        const theta = bench.random.vector(4, -1, 1);
        const found = bench.oracle.ask('adjoint.sensitivities', [COMPONENTS, x0, theta, STEPS]);
        const { x1, byX0, byTheta } = found as { x1: Vector; byX0: Matrix; byTheta: Matrix };
        const slope = x1.map((xi, i) => xi - (TARGET[i] as number));
        const gradient = new Callback(
          `(x1) => [x1[0] - ${TARGET[0]}, x1[1] - (${TARGET[1]})]`,
          [array(number, 2)],
          ([x, y]: Plane) => [x - TARGET[0], y - TARGET[1]],
        );
        const yours = backpropagate(makeField(), x0, theta, STEPS, gradient);
        return {
          end: pair(x1, yours.x1),
          byX0: pair(transposed(byX0, slope), yours.gradX0),
          byTheta: pair(transposed(byTheta, slope), yours.gradTheta),
        };
      });
      const [byTheta, byX0, ends] = [
        diagonal(
          '∂loss/∂θ',
          results.flatMap((result) => result.byTheta),
        ),
        diagonal(
          '∂loss/∂x(0)',
          results.flatMap((result) => result.byX0),
        ),
        diagonal(
          'x(1)',
          results.flatMap((result) => result.end),
        ),
      ];
      return {
        description:
          `${PROBLEMS} starts and parameters of a field with two coordinates and four parameters, ${STEPS} Euler steps each, ` +
          `the loss ½‖x(1) − (${TARGET.map((entry) => inWords(entry, 1)).join(', ')})‖². What is right lies on the diagonal. ` +
          `${byTheta.words} ${byX0.words} ${ends.words}`,
        panels: [byTheta.panel, byX0.panel, ends.panel],
      };
    },
  },
];

/** Each right number with the student's, which is none where theirs are fewer. */
function pair(exact: Vector, yours: Vector): Point[] {
  return exact.map((value, i) => [value, yours[i] ?? Number.NaN]);
}

function diagonal(name: string, points: readonly Point[]): { readonly panel: Panel; readonly words: string } {
  const reach = 1.08 * Math.max(...points.map(([exact]) => Math.abs(exact)));
  const room = extent(
    [-reach, reach],
    points.map(([, yours]) => yours),
  );
  return {
    words: describe(name, points),
    panel: {
      title: name,
      x: { label: 'exact', domain: [-reach, reach] },
      y: { label: 'yours', domain: room },
      marks: [
        {
          kind: 'line',
          role: 'aid',
          label: 'where both are the same',
          points: [
            [-reach, -reach],
            [reach, reach],
          ],
        },
        // What is farther off than the panel reaches stands at its edge: left out it would not be missed.
        {
          kind: 'dots',
          role: 'yours',
          label: 'your numbers',
          points: points.map(([exact, yours]) => [exact, clamp(yours, room)]),
        },
      ],
    },
  };
}

function describe(name: string, points: readonly Point[]): string {
  const errors = points.map(([exact, yours]) => Math.abs(yours - exact)).filter(Number.isFinite);
  const missing = points.length - errors.length;
  const rest = missing === 0 ? '' : `, and ${missing} of them are missing or not finite`;
  return `${name}: ${points.length} numbers, yours off by at most ${inWords(Math.max(0, ...errors))}${rest}.`;
}

/** Mᵀ·v. */
function transposed(matrix: Matrix, v: Vector): number[] {
  return (matrix[0] as Vector).map((_, j) =>
    matrix.reduce((sum, row, i) => sum + (row[j] as number) * (v[i] as number), 0),
  );
}
