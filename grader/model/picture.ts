import type { Role } from './figure.ts';

/** A figure of somebody's work as a page shows it. */
export type Picture = { readonly id: string; readonly title: string } & (
  | Pictured
  /** Why there is none, in words that a student reads. */
  | { readonly missing: string }
);

/** What was drawn. Every `svg` is markup that the kit made, all other texts are texts. */
export interface Pictured {
  /** The picture in words. */
  readonly description: string;
  readonly panels: readonly PicturePanel[];
  readonly legend: readonly LegendEntry[];
}

export interface PicturePanel {
  readonly title?: string;
  /** With an accessible name of its own. */
  readonly svg: string;
  readonly width: number;
  readonly height: number;
  /** What its colours stand for. */
  readonly ramp?: Ramp;
}

/** What one look of marks stands for; the swatch shows colour and shape. */
export interface LegendEntry {
  readonly label: string;
  readonly svg: string;
}

/** Colours in a row, and the numbers that the ends stand for. */
export interface Ramp {
  readonly label: string;
  readonly svg: string;
  readonly low: string;
  readonly high: string;
}

/** What a student's page shows beside the report. */
export interface Illustrations {
  /** By exercise id, the pictures drawn from the student's functions. */
  readonly pictures: ReadonlyMap<string, readonly Picture[]>;
  /** By exercise id, the text of the student's file. */
  readonly sources: ReadonlyMap<string, string>;
}

/**
 * The colours of marks on light and on dark paper: Okabe and Ito's blue, vermilion and purple, which every kind of colour
 * vision tells apart, in shades that stand out from the paper at least 3 : 1.
 */
export const INKS: { readonly [paper in 'light' | 'dark']: { readonly [role in Role]: string } } = {
  light: { yours: '#0072b2', reference: '#c25100', data: '#626c77', before: '#a8437f', aid: '#7f8994' },
  dark: { yours: '#56b4e9', reference: '#f0a040', data: '#9aa6b2', before: '#e08fc0', aid: '#7d8894' },
};

/** The same as a style sheet has them; what was drawn asks for these variables. */
export function declareInks(paper: keyof typeof INKS): string {
  return Object.entries(INKS[paper])
    .map(([role, color]) => `--figure-${role}: ${color};`)
    .join(' ');
}
