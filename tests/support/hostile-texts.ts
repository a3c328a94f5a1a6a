/** Texts that try to be more than text on a page. */
export const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'><svg onload=alert(1)>",
  '</style></title></textarea><script>alert(1)</script>',
  '\u202egpj.exe\u2066 \u200b\u0000\u001b[31m',
  ']]> --> <!--',
  'javascript:alert(1)',
  '&lt;b&gt; &#60;',
  'https://evil.example/x.png',
  '{{7*7}} `',
  '../../index',
  '##[error]x',
];

/** What stands in a page outside of its tags. */
export function textOf(page: string): string {
  return page.replace(/<(style|script)>.*?<\/\1>/gs, '').replace(/<[^>]*>/g, ' ');
}

const OWN =
  /^<(?:!doctype html|\/?(?:html|head|meta|title|style|body|main|header|section|h[1-4]|p|dl|div|dt|dd|ul|li|a|span|bdi|small|strong|code|pre|br|table|caption|thead|tbody|tr|th|td|details|summary|figure|figcaption|svg|g|rect|line|circle|path|text|tspan|label|input|script))(?=[\s/>])/;

/** The tags of a page, without those that the page's own parts are made of. */
export function strangeTags(page: string): string[] {
  const tags = page.replace(/<(style|script)>.*?<\/\1>/gs, '').match(/<[^>]*>?/g) ?? [];
  return tags.filter((tag) => !OWN.test(tag) || /\son|src/i.test(tag.replaceAll(/"[^"]*"/g, '""')));
}
