import type { Point } from '../model/figure.ts';

/** So many numbers from `low` to `high`, both included, equally far apart. */
export function range(low: number, high: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => low + ((high - low) * index) / (count - 1));
}

/** A rectangle cut into `count` × `count` cells, each with its centre and its corners in turn. */
export function grid(
  [left, right]: readonly [number, number],
  [bottom, top]: readonly [number, number],
  count: number,
): { readonly center: Point; readonly corners: readonly Point[] }[] {
  const xs = range(left, right, count + 1);
  const ys = range(bottom, top, count + 1);
  return xs.slice(1).flatMap((x2, i) =>
    ys.slice(1).map((y2, j) => {
      const [x1, y1] = [xs[i] as number, ys[j] as number];
      return {
        center: [(x1 + x2) / 2, (y1 + y2) / 2] as const,
        corners: [
          [x1, y1],
          [x2, y1],
          [x2, y2],
          [x1, y2],
        ] as const,
      };
    }),
  );
}
