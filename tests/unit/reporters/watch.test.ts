import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { columnsOf } from '#grader/reporters/columns.ts';
import { renderWatch, shownIn, type WatchView } from '#grader/reporters/watch.ts';
import { check, exercise, finished, inProgress, report, untouched } from './sample.ts';

const show = (view: WatchView, width = 80) => renderWatch(view, { color: false, width });

describe('what is shown while work is watched', () => {
  it('is the first thing to fix, then a line for each exercise', () => {
    expect(show({ report: inProgress, focus: '04-planar-log-det', grading: ['06-euler-cnf'] })).toMatchInlineSnapshot(`
      "flow-grade 1.0.0 · QuickJS in WebAssembly · seed practice

        4 · logDetJacobian  ✗ agrees with log |det J| of your own forward     4 points
          logDetJacobian is not log |det J| of forward
          smallest   logDetJacobian([0], { a: [1], b: [1], c: 1 })
          expected   0.350639  (± 1e-6)
          yours      0.566219
          1 + tanh(·) aᵀb was used where the Jacobian has tanh′(·) = 1 − tanh².
          found after 1 of 100 inputs, made smaller 14 times · 1 more check fails

        not started: constrain, inverse

        printed by your code
        │ hello
        │ x = [1, 2]

        1 ★ Coin MLE                    ██████████   10/10
        2 ★ Affine change of variables  ██████····    9/15   1 wrong
        4 ★ Planar log-det              ███▌······    7/20   1 wrong, 2 not started
        6 ★ Euler CNF                   ██▋·······    3/11   1 did not finish
        8 ★ Hutchinson estimator        ··········    0/20   does not load

        core 29/76
        grading 6…
      "
    `);
  });

  it('is the first failure where nothing was saved yet, then what is not begun', () => {
    expect(shownIn(inProgress)?.id).toBe('02-affine-change-of-variables');
    expect(shownIn(untouched)?.id).toBe('01-coin-mle');
    expect(shownIn(finished)).toBeUndefined();
    expect(show({ report: untouched })).toContain('    Next is exercises/01-coin-mle/coin.ts, function likelihood.\n');
  });

  it('says of an exercise that passes what is next', () => {
    const text = show({ report: inProgress, focus: '01-coin-mle' });
    expect(text).toContain('  1 · Coin MLE  passes ');
    expect(text).toMatch(/Next is exercises\/02-affine-change-of-variables\/affine\.ts\./);
    expect(show({ report: finished, focus: '01-coin-mle' })).not.toContain('Next is');
    expect(show({ report: finished })).toContain('  Everything passes. Well done!\n');
    expect(show({ report: finished, grading: ['01-coin-mle'] })).not.toContain('Well done');
  });

  it('says how many other functions need work, and what the code printed', () => {
    const two = exercise('04-planar-log-det', 'Planar log-det', [
      check('forward', 'is right', { status: 'failed' }),
      check('inverse', 'is right', { status: 'failed' }),
    ]);
    const text = show({ report: report([{ ...two, console: ['hello'] }]) });
    expect(text).toContain('    1 more of its functions needs work: npm run grade -- 4\n');
    expect(text).toContain('│ hello\n');
    expect(text.match(/✗/g)).toHaveLength(1);
  });

  it('is a heading while nothing has a verdict yet', () => {
    const text = show({ report: report([]), grading: ['01-coin-mle', '10-likelihood-training'] });
    expect(text).toMatch(/^flow-grade 1\.0\.0 .*\n\n {2}grading 1, 10…\n$/);
  });

  it.each([80, 60])('fits %i columns, and says the same in colour', (width) => {
    for (const some of [inProgress, untouched, finished]) {
      for (const focus of some.exercises.map(({ id }) => id)) {
        const text = show({ report: some, focus }, width);
        expect(text.split('\n').filter((line) => columnsOf(line) > width)).toEqual([]);
        const colored = renderWatch({ report: some, focus }, { color: true, width });
        expect(stripVTControlCharacters(colored)).toBe(text);
        expect(text).not.toMatch(/ \n/);
      }
    }
  });
});
