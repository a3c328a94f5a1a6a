import { pictureOf } from '#grader/figures/picture.ts';
import type { Drawing, Mark, Point } from '#grader/model/figure.ts';
import type { Illustrations, Picture } from '#grader/model/picture.ts';

const at = (count: number, f: (x: number) => number): Point[] =>
  Array.from({ length: count }, (_, index) => [index / (count - 1), f(index / (count - 1))]);

/** Marks of every kind and role, each with `words` for its label. */
export function marksOfEveryKind(words: (text: string) => string = (text) => text): Mark[] {
  return [
    {
      kind: 'band',
      role: 'reference',
      label: words('where it may lie'),
      points: at(20, (x) => x).map(([x, y]) => [x, y - 0.1, y + 0.1]),
    },
    {
      kind: 'bars',
      role: 'yours',
      label: words('your samples'),
      bars: at(10, (x) => x * x).map(([x, y]) => [x * 0.9, x * 0.9 + 0.1, y]),
    },
    { kind: 'line', role: 'yours', label: words('yours'), points: at(30, (x) => x * x) },
    { kind: 'line', role: 'reference', label: words('the exact curve'), points: at(30, (x) => x) },
    { kind: 'line', role: 'before', label: words('before the layer'), points: at(30, (x) => 1 - x) },
    { kind: 'dots', role: 'data', label: words('data'), points: at(60, (x) => 0.5 + 0.4 * Math.sin(40 * x)) },
    {
      kind: 'dots',
      role: 'reference',
      label: words('two models'),
      points: [
        [0.2, 0.8],
        [0.6, 0.2],
      ],
    },
    { kind: 'rule', role: 'aid', across: 'x', at: 0.5, label: words('the middle') },
    { kind: 'rule', role: 'aid', across: 'y', at: 0.25, label: words('a quarter') },
    {
      kind: 'arrows',
      role: 'yours',
      label: words('your field'),
      arrows: [
        [
          [0.1, 0.9],
          [0.3, 0.7],
        ],
        [
          [0.7, 0.9],
          [0.9, 0.6],
        ],
      ],
    },
  ];
}

/** Two panels with marks of every kind, and a third with cells. */
export function drawingOfEveryKind(words: (text: string) => string = (text) => text): Drawing {
  const axes = { x: { label: words('x') }, y: { label: words('y'), domain: [0, 1] as const } };
  return {
    description: words('Every kind of mark. The greatest value is 1.'),
    panels: [
      { ...axes, title: words('Before'), marks: marksOfEveryKind(words) },
      { ...axes, title: words('After'), marks: marksOfEveryKind(words) },
      {
        ...axes,
        title: words('Where it stretches'),
        color: { label: words('log |det J|'), domain: [-1, 2] },
        marks: [
          {
            kind: 'cells',
            cells: at(8, (x) => x).map(([x]) => ({
              corners: [
                [x, 0],
                [x + 0.14, 0],
                [x + 0.14, 1],
                [x, 1],
              ],
              value: 3 * x - 1,
            })),
          },
        ],
      },
    ],
  };
}

/** The same pictures, drawn and missing, for some exercises, and a source for each. */
export function illustrate(
  exercises: readonly string[],
  { words = (text: string) => text, source = '' }: { words?: (text: string) => string; source?: string } = {},
): Illustrations {
  const picturesOf = (id: string): Picture[] => [
    pictureOf({ id: `${id.slice(0, 2)}.all`, title: words('Everything'), drawing: drawingOfEveryKind(words) }),
    { id: `${id.slice(0, 2)}.none`, title: words('Nothing'), missing: words('Not drawn yet: forward is not started.') },
  ];
  return {
    pictures: new Map(exercises.map((id) => [id, picturesOf(id)])),
    sources: new Map(exercises.map((id) => [id, source])),
  };
}
