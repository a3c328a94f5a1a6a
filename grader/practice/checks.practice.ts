import { course } from '../course/course.ts';
import { EXERCISES, FOLDER } from './environment.ts';
import { practise } from './practise.ts';

const chosen = process.env[EXERCISES]?.split(',');
const folder = process.env[FOLDER] ?? new URL('../../exercises', import.meta.url).href;

for (const exercise of course.filter(({ id }) => chosen?.includes(id) ?? true)) await practise(exercise, folder);
