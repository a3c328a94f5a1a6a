import * as fc from 'fast-check';
import { rejectsOutside } from '../checks/error.ts';
import { cases, matches } from '../checks/example.ts';
import { all } from '../checks/law.ts';
import { decimals, expectClose, expectThat, forAll } from '../checks/property.ts';
import { few, isPure } from '../checks/purity.ts';
import type { Bench, Exercise } from '../model/exercise.ts';
import type { Random } from '../model/random.ts';
import { formatCall, formatValue, Labelled, number, type Value } from '../model/value.ts';

type Toss = 0 | 1;

type Module = {
  likelihood(tosses: readonly Toss[], p: number): number;
  negativeLogLikelihood(tosses: readonly Toss[], p: number): number;
  maximumLikelihood(tosses: readonly Toss[]): number;
  mostLikely(tosses: readonly Toss[], candidates: readonly number[]): number;
};

// Likelihoods are small numbers: only their digits tell whether they are right.
const RELATIVE = { abs: 0, rel: 1e-9 };

// ── Inputs ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Both kinds of tosses, in random order. */
function drawTosses(random: Random, length: number): Toss[] {
  const tosses = Array.from({ length }, () => random.pick<Toss>([0, 1]));
  return new Set(tosses).size === 2 ? tosses : drawTosses(random, length);
}

/** Too many tosses to print, with so many heads in any hundred. */
function manyTosses(length: number, percent: number): Labelled {
  const tosses = Array.from({ length }, (_, i): Toss => ((i * 37) % 100 < percent ? 1 : 0));
  const text = `Array.from({ length: ${length} }, (_, i) => ((i * 37) % 100 < ${percent} ? 1 : 0))`;
  return new Labelled(tosses, text);
}

/** Some tosses and a p inside (0, 1), simplest first. */
function ordinary({ random }: Bench): [Toss[], number][] {
  const more = Array.from({ length: 10 }, (_, i): [Toss[], number] => [
    drawTosses(random, i + 2),
    random.decimal(0.05, 0.95),
  ]);
  return [[[1], 0.25], [[0], 0.25], [[1, 0], 0.25], [[1, 1, 0, 1], 0.75], ...more];
}

/** Tosses and candidates of which one is clearly the best and one the worst, whatever way they are compared. */
function choices({ random }: Bench): [Toss[], number[]][] {
  const draw = (length: number): [Toss[], number[]] => {
    const tosses = drawTosses(random, length);
    const candidates = random.vector(random.integer(3, 6), 0.05, 0.95);
    const ranked = candidates.map((p) => product(tosses, p)).sort((a, b) => a - b);
    const clear = ranked.slice(1).every((value, i) => value > 1.001 * (ranked[i] ?? 0));
    return clear ? [tosses, candidates] : draw(length);
  };
  const simple: [Toss[], number[]][] = [
    [[1], [0.5]],
    [[1], [0.2, 0.8]],
    [[0], [0.8, 0.5, 0.2]],
    [
      [1, 1, 0, 1],
      [0.25, 0.5, 0.75],
    ],
    [
      [1, 0, 0, 0, 0],
      [0.9, 0.1, 0.4],
    ],
    [
      [1, 1, 1, 0],
      [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.75],
    ],
  ];
  return [...simple, ...Array.from({ length: 10 }, (_, i) => draw(i + 3))];
}

/** Tosses of which every candidate's likelihood is below 1e-330, and so underflows, and one candidate that is far nearest. */
function underflowing({ random }: Bench): [Labelled, number[]][] {
  return [1, 3, 0].map((best, index) => {
    const percent = random.integer(35, 65);
    const candidates = Array.from({ length: 4 }, (_, place) => {
      const away = place === best ? random.integer(0, 2) : random.integer(8, 30);
      return (percent + random.pick([-1, 1]) * away) / 100;
    });
    return [manyTosses(1200 + 100 * index, percent), candidates];
  });
}

