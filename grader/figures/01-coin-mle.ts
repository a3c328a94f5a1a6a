import { studentOf } from '../checks/student.ts';
import type { Figure } from '../model/figure.ts';
import { domainFor } from './answers.ts';
import { range } from './sampling.ts';
import { inWords } from './words.ts';

interface Coin {
  negativeLogLikelihood(tosses: readonly number[], p: number): number;
  maximumLikelihood(tosses: readonly number[]): number;
}

/** The lecture's ten tosses, five of them heads, and its two models. */
const TOSSES = [1, 0, 0, 1, 1, 0, 1, 0, 1, 0];
const MODELS = [0.5, 0.8];

/** How likely the tosses are under every coin. */
export const figures: readonly Figure[] = [
  {
    id: '01.likelihood',
    title: 'The log-likelihood of ten tosses under every coin',
    functions: ['negativeLogLikelihood', 'maximumLikelihood'],
    draw(bench) {
      const coin = studentOf<Coin>(bench);
      const at = (p: number) => [p, -coin.negativeLogLikelihood(TOSSES, p)] as const;
      const models = MODELS.map(at);
      const points = range(0.02, 0.98, 97).map(at);
      const best = coin.maximumLikelihood(TOSSES);
      return {
        description:
          `The log-likelihood of ${TOSSES.join(', ')} over p. Your maximum is at p = ${inWords(best)}; ` +
          `${models.map(([p, value]) => `at p = ${p} it is ${inWords(value, 3)}`).join(', ')}.`,
        panels: [
          {
            x: { label: 'p, the probability of heads', domain: [0, 1] },
            y: {
              label: 'log-likelihood in nats',
              domain: domainFor(
                [-20, -6],
                points.map(([, value]) => value),
              ),
            },
            marks: [
              { kind: 'rule', role: 'aid', across: 'x', at: best, label: 'your maximum-likelihood estimate' },
              { kind: 'line', role: 'yours', label: 'your log-likelihood', points },
              { kind: 'dots', role: 'reference', label: `the two models, p = ${MODELS.join(' and ')}`, points: models },
            ],
          },
        ],
      };
    },
  },
];
