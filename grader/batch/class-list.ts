import { clean, compareText } from '../model/text.ts';
import { digestOf } from './fingerprint.ts';
import type { Download, HandIn } from './layouts.ts';
import type { Roster } from './roster.ts';
import type { Source } from './trees.ts';

/** Everybody in a class: who handed in what, and who nothing. */
export interface ClassList {
  readonly layout: string;
  /** Sorted by id, then by place. */
  readonly entries: readonly Entry[];
  /** On the roster, without any work; sorted by id. */
  readonly absent: readonly { readonly id: string; readonly name: string }[];
  readonly ignored: readonly string[];
}

/** One submission of a class. */
export interface Entry {
  /** Name of its files in `reports/`, without their ending; no two are the same where case does not count. */
  readonly key: string;
  readonly id: string;
  readonly name: string;
  /** Whatever else the student is known by, for gradebooks. */
  readonly identities: readonly string[];
  readonly place: string;
  readonly content: Source;
  /** Why a person should look at it; none when nobody need. */
  readonly reasons: readonly string[];
}

/** Names everybody as the roster does, where there is one, and gives every submission its key. */
export function listClass(download: Download, roster: Roster | undefined): ClassList {
  const named = download.handIns
    .map((handIn) => ({ handIn, ...identify(handIn, roster) }))
    .sort((a, b) => compareText(a.id, b.id) || compareText(a.handIn.place, b.handIn.place));
  const places = new Map<string, string[]>();
  for (const { id, handIn } of named) places.set(id, [...(places.get(id) ?? []), clean(handIn.place, 100)]);
  const taken = new Set<string>();
  const entries = named.map(({ handIn, id, name, identities, reasons }): Entry => {
    const own = places.get(id) ?? [];
    const several = own.length > 1 ? [`${own.length} submissions of one student: ${own.join(', ')}`] : [];
    const { place, content, remarks } = handIn;
    const all = [...reasons, ...several, ...remarks];
    return { key: takeKey(id, taken), id, name, identities, place, content, reasons: all };
  });
  const present = new Set(entries.map(({ id }) => id));
  const absent = (roster?.lines ?? [])
    .map(({ id, name }) => ({ id: tidy(id), name: tidy(name) }))
    .filter(({ id }) => !present.has(id))
    .sort((a, b) => compareText(a.id, b.id));
  return { layout: download.layout, entries, absent, ignored: download.ignored };
}

function identify(
  handIn: HandIn,
  roster: Roster | undefined,
): Pick<Entry, 'id' | 'name' | 'identities'> & { readonly reasons: string[] } {
  const { id, name, email } = handIn;
  const own = [id, ...(email === undefined ? [] : [email])].map(tidy);
  const line = roster?.find(handIn);
  if (line !== undefined && line !== 'several') {
    const identities = [...new Set([...own, ...line.identities.map(tidy)])];
    return { id: tidy(line.id), name: tidy(line.name || name), identities, reasons: [] };
  }
  const reasons =
    roster === undefined
      ? []
      : [line === 'several' ? 'more than one line of the roster fits' : 'no line of the roster fits'];
  return { id: tidy(id), name: tidy(name), identities: own, reasons };
}

/** Two spellings of one character are one; a name has one line. */
function tidy(text: string): string {
  return clean(text.normalize('NFC').replaceAll(/\s+/g, ' ').trim(), 200);
}

/** Longest key, so that a file's name with its ending and the mark of a temporary one fits everywhere. */
const LONGEST = 180;

/** The id with everything but `A-Z a-z 0-9 . _ -` percent-encoded, and `~2` behind it when another is the same but for case. */
function takeKey(id: string, taken: Set<string>): string {
  const encoded = [...new TextEncoder().encode(id)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[\w.-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
  const short =
    encoded.length <= LONGEST ? encoded : `${encoded.slice(0, LONGEST - 13)}~${digestOf([id]).slice(0, 12)}`;
  let key = short;
  for (let number = 2; taken.has(key.toLowerCase()); number += 1) key = `${short}~${number}`;
  taken.add(key.toLowerCase());
  return key;
}
