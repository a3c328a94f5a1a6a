import { all, create, type FactoryFunctionMap } from 'mathjs';

/**
 * The project's own mathjs: BigNumbers of 64 digits, and real arithmetic only, so that (−2)^0.5 is NaN as it is in
 * JavaScript and not a complex number.
 */
export const math = create(all as FactoryFunctionMap, { precision: 64, predictable: true });
