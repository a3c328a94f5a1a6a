import { expect, it } from 'vitest';
import { MAX_SUMMARY, renderMarkdown } from '#grader/reporters/markdown.ts';
import { check, courseOf, exercise, finished, inProgress, report } from './sample.ts';

it('says the points, what is to do in each exercise, and what each failure says', () => {
  const text = renderMarkdown(inProgress);
  expect(text).toMatch(/^## flow-grade: 29 of 76 points\n/);
  expect(text).toContain('\n| 2 | Affine change of variables ★ | 9/15 | 1 wrong |\n');
  expect(text).toContain('\n| 8 | Hutchinson estimator ★ | 0/20 | does not load |\n');
  expect(text).toContain(`
#### 4 · logDetJacobian ✗ agrees with log &#124;det J&#124; of your own forward (4 points)

logDetJacobian is not log &#124;det J&#124; of forward

<pre>smallest  logDetJacobian([0], { a: [1], b: [1], c: 1 })
expected  0.350639  (± 1e-6)
yours     0.566219</pre>

1 &#43; tanh(·) aᵀb was used where the Jacobian has tanh′(·) &#61; 1 − tanh²&#46;

found after 1 of 100 inputs, made smaller 14 times
`);
  expect(text).toContain(
    '<details><summary>Printed by 4: 2 lines</summary>\n\n<pre>hello\nx = [1, 2]</pre>\n\n</details>',
  );
  expect(text).not.toMatch(/undefined|\[object/);
});

it('mentions nobody', () => {
  const some = report([exercise('01-x', '@ada', [check('f', '@org/team', { status: 'failed', message: '@bob' })])]);
  expect(renderMarkdown(some)).not.toContain('@');
});

it('says when all is done, and when the grader could not judge', () => {
  expect(renderMarkdown(finished)).toContain('**Everything passes&#46; Well done&#33;**');
  const some = report([exercise('01-x', 'X', [check('f', 'holds', { status: 'grader-error' })])]);
  expect(renderMarkdown(some)).toContain('**1 check could not be graded, which costs no points**');
});

it('is cut between parts before GitHub shows nothing, and says what was cut', () => {
  const long = (name: string) =>
    Array.from({ length: 12 }, (_, index) =>
      check(`${name}${index}`, 'holds', { status: 'failed', message: '🙂'.repeat(900) }),
    );
  const text = renderMarkdown(courseOf(long));
  const bytes = Buffer.byteLength(text);
  expect(bytes).toBeLessThan(MAX_SUMMARY);
  expect(bytes).toBeGreaterThan(MAX_SUMMARY * 0.98);
  const shown = text.match(/^#### /gm)?.length ?? 0;
  const all = courseOf(long).exercises.flatMap(({ checks }) => checks).length;
  const left = (all - shown).toLocaleString('en-US');
  expect(text).toMatch(new RegExp(`\\n\\nCut here, because a summary has at most 1 MiB: ${left} failures\\.\\n$`));
});
