// A worker as the grader's own, with one exercise in it whose functions are attacks: each check calls its function once.
import { serve } from '#grader/engine/serve.ts';
import type { Exercise } from '#grader/model/exercise.ts';
import { number } from '#grader/model/value.ts';

await serve(
  // Sources keep nothing, so that nothing is looked for here.
  new URL('nowhere/', import.meta.url),
  {
    async load(id): Promise<Exercise> {
      const names = id.split(' ');
      return {
        id,
        file: 'attacks.ts',
        title: 'Attacks',
        core: true,
        functions: Object.fromEntries(names.map((name) => [name, number])),
        misconceptions: [],
        checks: names.map((name) => ({
          id: name,
          title: 'ends',
          kind: 'example' as const,
          function: name,
          points: 1,
          hint: '',
          law: ({ subject }) => {
            subject.call(name, []);
          },
        })),
      };
    },
    figuresOf: async () => [],
    oracleFor: async () => ({
      ask() {
        throw new Error('attacks ask nothing');
      },
    }),
  },
);
