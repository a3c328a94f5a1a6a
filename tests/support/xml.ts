/** An element of an XML file, with the text directly in it. */
export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly Element[];
  readonly text: string;
}

const NO_CHARACTER = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const TAG =
  /<(?:\?xml [^>]*\?|!--[\s\S]*?--|\/([\w:-]+)\s*|([\w:-]+)((?:\s+[\w:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?))>/y;
const ENTITY = /&(?:(amp|lt|gt|quot|apos)|#(\d+)|#x([\da-f]+));/gi;
const NAMED: { readonly [name: string]: string } = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Reads XML 1.0 as strictly as Jenkins and GitLab do, as far as test results need it: no doctypes, no CDATA.
 *
 * @throws Error that says what is not well-formed
 */
export function readXml(source: string): Element {
  const bad = NO_CHARACTER.exec(source);
  if (bad !== null) throw new Error(`the character ${JSON.stringify(bad[0])} is none in XML`);
  const root = { name: '', attributes: new Map<string, string>(), children: [] as Element[], text: '' };
  const open = [root];
  let at = 0;
  while (at < source.length) {
    const here = open.at(-1) ?? root;
    const end = source.indexOf('<', at);
    const text = source.slice(at, end === -1 ? source.length : end);
    if (text.includes(']]>')) throw new Error('text holds ]]>');
    here.text += decode(text);
    if (end === -1) break;
    TAG.lastIndex = end;
    const [tag, closed, name, list = '', empty] = TAG.exec(source) ?? [];
    if (tag === undefined) throw new Error(`no tag: ${source.slice(end, end + 60)}`);
    at = end + tag.length;
    if (closed !== undefined && open.pop()?.name !== closed) throw new Error(`</${closed}> closes something else`);
    if (name === undefined) continue;
    const element = { name, attributes: readAttributes(list), children: [], text: '' };
    here.children.push(element);
    if (empty === '') open.push(element);
  }
  const [first, ...more] = root.children;
  if (first === undefined || more.length > 0 || root.text.trim() !== '' || open.length !== 1)
    throw new Error('there is not one element around all');
  return first;
}

function readAttributes(list: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name = '', value = ''] of list.matchAll(/([\w:-]+)\s*=\s*("[^"]*"|'[^']*')/g)) {
    if (attributes.has(name)) throw new Error(`two attributes ${name}`);
    // A parser makes one blank of every break.
    attributes.set(name, decode(value.slice(1, -1).replaceAll(/[\t\n\r]/g, ' ')));
  }
  return attributes;
}

function decode(text: string): string {
  if (text.replaceAll(ENTITY, '').includes('&')) throw new Error(`an & that is no reference: ${text.slice(0, 60)}`);
  return text.replaceAll(ENTITY, (_, name?: string, decimal?: string, hexadecimal?: string) => {
    const character =
      name === undefined
        ? String.fromCodePoint(decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal))
        : (NAMED[name] ?? '');
    if (NO_CHARACTER.test(character)) throw new Error('a reference to no character');
    return character;
  });
}

/** An element and all in it. */
export function allOf(element: Element, name: string): Element[] {
  return [...(element.name === name ? [element] : []), ...element.children.flatMap((child) => allOf(child, name))];
}

/**
 * What in a file breaks an XML schema that is made of global elements, sequences of references and attributes of strings.
 *
 * @param schema  the schema itself
 */
export function schemaFaults(schema: Element, element: Element): string[] {
  const declaration = schema.children.find((each) => each.attributes.get('name') === element.name);
  if (declaration === undefined) return [`there is no element ${element.name}`];
  const known = allOf(declaration, 'xs:attribute');
  const sequence = allOf(declaration, 'xs:sequence')[0]?.children ?? [];
  const isText = declaration.attributes.has('type') || allOf(declaration, 'xs:complexType')[0]?.attributes.has('mixed');
  const faults = [
    ...[...element.attributes.keys()]
      .filter((name) => !known.some((each) => each.attributes.get('name') === name))
      .map((name) => `${element.name} has no attribute ${name}`),
    ...known
      .filter(
        ({ attributes }) =>
          attributes.get('use') === 'required' && !element.attributes.has(attributes.get('name') ?? ''),
      )
      .map(({ attributes }) => `${element.name} lacks ${attributes.get('name')}`),
    ...(!isText && element.text.trim() !== '' ? [`${element.name} holds text`] : []),
  ];
  let rest = element.children.map(({ name }) => name);
  for (const { attributes } of sequence) {
    const after = rest.findIndex((name) => name !== attributes.get('ref'));
    const amount = after === -1 ? rest.length : after;
    const most = attributes.get('maxOccurs') ?? '1';
    if (amount < Number(attributes.get('minOccurs') ?? '1') || (most !== 'unbounded' && amount > Number(most)))
      faults.push(`${element.name} holds ${amount} ${attributes.get('ref')}`);
    rest = rest.slice(amount);
  }
  if (rest.length > 0) faults.push(`${element.name} does not hold ${rest[0]} there`);
  return [...faults, ...element.children.flatMap((child) => schemaFaults(schema, child))];
}
