import { type Bench, type Check, type Exercise, Failure, type Oracle } from '../model/exercise.ts';
import type { Drawn, Figure } from '../model/figure.ts';
import { Missing, NotStarted, Stopped, type Subject } from '../model/subject.ts';
import { clean } from '../model/text.ts';
import { benchFor, type Fuelled } from './run-exercise.ts';

/** Fuel of a figure that says nothing else, in polls. */
const FIGURE_FUEL = 8e6;

/** Draws one figure with a fresh machine; what keeps it from being drawn is said in its place. */
export async function drawFigure(
  exercise: Exercise,
  figure: Figure,
  oracle: Oracle,
  seed: string,
  start: () => Promise<Fuelled>,
): Promise<Drawn> {
  const { id, title } = figure;
  try {
    const subject = await start();
    subject.refuel(figure.fuel ?? FIGURE_FUEL);
    return { id, title, drawing: figure.draw(benchOf(exercise, figure, oracle, seed, subject)) };
  } catch (error) {
    return { id, title, missing: clean(describe(error, exercise, figure), 500) };
  }
}

/** What a figure works with: the same as a check. */
export function benchOf(exercise: Exercise, figure: Figure, oracle: Oracle, seed: string, subject: Subject): Bench {
  const check: Check = {
    id: figure.id,
    title: figure.title,
    kind: 'example',
    function: figure.functions[0] ?? '',
    points: 0,
    hint: '',
    law: () => {},
  };
  return benchFor({ exercise, oracle, seed }, check, subject);
}

function describe(error: unknown, exercise: Exercise, figure: Figure): string {
  if (error instanceof Failure) return `Not drawn: ${error.finding.message}.`;
  if (error instanceof NotStarted) return `Not drawn yet: ${figure.functions[0]} is not started.`;
  if (error instanceof Missing) return `Not drawn: ${exercise.file} exports no function ${error.message}.`;
  if (error instanceof Stopped) return `Not drawn: your code ${error.message}.`;
  throw error;
}
