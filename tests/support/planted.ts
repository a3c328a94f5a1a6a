/** For each check, wrong answers that it must fail: changes of the solution's text. */
export type Planted = { readonly [check: string]: readonly Plant[] };

/** Text of the solution that is replaced (it must occur), and what stands there instead; or several such pairs. */
export type Change = readonly [string, string] | readonly (readonly [string, string])[];

export interface Plant {
  readonly change: Change;
  /** The known wrong answer that the report must name; where absent, the report must name none. */
  readonly misconception?: string;
}

/** The changed text; throws when it does not contain what is to be replaced. */
export function applyChange(source: string, change: Change): string {
  const pairs = (typeof change[0] === 'string' ? [change] : change) as readonly (readonly [string, string])[];
  return pairs.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the solution does not contain: ${from}`);
    return text.replace(from, () => to);
  }, source);
}
