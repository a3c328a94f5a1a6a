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
    .action(async ({ out }: { readonly out: string }) => {
      const [{ course }, { makeEdition, pathOfWork }, { writeEdition }] = await Promise.all([
        import('../course/course.ts'),
        import('../release/edition.ts'),
        import('../release/write-edition.ts'),
      ]);
      const edition = await makeEdition(course, readVersion());
      const { files, kept } = await writeEdition(out, edition, new Set(course.map(pathOfWork)));
      const left =
        kept.length === 0
          ? ''
          : `; left alone, because somebody worked on ${kept.length === 1 ? 'it' : 'them'}: ${kept.join(', ')}`;
      await writeOut(process.stdout, `${count(files, 'file')} written${left}\n`);
    });
}
