import { course } from '../course/course.ts';
import { benchOf } from '../engine/draw.ts';
import { ModuleSubject } from '../engine/module-subject.ts';
import { figuresOf } from '../figures/figures.ts';
import { pictureOf } from '../figures/picture.ts';
import { renderPictureFile } from '../reporters/picture-file.ts';
import { oracleFor, PRACTICE_SEED } from './oracle.ts';

/** What the solution's figure looks like, as a file. */
export interface PictureFile {
  readonly exercise: string;
  /** Its name in `docs/pictures/`. */
  readonly file: string;
  /** The picture in words. */
  readonly description: string;
  readonly svg: string;
}

/** Every figure, drawn from the solutions. */
export async function drawPictures(): Promise<PictureFile[]> {
  const files: PictureFile[] = [];
  for (const exercise of course) {
    const figures = await figuresOf(exercise.id);
    if (figures.length === 0) continue;
    const subject = new ModuleSubject(await import(`#solutions/${exercise.id}/${exercise.file}`));
    const oracle = await oracleFor(PRACTICE_SEED, exercise.id, 'draw');
    for (const figure of figures) {
      const { id, title } = figure;
      const drawing = figure.draw(benchOf(exercise, figure, oracle, PRACTICE_SEED, subject));
      const picture = pictureOf({ id, title, drawing });
      if ('missing' in picture) throw new Error(`${id} is not drawn: ${picture.missing}`);
      const { description } = picture;
      files.push({ exercise: exercise.id, file: `${id}.svg`, description, svg: renderPictureFile(picture) });
    }
  }
  return files;
}

const START = '<!-- npm run pictures writes what is here -->';
const END = '<!-- to here -->';

/** An exercise's text with its pictures: in their old place, or in a part of their own before what is to write. */
export function withPictures(readme: string, exercise: string, pictures: readonly PictureFile[]): string {
  if (pictures.length === 0) return readme;
  const images = pictures.map(({ file, description }) => `![${forMarkdown(description)}](../../docs/pictures/${file})`);
  const part = [START, ...images, `Drawn from the solution. \`${commandFor(exercise)}\` draws yours.`, END].join(
    '\n\n',
  );
  const [from, to] = [readme.indexOf(START), readme.indexOf(END)];
  if (from >= 0 && to > from) return readme.slice(0, from) + part + readme.slice(to + END.length);
  const at = readme.indexOf('\n## What to write\n');
  if (at < 0)
    throw new Error(`exercises/${exercise}/README.md has no heading "What to write" to put the pictures before`);
  return `${readme.slice(0, at)}\n## What it looks like\n\n${part}\n${readme.slice(at)}`;
}

function commandFor(exercise: string): string {
  return `npm run grade -- ${Number(exercise.slice(0, 2))} --reporter html=report.html`;
}

function forMarkdown(text: string): string {
  return text.replace(/[\\[\]*_`<>]/g, '\\$&');
}
