const GAP = String.raw`(?:\s|/\*(?:[^*]|\*(?!/))*\*/|//[^\n]*\n)`;
const HEAD = new RegExp(String.raw`\benum${GAP}+[^\s{}()[\]'"\x60/;:,=.]+${GAP}*\{`, 'g');
const TOKEN = /"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'|`[^`$\\]*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*|[{}'"`+/]/g;
/** What a slash follows that divides, and does not open a regular expression. */
const DIVISION = /[\w$)\]]\s*$/;

/**
 * The longest text, in characters, to which the members of a file's enums could come.
 *
 * The compiler computes enums by itself and writes a member's text wherever the member is used: `B = A + A, C = B + B, …`
 * doubles a text thirty times over in a few lines. Text that cannot be measured like this (a template with something
 * filled in, or beside a regular expression) counts as endless.
 */
export function measureEnums(source: string): number {
  let length = 0;
  let joins = 0;
  let unclear = false;
  for (const head of source.matchAll(HEAD)) {
    TOKEN.lastIndex = head.index + head[0].length;
    for (let depth = 1; depth > 0; ) {
      const token = TOKEN.exec(source);
      if (token === null) break;
      const [text] = token;
      if (text === '{') depth += 1;
      else if (text === '}') depth -= 1;
      else if (text === '+') joins += 1;
      else if (text === '/') unclear ||= !DIVISION.test(source.slice(Math.max(0, token.index - 20), token.index));
      else if (!text.startsWith('/')) length += text.length > 1 ? text.length : Number.POSITIVE_INFINITY;
    }
  }
  if (length === 0) return 0;
  return unclear ? Number.POSITIVE_INFINITY : length * 2 ** joins;
}
