import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Exercise } from '../model/exercise.ts';

/** Packages whose code has a part in verdicts; the reference's have one where expected values are computed. */
const PACKAGES = ['quickjs-wasi', 'esbuild', 'fast-check'];
const REFERENCE_PACKAGES = ['mathjs', '@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-cpu'];

/**
 * By exercise id, a digest of everything besides the student's file and the seed that its verdicts depend on: its checks
 * with all that they import, the engine and the sandbox, the packages, and the expected values or what computes them.
 *
 * Comments and layout do not count. The same kit has the same fingerprints on every machine.
 *
 * @param recordingOf  where an exercise's expected values are recorded; nothing when the reference computes them
 */
export async function fingerprintsOf(
  exercises: readonly Pick<Exercise, 'id'>[],
  recordingOf: ((exercise: string) => URL) | undefined,
): Promise<ReadonlyMap<string, string>> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const engine = ['grader/engine/grade.ts', 'grader/engine/serve.ts'];
  const reference = recordingOf === undefined ? ['reference/oracle.ts'] : [];
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [...engine, ...reference, ...exercises.map(({ id }) => `grader/course/${id}.ts`)],
    bundle: true,
    write: false,
    outdir: 'out',
    outbase: '.',
    packages: 'external',
    format: 'esm',
    platform: 'node',
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'silent',
  });
  const codeOf = (file: string) => {
    const name = file.replace(/\.ts$/, '.js');
    const output = outputFiles.find(({ path }) => path.replaceAll('\\', '/').endsWith(`/out/${name}`));
    if (output === undefined) throw new Error(`${file} was not bundled`);
    return output.text;
  };
  const prelude = await readFile(new URL('../sandbox/prelude.js', import.meta.url), 'utf8');
  // The kit depends on exact versions.
  const manifest = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  const { dependencies } = JSON.parse(manifest) as { dependencies: Record<string, string> };
  const names = [...PACKAGES, ...(recordingOf === undefined ? REFERENCE_PACKAGES : [])];
  const packages = names.map((name) => `${name} ${dependencies[name]}`);
  const shared = [...engine, ...reference].map(codeOf);
  const common = digestOf([...shared, prelude.replaceAll('\r\n', '\n'), ...packages]);
  const entries = exercises.map(async ({ id }): Promise<[string, string]> => {
    const recorded = recordingOf === undefined ? '' : await readFile(recordingOf(id), 'utf8');
    return [id, digestOf([common, codeOf(`grader/course/${id}.ts`), recorded.replaceAll('\r\n', '\n')])];
  });
  return new Map(await Promise.all(entries));
}

/** A digest of texts or bytes, none of which can pass for a part of another. */
export function digestOf(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part).update('\n');
  return hash.digest('hex');
}
