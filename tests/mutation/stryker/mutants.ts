/** One small change of a file that a tool made: a name that says where and what, and the whole changed text. */
export interface Mutant {
  readonly name: string;
  readonly source: string;
}

/** What we use of Stryker's instrumenter; lines and columns count from 0. */
interface Instrumented {
  readonly mutants: readonly {
    readonly replacement: string;
    readonly status?: string;
    readonly location: { readonly start: Position; readonly end: Position };
  }[];
}
interface Position {
  readonly line: number;
  readonly column: number;
}
interface Instrumenter {
  instrument(
    files: readonly { name: string; content: string; mutate: boolean }[],
    options: object,
  ): Promise<Instrumented>;
}

/** Every mutant that Stryker makes of a TypeScript file, but those of texts: no check reads a message. */
export async function mutantsOf(source: string): Promise<Mutant[]> {
  const { mutants } = await (await openInstrumenter()).instrument(
    [{ name: 'file.ts', content: source, mutate: true }],
    {
      plugins: null,
      excludedMutations: ['StringLiteral'],
      ignorers: [],
      noHeader: true,
    },
  );
  const starts = [0, ...[...source.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const offset = ({ line, column }: Position) => (starts[line] ?? source.length) + column;
  const seen = new Map<string, number>();
  return mutants
    .filter(({ status }) => status !== 'Ignored')
    .map(({ location, replacement }) => {
      const [from, to] = [offset(location.start), offset(location.end)];
      const [before, original, after] = [source.slice(0, from), source.slice(from, to), source.slice(to)];
      const place = [...before.matchAll(/^(?:export )?(?:function|const|class) (\w+)/gm)].at(-1)?.[1] ?? 'top';
      const name = `${place}: ${brief(original)} → ${brief(replacement)}`;
      const times = (seen.get(name) ?? 0) + 1;
      seen.set(name, times);
      return { name: times === 1 ? name : `${name} (${times})`, source: before + replacement + after };
    });
}

function brief(text: string): string {
  return text.replaceAll(/\s+/g, ' ').slice(0, 100);
}

async function openInstrumenter(): Promise<Instrumenter> {
  // A name that the compiler does not follow: the package is installed for this command alone.
  const name = '@stryker-mutator/instrumenter';
  const { Instrumenter } = await import(name).catch(() => {
    throw new Error('Stryker is not installed; run npm ci --prefix tests/mutation/stryker first');
  });
  return new Instrumenter({ isDebugEnabled: () => false, debug() {}, info() {} });
}
