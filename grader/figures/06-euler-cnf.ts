import { field } from '../checks/callbacks.ts';
import { studentOf } from '../checks/student.ts';
import type { Bench } from '../model/exercise.ts';
import type { Figure, Panel, Point } from '../model/figure.ts';
import type { Matrix, Vector } from '../model/value.ts';
import { type Domain, domainFor, firstOf, pointOf } from './answers.ts';
import { range } from './sampling.ts';
import { inWords } from './words.ts';

type Euler = {
  solve(u: unknown, x0: Vector, steps: number): number[];
  trajectory(u: unknown, x0: Vector, steps: number): number[][];
  solveBackward(u: unknown, x1: Vector, steps: number): number[];
};

/** Away from 0 until t = 0.6, and a part of the way back: exactly, x(t) = x(0)·exp(3t − 2.5t²). */
const FIELD = ['x[0] * (3 - 5 * t)'];
const STARTS = [1, -0.6];
const FEW_STEPS = [2, 5, 20];
const MANY_STEPS = [1, 2, 4, 8, 16, 32, 64];
const ERRORS: Domain = [0.01, 10];

/** Euler's paths beside the exact ones, and how their ends come closer. */
export const figures: readonly Figure[] = [
  {
    id: '06.paths',
    title: 'Euler’s paths with few steps and with more',
    functions: ['trajectory'],
    draw(bench) {
      const student = studentOf<Euler>(bench);
      const times = range(0, 1, 21);
      const exact = STARTS.map((x0) =>
        times.map((t): Point => [t, firstOf(bench.oracle.ask('ode.flow', [FIELD, [x0], 0, t]) as Vector)]),
      );
      const paths = FEW_STEPS.flatMap((steps) =>
        STARTS.map((x0) =>
          // More states than that are too many already.
          student
            .trajectory(field(FIELD), [x0], steps)
            .slice(0, 2 * steps + 2)
            .map((state, k): Point => [k / steps, firstOf(state)]),
        ),
      );
      const corners = FEW_STEPS.slice(0, 2).flatMap((steps) =>
        STARTS.flatMap((x0) =>
          (bench.oracle.ask('ode.eulerTrajectory', [FIELD, [x0], steps]) as Matrix).map(
            (state, k): Point => [k / steps, firstOf(state)],
          ),
        ),
      );
      const fromFirst = FEW_STEPS.map((_, k) => paths[STARTS.length * k] as Point[]);
      const last = pointOf(exact[0]?.at(-1) ?? []);
      return {
        description:
          `Paths of dx/dt = x·(3 − 5t) from ${STARTS.map((x0) => inWords(x0, 1)).join(' and ')}: the exact ones, which leave 0 and ` +
          `turn back, and yours with ${FEW_STEPS.join(', ')} steps, which should come the closer, the more steps they have. The ` +
          `upper ones have ${fromFirst.map(({ length }) => length).join(', ')} states and end at ` +
          `${fromFirst.map((points) => inWords(pointOf(points.at(-1) ?? [])[1])).join(', ')}; the exact one ends at ${inWords(last[1])}.`,
        panels: [
          {
            x: { label: 't', domain: [0, 1] },
            y: {
              label: 'x(t)',
              domain: domainFor(
                [-2.5, 3.5],
                paths.flatMap((points) => points.slice(1).map(([, x]) => x)),
              ),
            },
            marks: [
              ...exact.map((points) => ({ kind: 'line', role: 'reference', label: 'the exact path', points }) as const),
              ...paths.map((points) => ({ kind: 'line', role: 'yours', label: 'your trajectory', points }) as const),
              { kind: 'dots', role: 'reference', label: 'Euler’s states, by the reference', points: corners },
            ],
          },
        ],
      };
    },
  },
  {
    id: '06.error',
    title: 'The error at t = 1',
    functions: ['solve'],
    draw(bench) {
      const student = studentOf<Euler>(bench);
      const start = STARTS[0] as number;
      const end = firstOf(bench.oracle.ask('ode.flow', [FIELD, [start], 0, 1]) as Vector);
      const ends = MANY_STEPS.map((steps) => firstOf(student.solve(field(FIELD), [start], steps)));
      const right = MANY_STEPS.map((steps) =>
        firstOf((bench.oracle.ask('ode.eulerTrajectory', [FIELD, [start], steps]) as Matrix).at(-1) as Vector),
      );
      return {
        description: `The error at the end of the path of dx/dt = x·(3 − 5t) from ${inWords(start, 1)}. ${describeErrors('x(1)', 'solve', end, ends)}`,
        panels: [errorPanel(end, ends, right)],
      };
    },
  },
  {
    id: '06.backward',
    title: 'The error at t = 0, back in time',
    functions: ['solveBackward'],
    draw(bench) {
      const student = studentOf<Euler>(bench);
      const start = STARTS[0] as number;
      const end = bench.oracle.ask('ode.flow', [FIELD, [start], 0, 1]) as Vector;
      const starts = MANY_STEPS.map((steps) => firstOf(student.solveBackward(field(FIELD), end, steps)));
      const right = MANY_STEPS.map((steps) => askBackward(bench, end, steps));
      return {
        description:
          `Back from the exact x(1) of dx/dt = x·(3 − 5t), x(0) = ${inWords(start, 1)}. ` +
          describeErrors('x(0)', 'solveBackward', start, starts),
        panels: [errorPanel(start, starts, right)],
      };
    },
  },
];

function askBackward({ oracle }: Bench, end: Vector, steps: number): number {
  return firstOf(oracle.ask('ode.eulerBackward', [FIELD, end, steps]) as Vector);
}

function describeErrors(what: string, name: string, exact: number, found: readonly number[]): string {
  const errors = found.map((x) => Math.abs(x - exact));
  const [first, last] = [errors[0] as number, errors.at(-1) as number];
  return (
    `The error of ${what} by ${name} is ${inWords(first, 3)} with 1 step and ${inWords(last, 3)} with ${MANY_STEPS.at(-1)}; ` +
    'where the step is halved, it should become half as large, so that the points come to lie along a line of slope −1.'
  );
}

function errorPanel(exact: number, found: readonly number[], right: readonly number[]): Panel {
  // A logarithm has no place for an error of 0.
  const errorsOf = (values: readonly number[]) =>
    values.map((x, k): Point => [MANY_STEPS[k] as number, Math.abs(x - exact) || Number.NaN]);
  const [yours, reference] = [errorsOf(found), errorsOf(right)];
  const [finest, least] = reference.at(-1) as Point;
  return {
    x: { label: 'steps', domain: [1, 64], log: true },
    y: {
      label: 'error',
      domain: domainFor(
        ERRORS,
        yours.map(([, error]) => error),
      ),
      log: true,
    },
    marks: [
      {
        kind: 'line',
        role: 'aid',
        label: 'slope −1',
        points: range(0, 6, 25).map((power) => [2 ** power, (least * finest) / 2 ** power]),
      },
      { kind: 'line', role: 'yours', label: 'your error', points: yours },
      { kind: 'dots', role: 'yours', label: 'your error', points: yours },
      { kind: 'line', role: 'reference', label: 'Euler’s error, by the reference', points: reference },
    ],
  };
}
