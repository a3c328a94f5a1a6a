import { describe, expect, test } from 'vitest';
import { chooseExercises } from '#grader/cli/choose.ts';
import { course } from '#grader/course/course.ts';
import { applyChange, type Planted } from '../support/planted.ts';
import { fileIn, firstLoss } from '../support/submissions.ts';

/** The wrong answers that a report must know by name, in the lecture's words. */
const KNOWN: readonly (readonly [exercise: string, mistake: string, id: string])[] = [
  ['01', 'the likelihood minimised instead of maximised', 'likelihood-minimised'],
  ['01', 'the mean of logarithms', 'mean-of-logs'],
  ['01', 'a product that underflows', 'product-underflows'],
  ['01', '0·log 0 = NaN', 'zero-times-log-zero'],
  ['02', 'the log-det of T instead of T⁻¹', 'log-det-of-forward'],
  ['02', '|·| missing', 'absolute-value-missing'],
  ['02', 'the variance for the deviation', 'variance-for-deviation'],
  ['02', '½ log 2π missing', 'normaliser-missing'],
  ['03', 'all log-dets at x', 'every-log-det-at-x'],
  ['03', 'the order reversed', 'order-reversed'],
  ['04', 'the residual x missing', 'residual-missing'],
  ['04', 'tanh for tanh′', 'tanh-for-derivative'],
  ['04', '1 − tanh for 1 − tanh²', 'one-minus-tanh'],
  ['04', 'aᵀa for aᵀb', 'a-with-itself'],
  ['04', 'bᵀb for aᵀb', 'b-with-itself'],
  ['04', 'the logarithm without |·|', 'absolute-value-missing'],
  ['04', 'a and b exchanged', 'exchanged'],
  ['05', 'exp missing', 'exp-missing'],
  ['05', 'the halves exchanged', 'halves-exchanged'],
  ['05', 'the sign of the log-det', 'sign-of-the-log-det'],
  ['06', 't at the right end', 'right-end'],
  ['06', 'h = 1/(steps + 1)', 'short-steps'],
  ['06', 'one step too many', 'one-step-too-many'],
  ['06', 't not passed', 'time-not-passed'],
  ['06', 'the forward sign in the backward solve', 'forward-sign'],
  ['07', 'the sum of u instead of its divergence', 'sum-of-components'],
  ['07', 'u·∇p forgotten', 'gradient-term-forgotten'],
  ['07', 'one-sided differences', 'one-sided'],
  ['08', 'the sum for the mean', 'sum-for-mean'],
  ['08', 'vᵀAv/d', 'divided-by-dimension'],
  ['08', 'normal probes where ±1 are asked', 'normal-probes'],
  ['08', '0/1 probes', 'zero-one-probes'],
  ['08', 'n for n − 1', 'population-variance'],
  ['08', 'the square root forgotten', 'variance-for-error'],
  ['09', 'the sign of the divergence', 'sign-of-the-divergence'],
  ['09', 'the log-density of the wrong end', 'base-density-of-the-wrong-end'],
  ['10', 'the sum for the mean', 'sum-for-mean'],
  ['10', 'the gradient in scale instead of logScale', 'scale-for-log-scale'],
  ['10', 'ascent for descent', 'ascent-for-descent'],
  ['10', 'losses one short', 'losses-one-short'],
  ['11', 'h forgotten', 'step-length-missing'],
  ['11', 'the trajectory not stored', 'trajectory-not-stored'],
  ['11', 'the gradients of the last step only', 'last-step-only'],
  ['12', 'the roles of x0 and x1 exchanged', 'ends-exchanged'],
  ['12', 'the norm for the squared norm', 'norm-for-squared-norm'],
  ['12', 'the mean over coordinates', 'mean-over-coordinates'],
];

describe('a report names the known wrong answers, whatever the seed', () => {
  test.each(KNOWN)('%s: %s', async (number, _mistake, id) => {
    const [exercise] = chooseExercises([number], course);
    if (exercise === undefined) throw new Error(`there is no exercise ${number}`);
    const { planted } = (await import(`../fixtures/planted/${exercise.id}.ts`)) as { planted: Planted };
    const solution = new TextDecoder().decode(await fileIn('solutions', exercise));
    const plants = Object.values(planted).flatMap((some) => some.filter(({ misconception }) => misconception === id));
    expect(plants.length, id).toBeGreaterThan(0);
    const [plant] = plants;
    const verdict = await firstLoss(exercise, applyChange(solution, plant?.change ?? []), { seed: 'another' });
    expect(verdict?.misconception, verdict?.message).toBe(id);
    expect(verdict?.hint).toBe(exercise.misconceptions.find((known) => known.id === id)?.hint);
  });
});
