// Everything that is no character of text: controls, formatting (bidirectional overrides, zero-width characters), private
// use, lone surrogates and the two separators of lines and paragraphs. A line feed stays.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Text as a terminal can show it: nothing in it moves the cursor, changes a colour or hides; line feeds stay. */
export function forTerminal(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll('\t', '  ')
    .replace(UNPRINTABLE, (character) => (character === '\n' ? character : escapeOf(character)));
}

function escapeOf(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
}
