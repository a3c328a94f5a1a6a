/** Loads what draws pictures, which few runs need. */
export const loadReportPage = () => import('./report-page.ts');
