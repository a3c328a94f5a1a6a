import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { writeWhole } from '../engine/write-whole.ts';

const FOLDER = new URL('../../docs/pictures/', import.meta.url);
const EXERCISES = new URL('../../exercises/', import.meta.url);

/** Registers `pictures`, which draws the solutions' figures for the texts. */
export function addPicturesCommand(program: Command): void {
  program
    .command('pictures')
    .description('draw the figures from the solutions into docs/pictures, and show them in the exercises’ texts')
    .action(async () => {
      const { drawPictures, withPictures } = await import('./pictures.ts');
      const pictures = await drawPictures();
      await mkdir(FOLDER, { recursive: true });
      const files = new Set(pictures.map(({ file }) => file));
      for (const name of await readdir(FOLDER)) {
        if (name.endsWith('.svg') && !files.has(name)) await rm(new URL(name, FOLDER));
      }
      for (const { file, svg } of pictures) await writeWhole(fileURLToPath(new URL(file, FOLDER)), svg);
      for (const exercise of new Set(pictures.map((picture) => picture.exercise))) {
        const readme = new URL(`${exercise}/README.md`, EXERCISES);
        const own = pictures.filter((picture) => picture.exercise === exercise);
        await writeWhole(fileURLToPath(readme), withPictures(await readFile(readme, 'utf8'), exercise, own));
      }
    });
}
