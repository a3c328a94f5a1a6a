import { createHash } from 'node:crypto';
import type { Illustrations } from '../model/picture.ts';
import type { Report } from '../model/report.ts';
import { renderHtml } from '../reporters/html.ts';
import { PAGE_SCRIPT } from './page-script.ts';

/** A student's page that follows what is saved, and the policy that it is to be sent with. */
export interface LivePage {
  readonly text: string;
  readonly policy: string;
}

const STATUS = `<style>
#live {
  position: fixed; right: 0; bottom: 0; margin: 0; padding: .4rem .9rem; max-width: 100%; font-size: .9rem;
  color: var(--soft); background: var(--wash); border-top: 1px solid var(--line); border-left: 1px solid var(--line);
}
#live.lost { color: var(--warn); }
@media print { #live { display: none; } }
</style>
`;

const POLICY = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">\n?/;

/**
 * The page of a report as it is served.
 *
 * @param version  tells this state of the page from others
 */
export function pageFor(report: Report, version: number, illustrations?: Illustrations): LivePage {
  return followed(renderHtml(report, illustrations), version);
}

/** A page that stands for itself, with a script that replaces its content whenever there is a newer one. */
export function followed(page: string, version: number): LivePage {
  const own = POLICY.exec(page)?.[1]?.replaceAll('&#39;', "'");
  if (own === undefined) throw new Error('the page has no policy');
  // The policy is sent as a header instead, and lets one more script run and ask this server.
  const text = page
    .replace(POLICY, '')
    .replace('</head>', () => `${STATUS}</head>`)
    .replace(
      /<\/body>\s*<\/html>\s*$/,
      () =>
        `<p id="live" role="status" aria-live="polite" data-version="${version}"></p>\n<script>${PAGE_SCRIPT}</script>\n</body>\n</html>\n`,
    );
  return { text, policy: allow(own, PAGE_SCRIPT) };
}

function allow(policy: string, script: string): string {
  const hash = `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
  const rules = policy.split('; ');
  const scripts = rules.find((rule) => rule.startsWith('script-src '));
  return [
    ...rules.filter((rule) => rule !== scripts),
    `${scripts ?? 'script-src'} ${hash}`,
    "connect-src 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
