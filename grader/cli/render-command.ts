import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Report } from '../model/report.ts';
import { nameOfPath, UsageError } from '../model/usage-error.ts';
import { commandFor } from './grade-command.ts';
import { addOutputOptions, type OutputOptions, readWriting, writeOutputs } from './write-outputs.ts';

/** Registers `render`. */
export function addRenderCommand(program: Command): void {
  const command = program
    .command('render')
    .description('write a stored JSON report in other formats')
    .argument('<REPORT>', 'what --reporter json wrote')
    .action(async (path: string, options: OutputOptions) => {
      const writing = readWriting(options);
      if (writing.outputs.some(({ reporter }) => reporter === 'timing'))
        throw new UsageError('a stored report has no times; leave out --reporter timing');
      const report = await readReport(path);
      // Where the work was is not in a report.
      const submission = report.submission === 'exercises' ? {} : { submission: 'DIR' };
      await writeOutputs(writing, report, { command: commandFor({ ...submission, seed: report.seed }) });
    });
  addOutputOptions(command);
}

/**
 * The report in a file.
 *
 * @throws UsageError when there is none, or one of another version of the format
 */
async function readReport(path: string): Promise<Report> {
  const name = nameOfPath(path);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new UsageError(`there is no file ${name}; give what --reporter json=FILE wrote`);
    if (error.code === 'EISDIR') throw new UsageError(`${name} is a folder; name a report in it`);
    throw new UsageError(`cannot read ${name} (${error.code})`);
  });
  const value = parseJson(text, name);
  const { FORMAT, reportSchema } = await import('../model/report.ts');
  const format = typeof value === 'object' && value !== null && 'format' in value ? String(value.format) : '';
  if (format !== FORMAT && /^flow-grade-report\/\d+$/.test(format)) {
    throw new UsageError(
      `${name} is in the format ${format} and this kit reads ${FORMAT}; render it with the kit that wrote it`,
    );
  }
  const parsed = reportSchema.safeParse(value);
  // As it was written: a parser puts keys in an order of its own.
  if (parsed.success) return value as Report;
  const place = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new UsageError(
    `${name} is no report${place === '' ? '' : ` (look at ${place})`}; give what --reporter json=FILE wrote`,
  );
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    throw new UsageError(`${name} is no JSON; give what --reporter json=FILE wrote`);
  }
}
