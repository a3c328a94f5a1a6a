import { describe, expect, it } from 'vitest';
import { forHtml, forUrl } from '#grader/reporters/escape.ts';
import { html, trustHtml } from '#grader/reporters/html-text.ts';

it.each([
  ['plain text, ü, ½ and 漢字', 'plain text, ü, ½ and 漢字'],
  ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
  ["\"><img src=x onerror='alert(1)'>", '&quot;&gt;&lt;img src=x onerror=&#39;alert(1)&#39;&gt;'],
  ['&amp; is not &', '&amp;amp; is not &amp;'],
  [']]> --> </style>', ']]&gt; --&gt; &lt;/style&gt;'],
  ['two\r\nlines', 'two\nlines'],
  ['\u202eabc\u2066', '\\u202eabc\\u2066'],
  ['\u0000\u001b[31m\ud800', '\\u0000\\u001b[31m\\ud800'],
  ['##[error]x', '#&#35;[error]x'],
  ['one\n  ::error::x', 'one\n  &#58;:error::x'],
  ['std::vector', 'std::vector'],
])('%j stands on a page as %j', (text, shown) => {
  expect(forHtml(text)).toBe(shown);
});

it.each([
  ['ada', 'ada'],
  ['a b', 'a%20b'],
  ['100%25', '100%2525'],
  ['../../etc/passwd', '..%2F..%2Fetc%2Fpasswd'],
  ['javascript:alert(1)', 'javascript%3Aalert(1)'],
  ['//evil.example/?a#b', '%2F%2Fevil.example%2F%3Fa%23b'],
  ['müller', 'm%C3%BCller'],
  ['\ud800x', '%EF%BF%BDx'],
])('%j stands in an address as %j', (segment, shown) => {
  expect(forUrl(segment)).toBe(shown);
});

describe('a template', () => {
  it('escapes every part that is not markup', () => {
    const name = '<b>"Ada" & \'Bob\'</b>';
    expect(String(html`<p title="${name}">${name}</p>`)).toBe(
      '<p title="&lt;b&gt;&quot;Ada&quot; &amp; &#39;Bob&#39;&lt;/b&gt;">' +
        '&lt;b&gt;&quot;Ada&quot; &amp; &#39;Bob&#39;&lt;/b&gt;</p>',
    );
  });

  it('keeps markup and lists of it', () => {
    const items = ['<', 2].map((each) => html`<li>${each}</li>`);
    expect(String(html`<ul>${items}</ul>`)).toBe('<ul><li>&lt;</li><li>2</li></ul>');
    expect(String(html`${trustHtml('<hr>')}`)).toBe('<hr>');
  });

  it('shows nothing of what is not there, and 0', () => {
    expect(String(html`[${undefined}${false}${[]}]${0}`)).toBe('[]0');
  });

  it('takes no look-alike for markup', () => {
    const lookAlike = { toString: () => '<b>', map: () => ['<i>'] } as unknown as string;
    expect(String(html`${lookAlike}`)).toBe('&lt;b&gt;');
  });
});
