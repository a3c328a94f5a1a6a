/** Longest text, in characters, that one field of a report takes from a submission. */
export const MAX_FIELD = 2_000;

/** Text from a submission with control characters and lone surrogates shown as escapes, cut in the middle when long. */
export function clean(text: string, limit = MAX_FIELD): string {
  const shown = text
    .slice(0, limit * 4)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to make visible
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, escapeOf)
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, escapeOf);
  return cutMiddle(shown, limit);
}

/** Text of at most `limit` characters; what was cut from its middle is counted in its place. */
export function cutMiddle(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const half = Math.floor((limit - 40) / 2);
  const [head, tail] = [text.slice(0, half), text.slice(-half)];
  const note = ` … ${text.length - 2 * half} characters cut … `;
  return `${head.replace(/[\ud800-\udbff]$/, '')}${note}${tail.replace(/^[\udc00-\udfff]/, '')}`;
}

/** The order of texts by code unit, as every machine sorts. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** "1 check", "3 checks". */
export function count(amount: number, noun: string): string {
  return `${amount.toLocaleString('en-US')} ${noun}${amount === 1 ? '' : 's'}`;
}

function escapeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