const tossLists = (minLength: number) =>
  fc.array(fc.constantFrom<Toss>(0, 1), { minLength, maxLength: 20, size: 'max' });
const tossesAndP = fc.tuple(tossLists(0), decimals(0.01, 0.99));

/** Twenty tosses, not sorted, that begin and end with heads. */
const TWENTY: Toss[] = [1, 0, 0, 1, 1, 1, 0, 1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 1, 1, 1];

const NOT_PROBABLE = [-0.1, 1.1, -1e-9, 1 + 1e-9, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

/** Also without any tosses: p is looked at first. */
const probabilities = rejectsOutside({
  outside: NOT_PROBABLE.flatMap((p): Value[][] => [
    [[1, 0], p],
    [[], p],
  ]),
  inside: [0, 1, 1e-9, 1 - 1e-9].map((p): Value[] => [[1, 0], p]),
});

// ── Known wrong answers ─────────────────────────────────────────────────────────────────────────────────────────────

function product(tosses: readonly Toss[], p: number): number {
  return tosses.reduce<number>((result, toss) => result * (toss === 1 ? p : 1 - p), 1);
}

/** The NLL with 0·log 0 = NaN. */
function sumOfLogs(tosses: readonly Toss[], p: number): number {
  return tosses.reduce<number>((sum, toss) => sum - toss * Math.log(p) - (1 - toss) * Math.log(1 - p), 0);
}

function exchanged(tosses: readonly Toss[]): Toss[] {
  return tosses.map((toss) => (toss === 1 ? 0 : 1));
}

/** In how many orders the tosses could have come. */
function orders(tosses: readonly Toss[]): number {
  const heads = tosses.filter((toss) => toss === 1).length;
  return Array.from({ length: heads }, (_, i) => (tosses.length - i) / (i + 1)).reduce(
    (ways, factor) => ways * factor,
    1,
  );
}

function share(tosses: readonly Toss[]): number {
  return tosses.filter((toss) => toss === 1).length / tosses.length;
}

/** The first index of the least value, as a loop with `<` finds it: NaN is never less. */
function firstLeast(values: readonly number[]): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [index, value] of values.entries()) {
    if (value < least) [best, least] = [index, value];
  }
  return best;
}

// ── The exercise ────────────────────────────────────────────────────────────────────────────────────────────────────

