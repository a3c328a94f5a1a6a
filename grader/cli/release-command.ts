import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { count } from '../model/text.ts';
import { writeOut } from './console.ts';
import { readVersion } from './options.ts';

/** Registers `release`, which writes the repository that is handed out. */
export function addReleaseCommand(program: Command): void {
  program
    .command('release')
    .description('write the student edition: exercises and grader, neither solutions nor reference')
    .requiredOption('--out <DIR>', 'an empty folder, or an earlier edition, in which a student’s work is left alone')
    .option('--gradescope', 'write an autograder for Gradescope instead; the zip of what is in DIR is uploaded there')
    .action(async ({ out, gradescope }: { readonly out: string; readonly gradescope?: true }) => {
      const [{ course }, { GRADESCOPE_SCRIPTS, makeAutograder, makeEdition, pathOfWork }, { writeEdition }] =
        await Promise.all([
          import('../course/course.ts'),
          import('../release/edition.ts'),
          import('../release/write-edition.ts'),
        ]);
      const edition = await makeEdition(course, readVersion());
      if (gradescope) {
        const { files } = await writeEdition(out, await makeAutograder(edition, readVersion()), new Set());
        for (const script of GRADESCOPE_SCRIPTS) await chmod(join(out, script), 0o755);
        const how = 'zip what is in the folder, not the folder itself, and upload that to Gradescope';
        await writeOut(process.stdout, `${count(files, 'file')} written; ${how}\n`);
        return;
      }
      const { files, kept } = await writeEdition(out, edition, new Set(course.map(pathOfWork)));
      const left =
        kept.length === 0
          ? ''
          : `; left alone, because somebody worked on ${kept.length === 1 ? 'it' : 'them'}: ${kept.join(', ')}`;
      await writeOut(process.stdout, `${count(files, 'file')} written${left}\n`);
    });
}
