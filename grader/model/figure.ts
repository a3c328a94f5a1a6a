import type { Bench } from './exercise.ts';

/** A picture of what a student's functions do. */
export interface Figure {
  /** Stable for ever, e.g. `04.grid`. */
  readonly id: string;
  /** What is to be seen, as a heading: "The grid, bent by the layer". */
  readonly title: string;
  /** The student's functions that it is drawn from. */
  readonly functions: readonly string[];
  /** Fuel in polls; enough for ten times what the solution needs. */
  readonly fuel?: number;
  /**
   * Calls the student's functions and says what is to be drawn.
   *
   * Throws what a law throws when a function fails: the figure is then a sentence that says so.
   */
  draw(bench: Bench): Drawing;
}

/** What is to be drawn, as plain data; numbers that are not finite are left out of a picture. */
export interface Drawing {
  /** The picture in words, with its numbers, for those who do not see it; ends with a full stop. */
  readonly description: string;
  /** One, or several beside each other, or under each other where there is no room. */
  readonly panels: readonly Panel[];
}

export interface Panel {
  /** Where there are several: what distinguishes this one. */
  readonly title?: string;
  readonly x: Axis;
  readonly y: Axis;
  /** Whether a unit is as long on one axis as on the other. */
  readonly equal?: boolean;
  /** What the colours of cells stand for. */
  readonly color?: ColorScale;
  /** The first is drawn first, under all others. */
  readonly marks: readonly Mark[];
}

export interface Axis {
  readonly label: string;
  readonly domain?: readonly [low: number, high: number];
  readonly log?: boolean;
}

/** Colours from one number to another; around 0 in two directions when the domain has it inside. */
export interface ColorScale {
  readonly label: string;
  readonly domain: readonly [low: number, high: number];
}

/**
 * Whose a mark is, which decides its colour, width and dashes: the student's, the reference's, data, a state before the
 * one that matters, or an aid to the eye.
 */
export type Role = 'yours' | 'reference' | 'data' | 'before' | 'aid';

export type Point = readonly [x: number, y: number];

interface Marked {
  readonly role: Role;
  /** Its words in the legend; marks with the same words share them, marks without any have none. */
  readonly label?: string;
}

export type Mark =
  | (Marked & { readonly kind: 'line' | 'dots'; readonly points: readonly Point[] })
  /** From low to high over x. */
  | (Marked & { readonly kind: 'band'; readonly points: readonly (readonly [x: number, low: number, high: number])[] })
  /** A histogram's bars, from 0. */
  | (Marked & {
      readonly kind: 'bars';
      readonly bars: readonly (readonly [from: number, to: number, height: number])[];
    })
  /** A straight line across the panel, at x or at y. */
  | (Marked & { readonly kind: 'rule'; readonly across: 'x' | 'y'; readonly at: number })
  | (Marked & { readonly kind: 'arrows'; readonly arrows: readonly (readonly [from: Point, to: Point])[] })
  /** Coloured quadrilaterals, each with its corners in turn; the panel has a colour scale. */
  | {
      readonly kind: 'cells';
      readonly cells: readonly { readonly corners: readonly Point[]; readonly value: number }[];
    };

/** What became of a figure. */
export type Drawn = { readonly id: string; readonly title: string } & (
  | { readonly drawing: Drawing }
  /** Why there is none, in words that a student reads. */
  | { readonly missing: string }
);
