import { expect, it } from 'vitest';
import type { Report } from '#grader/model/report.ts';
import { HOSTILE } from '../../support/hostile-texts.ts';
import { formatFaults, READERS, renderAll } from '../../support/result-formats.ts';
import { check, courseOf, exercise, filledWith, finished, inProgress, report, untouched } from './sample.ts';

const allWrong = courseOf((name) => [
  check(name, 'is what the lecture says', { status: 'failed', message: 'it is something else' }),
  check(name, 'costs O(d)', { status: 'skipped', message: `counts once ${name} matches its first check` }),
]);
const faulty = report([
  exercise('01-coin-mle', 'Coin MLE', [
    check('likelihood', 'is the probability'),
    check('likelihood', 'is finite', { status: 'grader-error', message: 'the reference is silent' }),
  ]),
]);
const alike = report([
  exercise('01-coin-mle', 'Coin MLE', [
    check('f', 'holds'),
    check('f', 'holds'),
    check('f', 'holds #2'),
    check('f', '\nholds '),
  ]),
]);

const long = '@ada `|<b> 漢🙂'.repeat(8_000);
const endless = report(
  [
    exercise(long, long, [check(long, long, { status: 'failed', message: long, counterexample: long, actual: long })], {
      file: long,
      message: long,
      console: [long],
    }),
  ],
  { submission: long, seed: long, kit: long, isolation: long },
);

/** More than any format takes. */
const huge = report(
  Array.from({ length: 12 }, (_, index) =>
    exercise(
      `${index}-x`,
      '🙂'.repeat(500),
      Array.from({ length: 8 }, (_, number) =>
        check(`f${number}`, `holds ${number} ${'<&'.repeat(500)}`, { status: 'failed', message: '🙂|'.repeat(2_000) }),
      ),
      { console: ['🙂'.repeat(3_000)] },
    ),
  ),
);

it.each<[string, Report]>([
  ['untouched stubs', untouched],
  ['finished work', finished],
  ['work in progress', inProgress],
  ['nothing right', allWrong],
  ['no exercises', report([])],
  ['an exercise without checks', report([exercise('01-coin-mle', 'Coin MLE', [])])],
  ['what the grader could not judge', faulty],
  ['checks of one name', alike],
  ['a very large report', huge],
  ['very long texts', endless],
  ['text of nothing', filledWith('')],
  ['text of control characters', filledWith(String.fromCharCode(...Array.from({ length: 0x100 }, (_, code) => code)))],
  ['text that no XML can hold', filledWith('\ud800 \ufffe\uffff\u0000 ]]>')],
  [
    'text that is Markdown',
    filledWith('| a | **b** \n```\n</pre>\n# c\n1. d\n- e\n![f](http://g) @org/team www.h.example $i$'),
  ],
  ['text that is commands', filledWith('::error::x\n##[warning]y\r\n ::stop-commands::z\n%0A::set-env name=a::b,c:d')],
  ...HOSTILE.map((text): [string, Report] => [JSON.stringify(text), filledWith(text)]),
])('every reader takes %s', (_, some) => {
  expect(formatFaults(some)).toEqual([]);
});

it('a reader takes none of what it would drop, misread or choke on', () => {
  const texts = renderAll(inProgress);
  const refused = (name: keyof typeof READERS, from: string | RegExp, to: string) => {
    const text = texts[name] ?? '';
    const changed = text.replace(from, () => to);
    expect(changed, `${name} ${from}`).not.toBe(text);
    try {
      return READERS[name](changed, inProgress).length > 0;
    } catch {
      return true;
    }
  };
  const spoilt: [keyof typeof READERS, string | RegExp, string][] = [
    ['strict', /<skipped>/, '<skipped message="why">'],
    ['strict', /classname=/, 'file="a.ts" classname='],
    ['strict', '</properties>', '</properties><system-out/>'],
    ['strict', /tests="\d+" failures="\d+" errors="\d+" skipped/, 'skipped'],
    ['junit', ' time="0"', ''],
    ['junit', /&lt;/, '<'],
    ['junit', /&lt;/, '&lt'],
    ['junit', '</failure>', ']]></failure>'],
    ['junit', '</failure>', '\u001b</failure>'],
    ['junit', '</failure>', ''],
    ['junit', /failures="(\d+)"/, 'failures="0"'],
    ['junit', /<skipped>[^<]*<\/skipped>/, ''],
    ['junit', /file="/, 'file="/'],
    ['github', 'title=flow-grade ', 'title='],
    ['github', '::error ', '::stop-commands::x\n::error '],
    ['github', /::error [^\n]*\n/, `${'::error title=flow-grade x::y\n'.repeat(11)}`],
    ['github', '%0A', '\n'],
    ['markdown', '&#45;', '-'],
    ['markdown', '| 9/15 |', '| 9 | 15 |'],
    ['markdown', '</pre>', ''],
    ['gradescope', '"output_format": "text"', '"output_format": "html"'],
    ['gradescope', '"score": 29', '"score": 30'],
    ['gradescope', '"score": 10', '"score": "10"'],
    ['prairielearn', /"score": 0.3\d+/, '"score": 0.38'],
    ['prairielearn', '"points": 10,', ''],
    ['classroom50', '"score": 10', '"score": 10.5'],
    ['classroom50', /Z"/, '.678Z"'],
    ['classroom50', /"max-score": 10\b/, '"max-score": 9'],
    ['classroom50', /"tests": [\s\S]*\]/, '"tests": []'],
  ];
  expect(spoilt.filter((each) => !refused(...each))).toEqual([]);
});
