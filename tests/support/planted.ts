/** For each check, wrong answers that it must fail: changes of the solution's text. */
export type Planted = { readonly [check: string]: readonly Plant[] };

export interface Plant {
  /** Text of the solution that is replaced (it must occur), and what stands there instead; or several such pairs. */
  readonly change: readonly [string, string] | readonly (readonly [string, string])[];
  /** The known wrong answer that the report must name; where absent, the report must name none. */
  readonly misconception?: string;
}
