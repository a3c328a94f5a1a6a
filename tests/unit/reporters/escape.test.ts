import { expect, it } from 'vitest';
import { forJson, forLog, forTerminal } from '#grader/reporters/escape.ts';

it.each([
  ['plain text, ü, ½ and 漢字', 'plain text, ü, ½ and 漢字'],
  ['two\nlines', 'two\nlines'],
  ['two\r\nlines', 'two\nlines'],
  ['over\rtyped', 'over\\u000dtyped'],
  ['a\tb', 'a  b'],
  ['\u001b[31mred\u001b[0m', '\\u001b[31mred\\u001b[0m'],
  ['\u009b31m', '\\u009b31m'],
  ['\u0000\u0007\b\u007f', '\\u0000\\u0007\\u0008\\u007f'],
  ['\u202eabc\u2066', '\\u202eabc\\u2066'],
  ['\u200b\u200d\ufeff\u061c', '\\u200b\\u200d\\ufeff\\u061c'],
  ['\u2028\u2029', '\\u2028\\u2029'],
  ['\ud800 \udfff', '\\ud800 \\udfff'],
  ['\u{e0041}\u{f0000}', '\\u{e0041}\\u{f0000}'],
  ['e\u0301 🎲', 'e\u0301 🎲'],
])('%j is shown as %j', (text, shown) => {
  expect(forTerminal(text)).toBe(shown);
  expect(forTerminal(shown)).toBe(shown);
});

it.each([
  ['::error::x', ': error::x'],
  ['one\n  ::set-output name=a::b\n', 'one\n  : set-output name=a::b\n'],
  ['\u001b[2m    \u001b[31m::stop-commands::x', '\u001b[2m    \u001b[31m: stop-commands::x'],
  ['say ##[error]x and ##vso[task.complete]', 'say # [error]x and # vso[task.complete]'],
  ['std::vector, a :: b, # 1 ## 2 [3]', 'std::vector, a :: b, # 1 ## 2 [3]'],
])('%j stands in a log as %j', (text, shown) => {
  expect(forLog(text)).toBe(shown);
  expect(forLog(shown)).toBe(shown);
});

it('JSON keeps its value and holds no command of a log', () => {
  const value = { message: '##[error]x, ##vso[y]', other: '## [no], "\\##[z]"' };
  const text = forJson(JSON.stringify(value));
  expect(JSON.parse(text)).toEqual(value);
  expect(text).not.toMatch(/##\w*\[/);
});
