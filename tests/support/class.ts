import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { course } from '#grader/course/course.ts';
import type { Exercise } from '#grader/model/exercise.ts';
import { Random } from '#grader/model/random.ts';
import { type Attack, FAMILIES } from '../redteam/attack.ts';
import { exerciseOf, handIn } from '../redteam/submit.ts';
import { applyChange, type Planted } from './planted.ts';
import { PROJECT } from './project.ts';

/** How many of a large class hand in something hostile, one of each family. */
const HOSTILE = 10;

/** In a small class, one in so many. */
const ONE_IN = 3;

const STYLES = ['solutions', 'tests/fixtures/styles/closures', 'tests/fixtures/styles/loops'];

/** What a student did for one exercise: handed in nothing, left the stub, got part of it, went wrong, or solved it. */
type Work = 'nothing' | 'stub' | 'partial' | 'wrong' | 'right';

/** What a student did for one exercise is drawn from one of these: few are done, many have just begun. */
const STUDENTS: readonly (readonly Work[])[] = [
  ['right', 'right', 'right', 'right', 'right', 'wrong'],
  ...Array.from({ length: 2 }, (): Work[] => ['right', 'wrong', 'partial', 'stub', 'stub', 'nothing']),
  ...Array.from({ length: 3 }, (): Work[] => ['right', 'wrong', 'stub', 'stub', 'nothing', 'nothing', 'nothing']),
];

/**
 * Writes the work of an invented class, a folder a student; the same for the same size, and no two students' own files
 * are the same.
 *
 * @param exercises  ids of those that are handed in; all unless told
 * @param students  what there are for students, and `styles` of their right work
 * @returns the students' names
 */
export async function writeClass(
  folder: string,
  size: number,
  {
    exercises = course.map(({ id }) => id),
    hostile = Math.min(HOSTILE, Math.floor(size / ONE_IN)),
    students = STUDENTS,
    styles = STYLES,
  } = {},
): Promise<string[]> {
  const names = Array.from({ length: size }, (_, index) => `student-${String(index + 1).padStart(4, '0')}`);
  const planted = new Map<string, Planted>();
  for (const { id } of course) {
    planted.set(id, ((await import(`../fixtures/planted/${id}.ts`)) as { planted: Planted }).planted);
  }
  const step = Math.max(1, Math.floor(size / hostile));
  for (const [index, name] of names.entries()) {
    const home = join(folder, name);
    await mkdir(home, { recursive: true });
    if (index % step === step - 1 && index / step < hostile) {
      await writeHostile(home, FAMILIES[Math.floor(index / step)] ?? 'time');
      continue;
    }
    const random = new Random(`class of invented students/${name}`);
    const works = random.pick(students);
    const style = random.pick(styles);
    for (const exercise of course.filter(({ id }) => exercises.includes(id))) {
      const text = await textOf(exercise, random.pick(works), style, planted.get(exercise.id) ?? {}, random);
      if (text === undefined) continue;
      const isOwn = text !== (await sourceIn('exercises', exercise));
      await mkdir(join(home, exercise.id), { recursive: true });
      await writeFile(join(home, exercise.id, exercise.file), isOwn ? `${text}\n// ${name}\n` : text);
    }
    await writeFile(join(home, 'README.md'), `# ${name}\n`);
  }
  return names;
}

async function textOf(
  exercise: Exercise,
  work: Work,
  style: string,
  planted: Planted,
  random: Random,
): Promise<string | undefined> {
  switch (work) {
    case 'nothing':
      return undefined;
    case 'stub':
      return sourceIn('exercises', exercise);
    case 'partial':
      return sourceIn('tests/fixtures/partial', exercise);
    case 'right':
      return sourceIn(style, exercise);
    case 'wrong': {
      const plants = Object.values(planted).flat();
      return applyChange(await sourceIn('solutions', exercise), random.pick(plants).change);
    }
  }
}

async function writeHostile(home: string, family: string): Promise<void> {
  const { attacks } = (await import(`../fixtures/redteam/${family}.ts`)) as { attacks: readonly Attack[] };
  const [attack] = attacks;
  if (attack === undefined) throw new Error(`no attack in ${family}`);
  await handIn(home, exerciseOf(attack.exercise), attack.hostile);
}

function sourceIn(folder: string, { id, file }: Exercise): Promise<string> {
  return readFile(join(PROJECT, folder, id, file), 'utf8');
}
