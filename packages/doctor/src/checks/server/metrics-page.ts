import { CannotRun, type Check, type Code, type Finding, NotApplicable } from '../../check.js';
import type { Context } from '../../context.js';
import { isSoughtElsewhere, metricsTries, type Try, triesTold } from '../../facts/metrics-page.js';
import { ownTarget } from '../../facts/own-target.js';
import { targets } from '../../facts/prometheus.js';
import { renamedServers } from '../../facts/renamed-sources.js';

export const metricsPageIsThere: Check = {
  code: 'PMCP-D010',
  group: 'server',
  title: 'The server has a metrics page.',
  why: 'What nobody can read, Prometheus cannot either. Every dashboard and alert begins here.',
  cure: 'Set `PMCP_METRICS_PORT` (9090 by default) and `PMCP_METRICS_HOST=0.0.0.0`, and await `listen()` before the first request. If the page is elsewhere, name it: `--admin http://HOST:PORT`.',
  needs: [['url', 'admin']],
  rights: 'GET of `/metrics` on the admin port, or of `/api/v1/query` of a Prometheus that reaches it.',
  severity: 'fail',
  after: ['PMCP-D001'],
  async run(context) {
    const tries = await context.get(metricsTries);
    if (tries.some(({ samples }) => samples.length > 0)) return [];
    const refused = tries.find(({ answer }) => answer?.status === 401 || answer?.status === 403);
    if (refused)
      return [
        {
          found: `${refused.url.href} wants credentials (${refused.answer!.status})`,
          cure: `Give a token that may read it: \`--admin ${refused.url.origin} --token-file admin=FILE\`.`,
        },
      ];
    const isRenamed =
      isSoughtElsewhere(context) && (await context.get(renamedServers).catch(() => new Map())).size > 0;
    if (isRenamed) throw new CannotRun('Prometheus does not keep the labels of servers', 'PMCP-D146');
    if (await isKnownElsewhere(context))
      throw new NotApplicable(
        'the admin port is not reached from here, and Prometheus is asked in its place',
      );
    return [
      distrusted(tries) ?? {
        found: `no metrics page of the server is found: ${triesTold(tries)}`,
        // Prometheus shows by a connection which target it is, and there is none.
        ...(isSoughtElsewhere(context) && { follows: ['PMCP-D002'] }),
      },
    ];
  },
};

/** Tells whether Prometheus has the server as a target: one that counts a new connection, or that is down. */
async function isKnownElsewhere(context: Context): Promise<boolean> {
  if (!isSoughtElsewhere(context)) return false;
  await context.get(targets).catch((error: Error & { readonly by?: Code }) => {
    const { message, by = 'PMCP-D100' } = error;
    throw new CannotRun(`Prometheus can't be asked in place of the page: ${message}`, by);
  });
  try {
    return (await context.get(ownTarget)) !== undefined;
  } catch (error) {
    if (error instanceof CannotRun && error.by === 'PMCP-D010') throw error;
    // Other checks report that Prometheus cannot be asked.
    return false;
  }
}

/** A page that is there, and whose certificate is refused, is no matter of ports. */
function distrusted(tries: readonly Try[]): Finding | undefined {
  if (!tries.some(({ reason }) => CERTIFICATE.test(reason))) return undefined;
  return {
    found: `the certificate of the admin port is not trusted: ${triesTold(tries)}`,
    cure: 'Name the authority that signed it, `--ca FILE`; a certificate that has ended is renewed (`PMCP_METRICS_TLS_CERT`).',
  };
}

const CERTIFICATE = /certificate|self.signed|altnames/i;
