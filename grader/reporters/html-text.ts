import { forHtml } from './escape.ts';

/** Markup. Only what this module made is taken for it: a look-alike is text, and escaped. */
class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

export type Html = Markup;

/** What may stand in a template; nothing is shown of what is not there. */
export type HtmlPart = Html | string | number | false | undefined | readonly HtmlPart[];

/**
 * Markup from a template: every part that is not markup itself is escaped.
 *
 * An attribute's value has quotes around it, always: without them it would end at a space.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  // Added up rather than joined: long parts are then shared with the text that they go into, not copied at every level.
  return new Markup(strings.reduce((text, next, index) => text + show(parts[index - 1]) + next));
}

function show(part: HtmlPart): string {
  if (part instanceof Markup) return part.toString();
  if (part === undefined || part === false) return '';
  if (Array.isArray(part)) return part.map(show).join('');
  return forHtml(String(part));
}

/** Markup, a style or a script that was made here; what it holds of anybody else's is escaped already. */
export function trustHtml(text: string): Html {
  return new Markup(text);
}
