/** A key as node:readline tells of it. */
export interface Key {
  readonly name?: string | undefined;
  readonly ctrl?: boolean | undefined;
  readonly meta?: boolean | undefined;
  readonly sequence?: string | undefined;
}

/** What a key asks for; `type` shows what has been typed of an exercise's name so far, and `leave` takes that back. */
export type Action =
  | { readonly do: 'again' | 'hint' | 'open' | 'help' | 'quit' | 'leave' }
  | { readonly do: 'type'; readonly typed: string }
  | { readonly do: 'choose'; readonly name: string };

/** The keys as they are shown. */
export const KEYS: readonly (readonly [key: string, what: string])[] = [
  ['Enter or r', 'grade all again'],
  ['a number or e', 'choose one exercise, or all'],
  ['h', 'the next hint'],
  ['o', 'open the live page'],
  ['?', 'this list'],
  ['q', 'quit'],
];

/** Longest name of an exercise that is typed. */
const LONGEST = 40;

/**
 * What a key asks for.
 *
 * @param typed  what has been typed of an exercise's name; undefined when none is being chosen
 */
export function actionOf({ name, ctrl, meta, sequence = '' }: Key, typed?: string): Action | undefined {
  if (ctrl && (name === 'c' || name === 'd')) return { do: 'quit' };
  const isEnter = name === 'return' || name === 'enter';
  const isText = !ctrl && !meta && /^[\x20-\x7e]$/.test(sequence);
  if (typed !== undefined) {
    if (isEnter) return { do: 'choose', name: typed.trim() };
    if (name === 'escape') return { do: 'leave' };
    if (name === 'backspace') return typed === '' ? { do: 'leave' } : { do: 'type', typed: typed.slice(0, -1) };
    return isText && typed.length < LONGEST ? { do: 'type', typed: typed + sequence } : undefined;
  }
  if (isEnter) return { do: 'again' };
  if (!isText) return undefined;
  if (/\d/.test(sequence)) return { do: 'type', typed: sequence };
  switch (sequence) {
    case 'r':
      return { do: 'again' };
    case 'e':
      return { do: 'type', typed: '' };
    case 'h':
      return { do: 'hint' };
    case 'o':
      return { do: 'open' };
    case '?':
      return { do: 'help' };
    case 'q':
      return { do: 'quit' };
    default:
      return undefined;
  }
}
