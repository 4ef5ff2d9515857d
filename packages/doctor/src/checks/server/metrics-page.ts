import { CannotRun, type Check, type Code, NotApplicable } from '../../check.js';
import type { Context } from '../../context.js';
import { isSoughtElsewhere, metricsTries, type Try } from '../../facts/metrics-page.js';
import { targets } from '../../facts/prometheus.js';
import { targetByCall } from '../../facts/target-by-call.js';

export const metricsPageIsThere: Check = {
  code: 'PMCP-D010',
  group: 'server',
  title: 'The server has a metrics page.',
  why: 'What nobody can read, Prometheus cannot either. Every dashboard and alert begins here.',
  cure: 'Set `PMCP_METRICS_PORT` (9090 by default) and `PMCP_METRICS_HOST=0.0.0.0`, and await `listen()` before the first request. If the page is elsewhere, name it: `--admin http://HOST:PORT`.',
  needs: ['url'],
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
    if (await isKnownElsewhere(context))
      throw new NotApplicable(
        'the admin port is not reached from here, and Prometheus is asked in its place',
      );
    return [{ found: `there is no metrics page: ${tries.map(told).join('; ')}` }];
  },
};

/** Tells whether a new connection to the server appears in Prometheus. */
async function isKnownElsewhere(context: Context): Promise<boolean> {
  if (!isSoughtElsewhere(context)) return false;
  await context.get(targets).catch((error: Error & { readonly by?: Code }) => {
    const { message, by = 'PMCP-D100' } = error;
    throw new CannotRun(`Prometheus can't be asked in place of the page: ${message}`, by);
  });
  // Other checks report that Prometheus cannot be asked.
  return (await context.get(targetByCall).catch(() => undefined)) !== undefined;
}

function told({ url, answer, reason }: Try): string {
  if (answer?.status !== 200) return `${url.href}: ${reason}`;
  return `${url.href} answers with ${answer.headers['content-type'] ?? 'no type'}, without a metric`;
}
