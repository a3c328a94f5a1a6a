import { createRequire } from 'node:module';
import type { ConfigOptions, MathJsInstance } from 'mathjs';

// The bundle of one file that mathjs ships loads several times as fast as its thousand modules.
const bundle: { create(config: ConfigOptions): MathJsInstance } = createRequire(import.meta.url)(
  'mathjs/lib/browser/math.js',
);

/**
 * The project's own mathjs: BigNumbers of 64 digits, and real arithmetic only, so that (−2)^0.5 is NaN as it is in
 * JavaScript and not a complex number.
 */
export const math = bundle.create({ precision: 64, predictable: true });