export const coin: Exercise = {
  id: '01-coin-mle',
  file: 'coin.ts',
  title: 'Coin MLE',
  core: true,
  functions: { likelihood: number, negativeLogLikelihood: number, maximumLikelihood: number, mostLikely: number },
  misconceptions: [
    {
      id: 'heads-and-tails-exchanged',
      function: 'likelihood',
      hint: 'Heads and tails are exchanged: 1 is heads, and p is the probability of heads.',
      wrong: (tosses: readonly Toss[], p: number) => product(exchanged(tosses), p),
    },
    {
      id: 'any-order',
      function: 'likelihood',
      hint: 'This is the probability of so many heads in any order. Asked is that of this very sequence.',
      wrong: (tosses: readonly Toss[], p: number) => orders(tosses) * product(tosses, p),
    },
    {
      id: 'minus-missing',
      function: 'negativeLogLikelihood',
      hint: 'This is the log-likelihood itself. The logarithm of a probability is never positive, its negative never below 0.',
      wrong: (tosses: readonly Toss[], p: number) => -sumOfLogs(tosses, p),
    },
    {
      id: 'mean-of-logs',
      function: 'negativeLogLikelihood',
      hint: 'This is the mean over the tosses. A product of probabilities becomes a sum of logarithms: nothing divides by n.',
      wrong: (tosses: readonly Toss[], p: number) => sumOfLogs(tosses, p) / tosses.length,
    },
    {
      id: 'heads-and-tails-exchanged-in-log',
      function: 'negativeLogLikelihood',
      hint: 'Heads and tails are exchanged: 1 is heads, and p is the probability of heads.',
      wrong: (tosses: readonly Toss[], p: number) => sumOfLogs(exchanged(tosses), p),
    },
    {
      id: 'zero-times-log-zero',
      function: 'negativeLogLikelihood',
      hint: '0 · log 0 is NaN in JavaScript. An outcome that never came adds nothing, however impossible it is.',
      wrong: sumOfLogs,
    },
    {
      id: 'product-underflows',
      function: 'negativeLogLikelihood',
      hint: 'The product was multiplied out first: it underflows to 0, and its logarithm comes too late.',
      wrong: (tosses: readonly Toss[], p: number) => -Math.log(product(tosses, p)),
    },
    {
      id: 'share-of-tails',
      function: 'maximumLikelihood',
      hint: 'Heads and tails are exchanged: the answer is a probability of heads, and 1 is heads.',
      wrong: (tosses: readonly Toss[]) => 1 - share(tosses),
    },
    {
      id: 'odds-for-share',
      function: 'maximumLikelihood',
      hint: 'This is the ratio of heads to tails, which can exceed 1. Where does the derivative of the NLL vanish?',
      wrong: (tosses: readonly Toss[]) => share(tosses) / (1 - share(tosses)),
    },
    {
      id: 'likelihood-minimised',
      function: 'mostLikely',
      hint: 'This is the least likely candidate. Greatest likelihood means least negative log-likelihood.',
      wrong: (tosses: readonly Toss[], candidates: readonly number[]) =>
        firstLeast(candidates.map((p) => product(tosses, p))),
    },
    {
      id: 'candidate-for-index',
      function: 'mostLikely',
      hint: 'This is the best candidate itself. Asked is its place in the list, counted from 0.',
      wrong: (tosses: readonly Toss[], candidates: readonly number[]) =>
        candidates[firstLeast(candidates.map((p) => sumOfLogs(tosses, p)))],
    },
    {
      id: 'product-underflows-in-comparison',
      function: 'mostLikely',
      hint: 'These likelihoods all underflow to 0, so comparing them decides nothing. What can be compared in their place?',
      wrong: (tosses: readonly Toss[], candidates: readonly number[]) =>
        firstLeast(candidates.map((p) => -product(tosses, p))),
    },
    {
      id: 'zero-times-log-zero-in-comparison',
      function: 'mostLikely',
      hint: 'The candidate 0 or 1 was passed over: 0 · log 0 is NaN in JavaScript, and NaN is never less than anything.',
      wrong: (tosses: readonly Toss[], candidates: readonly number[]) =>
        firstLeast(candidates.map((p) => sumOfLogs(tosses, p))),
    },
  ],
  checks: [
    {
      id: '01.likelihood.example',
      title: 'is the probability of this very sequence of tosses',
      kind: 'example',
      function: 'likelihood',
      points: 1,
      hint: 'Multiply one factor for each toss: p for heads, 1 − p for tails. A product of no factors is 1.',
      law: matches(
        cases('coin.likelihood', (bench) => [
          ...ordinary(bench),
          [[], 0.3],
          [[1, 1], 1],
          [[1, 0], 1],
          [[0, 0, 1], 0],
          [manyTosses(200, 40), 0.4],
        ]),
        RELATIVE,
      ),
    },
    {
      id: '01.likelihood.domain',
      title: 'is the same in any order of tosses, and throws a RangeError when p is outside [0, 1]',
      kind: 'error',
      function: 'likelihood',
      points: 1,
      hint: 'Test p before anything else; every comparison with NaN is false, so ask whether p is inside.',
      law: all(
        forAll<Module, [Toss[], number]>({
          inputs: tossesAndP,
          examples: [[TWENTY, 0.3]],
          runs: 12,
          holds: (student, [tosses, p]) => {
            expectClose(student.likelihood([...tosses].sort(), p), student.likelihood(tosses, p), {
              message: 'likelihood changes when the tosses are sorted',
              tolerance: RELATIVE,
            });
          },
          show: (args) => formatCall('likelihood', args),
        }),
        isPure((bench) => few(ordinary(bench))),
        probabilities,
      ),
    },
    {
      id: '01.negative-log-likelihood.example',
      title: 'is −log likelihood, in nats',
      kind: 'example',
      function: 'negativeLogLikelihood',
      points: 1,
      hint: 'The logarithm of a product is a sum of logarithms: which term does a single toss add to it?',
      law: matches(cases('coin.negativeLogLikelihood', ordinary)),
    },
    {
      id: '01.negative-log-likelihood.borders',
      title: 'counts 0·log 0 as 0, and throws a RangeError when p is outside [0, 1]',
      kind: 'example',
      function: 'negativeLogLikelihood',
      points: 1,
      hint: 'At p = 0 and p = 1 the answer is 0 or Infinity, never NaN: which outcomes are there to be counted at all?',
      law: all(
        matches(
          cases('coin.negativeLogLikelihood', () => [
            [[1, 1], 1],
            [[0], 1],
            [[0, 0, 0], 0],
            [[1], 0],
            [[], 0.3],
          ]),
        ),
        // Whether the term of a count or that of each toss is NaN makes a difference here, so these stand apart.
        matches(
          cases('coin.negativeLogLikelihood', () => [
            [[], 0],
            [[], 1],
            [[1, 0], 1],
            [[1, 0], 0],
            [[0, 1, 1], 1],
          ]),
        ),
        probabilities,
      ),
    },
    {
      id: '01.negative-log-likelihood.long-sequences',
      title: 'agrees with your own likelihood in any order, and is finite for 10,000 tosses',
      kind: 'property',
      function: 'negativeLogLikelihood',
      points: 1,
      hint: 'A product of thousands of probabilities is 0 to the computer. Take logarithms first, then add.',
      needs: ['likelihood'],
      law: all(
        forAll<Module, [Toss[], number]>({
          inputs: tossesAndP,
          examples: [[TWENTY, 0.3]],
          runs: 12,
          holds: (student, [tosses, p]) => {
            const loss = student.negativeLogLikelihood(tosses, p);
            expectClose(loss, -Math.log(student.likelihood(tosses, p)), {
              message: 'negativeLogLikelihood is not −log likelihood',
            });
            expectClose(student.negativeLogLikelihood([...tosses].sort(), p), loss, {
              message: 'negativeLogLikelihood changes when the tosses are sorted',
            });
          },
          show: (args) => formatCall('negativeLogLikelihood', args),
        }),
        isPure((bench) => few(ordinary(bench))),
        // Adding 10,000 terms one by one is off by 10,000 · 2⁻⁵³ / 2 ≈ 6e-13 at worst.
        matches(
          cases('coin.negativeLogLikelihood', ({ random }) =>
            [[10_000, random.decimal(0.01, 0.99, 3)] as const, [1_500, 0.001] as const, [1_500, 0.999] as const].map(
              ([length, p]) => [manyTosses(length, random.integer(20, 80)), p],
            ),
          ),
          { abs: 0, rel: 1e-12 },
        ),
      ),
    },
    {
      id: '01.maximum-likelihood.example',
      title: 'is the p under which the tosses are most probable',
      kind: 'example',
      function: 'maximumLikelihood',
      points: 1,
      hint: 'Write the NLL with the number of heads and the number of tails, and set its derivative by p to 0.',
      law: matches(
        cases('coin.maximumLikelihood', (bench) => [
          [[1, 0]],
          [[1, 1, 0, 1]],
          [[0, 1, 0, 0, 0]],
          ...ordinary(bench)
            .slice(5)
            .map(([tosses]) => [tosses]),
          [[0]],
          [[1, 1, 1]],
        ]),
      ),
    },
    {
      id: '01.maximum-likelihood.minimum',
      title: 'minimises the NLL, becomes 1 − p for swapped tosses, and throws a RangeError for none',
      kind: 'property',
      function: 'maximumLikelihood',
      points: 1,
      hint: 'No other p may do better. And without any tosses all p are equally good: then there is no answer.',
      needs: ['negativeLogLikelihood'],
      law: all(
        forAll<Module, [Toss[]]>({
          inputs: fc.tuple(tossLists(1)),
          examples: [[TWENTY]],
          runs: 10,
          holds: (student, [tosses]) => {
            const estimate = student.maximumLikelihood(tosses);
            expectClose(student.maximumLikelihood(exchanged(tosses)), 1 - estimate, {
              message: 'swapping heads and tails does not turn the estimate p into 1 − p',
            });
            const least = student.negativeLogLikelihood(tosses, estimate);
            // The NLL is convex in p: what beats the estimate beats it close by as well.
            const others = [estimate - 0.01, estimate + 0.01, 0.1, 0.5, 0.9].filter((p) => p > 0 && p < 1);
            for (const p of others) {
              const loss = student.negativeLogLikelihood(tosses, p);
              // An estimate of 0 or 1 may meet the NaN of 0·log 0, which is the business of another check.
              expectThat(!(least > loss + 1e-9), `p = ${p.toFixed(3)} has a lower NLL than the estimate`, {
                expected: `an NLL of at most ${formatValue(loss, 10)}`,
                actual: `${formatValue(least, 10)}, at p = ${formatValue(estimate, 10)}`,
              });
            }
          },
          show: (args) => formatCall('maximumLikelihood', args),
        }),
        matches(cases('coin.maximumLikelihood', () => [[manyTosses(730, 37)]])),
        isPure((bench) => few(ordinary(bench)).map(([tosses]) => [tosses])),
        rejectsOutside({ outside: [[[]]], inside: [[[0]], [[1]]] }),
      ),
    },
    {
      id: '01.most-likely.example',
      title: 'is the index of the candidate under which the tosses are most probable',
      kind: 'example',
      function: 'mostLikely',
      points: 1,
      hint: 'Go through the candidates and keep the index of the best one so far.',
      law: matches(cases('coin.mostLikely', choices)),
    },
    {
      id: '01.most-likely.underflow',
      title: 'decides between models whose likelihoods all underflow to 0',
      kind: 'example',
      function: 'mostLikely',
      points: 1,
      hint: 'Compare something that does not underflow, and that is smallest exactly where the likelihood is greatest.',
      law: matches(cases('coin.mostLikely', underflowing)),
    },
    {
      id: '01.most-likely.ties',
      title: 'is the lowest index of equals, and throws a RangeError for illegal candidates or none',
      kind: 'error',
      function: 'mostLikely',
      points: 1,
      hint: 'Move on to a candidate only when it is strictly better. 0 and 1 are legal candidates; NaN is not.',
      law: all(
        matches(
          cases('coin.mostLikely', () => [
            [
              [1, 0],
              [0.5, 0.5],
            ],
            [
              [1, 1, 0],
              [0.2, 0.6, 0.6, 0.1],
            ],
            [[], [0.3, 0.7]],
            [
              [1, 0],
              [0, 1],
            ],
            [
              [1, 1],
              [0.5, 1],
            ],
            [
              [0, 0, 0],
              [0.1, 0, 0.2],
            ],
            [
              [1, 0],
              [1, 0.3, 0],
            ],
          ]),
        ),
        isPure((bench) => few(choices(bench))),
        rejectsOutside({
          outside: [
            [[1, 0], []],
            [[], []],
            ...NOT_PROBABLE.flatMap((p): Value[][] => [
              [[1, 0], [p]],
              [
                [1, 0],
                [0.5, 0.2, p],
              ],
              [[], [p, 0.5]],
            ]),
          ],
          inside: [
            [[1, 0], [0.5]],
            [
              [1, 0],
              [0, 1],
            ],
          ],
        }),
      ),
    },
  ],
};
