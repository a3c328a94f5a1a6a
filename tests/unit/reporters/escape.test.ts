import { expect, it } from 'vitest';
import {
  forCommand,
  forCommandProperty,
  forJson,
  forLog,
  forMarkdown,
  forTerminal,
  forXml,
} from '#grader/reporters/escape.ts';

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

it.each([
  ['a < b && c > "d"', 'a &lt; b &amp;&amp; c &gt; &quot;d&quot;'],
  [']]>', ']]&gt;'],
  ['\u0000\u001b\ud800\ufffe\uffff', '\\u0000\\u001b\\ud800\\ufffe\\uffff'],
  ['\n::error::x ##[y]', '\n&#58;:error::x #&#35;[y]'],
  ['🎲 漢\t½', '🎲 漢  ½'],
])('%j stands in XML as %j', (text, shown) => {
  expect(forXml(text)).toBe(shown);
});

it.each([
  ['log |a| is *not* a_b', 'log &#124;a&#124; is &#42;not&#42; a&#95;b'],
  ['```\n# x\n- y', '&#96;&#96;&#96; &#35; x &#45; y'],
  ['<b> &amp; [a](b)', '&#60;b&#62; &#38;amp; &#91;a&#93;(b)'],
  ['ask @ada at https://x.y', 'ask &#64;&#8203;ada at https&#58;//x&#46;y'],
  ['  f(x), 50 % / "½"?  ', 'f(x), 50 % / "½"?'],
])('%j stands in Markdown as %j', (text, shown) => {
  expect(forMarkdown(text)).toBe(shown);
});

it.each([
  ['100 %\r\n::error::x', '100 %25%0A::error::x', '100 %25%0A%3A%3Aerror%3A%3Ax'],
  ['%0A a, b: ##[c]', '%250A a, b: # [c]', '%250A a%2C b%3A # [c]'],
  ['\u0000\u2028', '\\u0000\\u2028', '\\u0000\\u2028'],
])('%j stands in a workflow command as %j, in its title as %j', (text, message, property) => {
  expect(forCommand(text)).toBe(message);
  expect(forCommandProperty(text)).toBe(property);
});
