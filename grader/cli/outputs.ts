import { nameOfPath, UsageError } from '../model/usage-error.ts';

/** The reporters that `--reporter` knows. */
export const REPORTERS = [
  'terminal',
  'html',
  'json',
  'junit',
  'markdown',
  'github',
  'gradescope',
  'prairielearn',
  'classroom50',
  'timing',
] as const;

export type ReporterName = (typeof REPORTERS)[number];

/** A reporter and where its text goes: to a file, or to a standard stream when there is none. */
export interface Output {
  readonly reporter: ReporterName;
  readonly file: string | undefined;
}

/**
 * Reads the values of `--reporter`, each NAME or NAME=FILE.
 *
 * Timing goes to standard error and is no report, so the terminal's is kept when nothing else is asked for.
 *
 * @throws UsageError for an unknown name, and when two would write to the same place
 */
export function readOutputs(asked: readonly string[]): Output[] {
  const outputs = asked.map(readOutput);
  if (outputs.every(({ reporter }) => reporter === 'timing')) {
    outputs.unshift({ reporter: 'terminal', file: undefined });
  }
  const places = outputs.map(({ reporter, file }) => file ?? (reporter === 'timing' ? 2 : 1));
  for (const [index, place] of places.entries()) {
    if (places.indexOf(place) === index) continue;
    const where = typeof place === 'string' ? nameOfPath(place) : place === 1 ? 'standard output' : 'standard error';
    throw new UsageError(`two reporters would write to ${where}; give one of them a file: --reporter NAME=FILE`);
  }
  return outputs;
}

function readOutput(asked: string): Output {
  const [name = ''] = asked.split('=', 1);
  const file = asked.includes('=') ? asked.slice(name.length + 1) : undefined;
  const reporter = REPORTERS.find((known) => known === name);
  if (reporter === undefined) {
    throw new UsageError(`there is no reporter ${JSON.stringify(name)}; there are ${REPORTERS.join(', ')}`);
  }
  if (file === '') throw new UsageError(`--reporter ${name}= names no file; give one, or leave out the =`);
  return { reporter, file };
}
