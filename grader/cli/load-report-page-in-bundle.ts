import { loadModule } from './load-module.ts';

/** Takes the place of `load-report-page.ts` in scripts. */
export const loadReportPage = () => loadModule<typeof import('./report-page.ts')>('report-page.mjs');
