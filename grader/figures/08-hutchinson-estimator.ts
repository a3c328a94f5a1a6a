import { studentOf } from '../checks/student.ts';
import { Failure } from '../model/exercise.ts';
import type { Figure } from '../model/figure.ts';
import type { Random } from '../model/random.ts';
import { array, Callback, type Matrix, number, type Vector } from '../model/value.ts';
import { clamp } from './answers.ts';
import { extent, logExtent } from './extent.ts';
import { inWords } from './words.ts';

interface Hutchinson {
  rademacher(dimension: number, rng: () => number): Vector;
  traceEstimateWithError(
    matvec: (v: Vector) => Vector,
    probes: readonly Vector[],
  ): { readonly mean: number; readonly standardError: number };
}

const DIMENSION = 8;
/** How many probes an estimate has: 2, 3, 4, 6, 8 … */
const COUNTS = [2, 4, 8, 16, 32, 64, 128].flatMap((count) => [count, 1.5 * count]).concat(256);
const MOST = 256;

/** How the estimate of a trace settles, and how its error falls. */
export const figures: readonly Figure[] = [
  {
    id: '08.estimate',
    title: 'The estimate of a trace, from more and more probes',
    functions: ['rademacher', 'traceEstimateWithError'],
    draw(bench) {
      const { rademacher, traceEstimateWithError } = studentOf<Hutchinson>(bench);
      const matrix = symmetric(bench.random);
      const exact = bench.oracle.ask('trace.exact', [matrix]) as number;
      const deviation = Math.sqrt(bench.oracle.ask('trace.rademacherVariance', [matrix]) as number);

      const rng = new Callback('rng', [], () => bench.random.uniform());
      const probes = Array.from({ length: MOST }, () => {
        const probe = rademacher(DIMENSION, rng);
        if (probe.length === DIMENSION) return probe;
        throw new Failure({
          message: `rademacher(${DIMENSION}, rng) should have ${DIMENSION} coordinates, not ${probe.length}`,
        });
      });
      const matvec = new Callback('matvec', [array(number, DIMENSION)], (v: Vector) =>
        matrix.map((row) => row.reduce((sum, entry, j) => sum + entry * (v[j] as number), 0)),
      );
      const estimates = COUNTS.map((count) => ({ count, ...traceEstimateWithError(matvec, probes.slice(0, count)) }));

      const x = { label: 'number of probes n', domain: [2, MOST], log: true } as const;
      const room = extent(
        [exact - 1.5 * deviation, exact + 1.5 * deviation],
        estimates.map(({ mean }) => mean),
      );
      const expected = (count: number) => deviation / Math.sqrt(count);
      const last = estimates.at(-1);
      return {
        description:
          `Estimates of the trace of a symmetric ${DIMENSION} × ${DIMENSION} matrix, which is ${inWords(exact)}. With ${MOST} of ` +
          `your probes yours is ${inWords(last?.mean)} ± ${inWords(last?.standardError)}; a standard error of about ` +
          `${inWords(expected(MOST))} is to be expected there, and ${inWords(expected(4))} with 4 probes.`,
        panels: [
          {
            title: 'The estimate',
            x,
            y: { label: 'trace', domain: room },
            marks: [
              {
                kind: 'band',
                role: 'yours',
                label: '± your standard error',
                points: estimates.map(({ count, mean, standardError }) => [
                  count,
                  clamp(mean - standardError, room),
                  clamp(mean + standardError, room),
                ]),
              },
              {
                kind: 'line',
                role: 'yours',
                label: 'your estimate',
                points: estimates.map(({ count, mean }) => [count, mean]),
              },
              { kind: 'rule', role: 'reference', across: 'y', at: exact, label: 'the trace' },
            ],
          },
          {
            title: 'Its error',
            x,
            y: {
              label: 'error',
              domain: logExtent(
                [expected(MOST) / 30, 3 * deviation],
                estimates.flatMap(({ mean, standardError }) => [standardError, Math.abs(mean - exact)]),
              ),
              log: true,
            },
            marks: [
              {
                kind: 'line',
                role: 'aid',
                label: 'σ/√n, σ the deviation of one vᵀA·v',
                points: COUNTS.map((count) => [count, expected(count)]),
              },
              {
                kind: 'line',
                role: 'yours',
                label: 'your standard error',
                points: estimates.map(({ count, standardError }) => [count, positive(standardError)]),
              },
              {
                kind: 'dots',
                role: 'yours',
                label: '|your estimate − trace|',
                points: estimates.map(({ count, mean }) => [count, positive(Math.abs(mean - exact))]),
              },
            ],
          },
        ],
      };
    },
  },
];

/** With a diagonal so large that probes which do not square to 1 are seen by their errors. */
function symmetric(random: Random): Matrix {
  const rows = Array.from({ length: DIMENSION }, (_, i) => [...random.vector(i, -1, 1), random.decimal(1, 4)]);
  return rows.map((row, i) => rows.map((other, j) => (j <= i ? row[j] : other[i]) as number));
}

/** What an axis with powers can show. */
function positive(value: number): number {
  return value > 0 ? value : Number.NaN;
}
