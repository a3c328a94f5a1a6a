import { course } from '#grader/course/course.ts';
import type {
  CheckSummary,
  ClassSummary,
  ExerciseSummary,
  Grade,
  MisconceptionSummary,
  Row,
} from '#grader/model/class.ts';
import { pointsOf } from '#grader/model/exercise.ts';
import { Random } from '#grader/model/random.ts';

const FIRST = [
  'Ada',
  'Bjørn',
  'Chloé',
  'Dmitri',
  'Esra',
  'Fatima',
  'Gökçe',
  'Hiro',
  'Inês',
  'Jürgen',
  'Kofi',
  '李娜',
  'נועה',
  'Zoë',
];
const LAST = [
  'Adebayo',
  'Brandt',
  "D'Angelo",
  'Eriksson',
  'García López',
  'Horváth',
  'Ito',
  'Kowalski',
  'Müller-Lüdenscheidt',
  'Nguyễn',
  "O'Brien",
  'Šimić',
];

/** A class of invented students, the same every time: most work through some exercises, a few hand in nothing usable. */
export function inventClass(students: number, rest: Partial<ClassSummary> = {}): ClassSummary {
  const source = new Random('a class');
  const random = () => source.uniform();
  const exercises = course.map((exercise) => ({
    ...exercise,
    maxScore: pointsOf(exercise),
    seen: { notStarted: 0, broken: 0, passed: 0, points: 0 },
    outcomes: exercise.checks.map(() => ({ passed: 0, failed: 0 })),
  }));
  const mistakes = new Map<string, MisconceptionSummary>();

  const gradeOne = (): Grade => {
    const [skill, effort] = [0.45 + 0.55 * random(), random() < 0.06 ? 0 : 0.25 + 1.1 * random()];
    const points: { [id: string]: number } = {};
    let started = false;
    for (const [index, { id, checks, misconceptions, seen, outcomes, maxScore }] of exercises.entries()) {
      points[id] = 0;
      if (index / exercises.length > effort - 0.2 * random()) {
        seen.notStarted += 1;
        continue;
      }
      started = true;
      if (random() < 0.02) {
        seen.broken += 1;
        continue;
      }
      const right = new Map<string, boolean>();
      for (const [position, check] of checks.entries()) {
        if (right.get(check.function) === false) continue;
        const ease = 1 - 0.4 * ((position * 7 + index * 3) % 10) * 0.1;
        const passes = random() < skill * ease + 0.25;
        if (!right.has(check.function)) right.set(check.function, passes);
        const outcome = outcomes[position];
        if (outcome !== undefined) outcome[passes ? 'passed' : 'failed'] += 1;
        if (passes) points[id] += check.points;
        const known = misconceptions.filter((each) => each.function === check.function);
        const mistake = known[Math.floor(random() * known.length)];
        if (passes || mistake === undefined) continue;
        const key = `${id} ${mistake.id}`;
        const earlier = mistakes.get(key) ?? { exercise: id, id: mistake.id, hint: mistake.hint, count: 0 };
        mistakes.set(key, { ...earlier, count: earlier.count + 1 });
      }
      if (points[id] === maxScore) seen.passed += 1;
      seen.points += points[id];
    }
    const sum = (core: boolean) =>
      exercises.reduce((total, each) => total + (each.core === core ? (points[each.id] ?? 0) : 0), 0);
    const [core, extension] = [sum(true), sum(false)];
    const maxScore = exercises.reduce((total, each) => total + each.maxScore, 0);
    return { score: core + extension, maxScore, core, extension, exercises: points, started };
  };

  const rows = Array.from({ length: students }, (_, index): Row => {
    const id = `s${String(index + 1).padStart(4, '0')}`;
    const name = `${FIRST[index % FIRST.length]} ${LAST[(index * 5) % LAST.length]}`;
    const fate = index % 40;
    if (fate === 17)
      return {
        key: undefined,
        id,
        name,
        status: 'review',
        reason: 'on the roster, but nothing was handed in',
        grade: undefined,
      };
    if (fate === 29)
      return { key: undefined, id, name, status: 'rejected', reason: 'work.zip is not a zip file', grade: undefined };
    const isOdd = fate === 11;
    return {
      key: fate === 5 ? `${id} 100% Müller` : id,
      id,
      name: fate === 23 ? '' : name,
      status: isOdd ? 'review' : 'graded',
      reason: isOdd ? 'handed in twice; the later one was graded' : '',
      grade: gradeOne(),
    };
  });

  const keys = rows.flatMap(({ key }) => (key === undefined ? [] : [key]));
  return {
    kit: '1.0.0',
    seed: 'spring',
    layout: 'a Canvas download',
    rows,
    graded: rows.filter(({ grade }) => grade !== undefined).length,
    exercises: exercises.map(
      ({ id, title, core, maxScore, checks, seen, outcomes }): ExerciseSummary => ({
        id,
        title,
        core,
        maxScore,
        ...seen,
        checks: checks.map(
          (check, index): CheckSummary => ({
            id: check.id,
            function: check.function,
            title: check.title,
            maxScore: check.points,
            ...(outcomes[index] ?? { passed: 0, failed: 0 }),
          }),
        ),
      }),
    ),
    misconceptions: [...mistakes.values()].sort((left, right) => right.count - left.count),
    similar: [0, 7, 20].flatMap((at, index) => {
      const [left, right] = [keys[at], keys[at + 4]];
      if (left === undefined || right === undefined) return [];
      return [
        { exercise: '04-planar-log-det', left, right, similarity: 0.97 - 0.11 * index, longest: 212 - 60 * index },
      ];
    }),
    ...rest,
  };
}
