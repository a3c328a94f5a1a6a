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

/** Marks that the log of a CI service takes for a command wherever they stand: `##[…]`, `##vso[…]`. */
const COMMAND_MARK = /##(?=\w*\[)/g;

/** Text for a terminal as it may stand in the log of a CI service: no line is read as a command, none gets longer. */
export function forLog(text: string): string {
  return (
    text
      .replace(COMMAND_MARK, '# ')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: colours may stand before the text of a line
      .replace(/^((?:\s|\u001b\[[\d;]*m)*)::/gm, '$1: ')
  );
}

/** JSON that stays the same value, and in which a log finds no command; its lines begin with a quote or a bracket. */
export function forJson(text: string): string {
  return text.replace(COMMAND_MARK, '#\\u0023');
}

const ENTITIES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Text between tags or in a quoted attribute: no markup, nothing that hides or reorders what stands around it, and no
 * command where the page is printed into a log.
 */
export function forHtml(text: string): string {
  return withoutCommands(forTerminal(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? ''));
}

/** A line of a text between tags, its tabs as they are; for the rest as `forHtml`. */
export function forSource(line: string): string {
  return line.split('\t').map(forHtml).join('\t');
}

/** Markup in which anybody's text is escaped already: nothing in it hides or reorders, and no line is a command. */
export function forMarkup(markup: string): string {
  return withoutCommands(forTerminal(markup));
}

function withoutCommands(markup: string): string {
  return markup.replace(COMMAND_MARK, '#&#35;').replace(/^(\s*):(?=:)/gm, '$1&#58;');
}

// Characters of text that XML 1.0 has no way to write.
const NO_XML = /[\ufffe\uffff]/g;

/** Text between the tags of an XML file or in a quoted attribute; for the rest as `forHtml`. */
export function forXml(text: string): string {
  return forHtml(text).replace(NO_XML, escapeOf);
}

/**
 * Text in one line of GitHub's Markdown: the punctuation as character references, which are never markup, links or the
 * border of a cell, and no mention of anybody.
 */
export function forMarkdown(text: string): string {
  return forTerminal(text)
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim()
    .replace(/[!#$&*+\-.:<=>@[\\\]^_`{|}~]/g, (mark) => (mark === '@' ? '&#64;&#8203;' : `&#${mark.charCodeAt(0)};`));
}

/** The message of a workflow command: as many lines as it has, on one line of the log. */
export function forCommand(text: string): string {
  return forTerminal(text).replace(COMMAND_MARK, '# ').replaceAll('%', '%25').replaceAll('\n', '%0A');
}

/** The value of a property of a workflow command, e.g. of its title. */
export function forCommandProperty(text: string): string {
  return forCommand(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** One segment of a relative address: whatever is in it, it leads nowhere else. */
export function forUrl(segment: string): string {
  // A lone surrogate has no encoding.
  return encodeURIComponent(segment.replace(/\p{Cs}/gu, '\ufffd'));
}
