import type { Check } from '../../check.js';
import { isOurs, metricsPage } from '../../facts/metrics-page.js';

export const pageIsOurs: Check = {
  code: 'PMCP-D011',
  group: 'server',
  title: 'The metrics page has the metrics of MCP servers.',
  why: 'A page of another program, or of a server that is not observed, is read without complaint, and dashboards stay empty.',
  cure: 'Call `observe(server)`, or start with `node --import @pmcp/observability/register`. If the port belongs to another program, give the server another: `PMCP_METRICS_PORT=9464`, and name it: `--admin http://HOST:9464`.',
  needs: [['url', 'admin']],
  rights: 'GET of `/metrics` on the admin port.',
  severity: 'fail',
  after: ['PMCP-D010'],
  async run(context) {
    const page = await context.get(metricsPage);
    if (isOurs(page)) return [];
    const families = new Set(page.samples.map(({ name }) => name.split('_')[0] ?? name));
    return [
      {
        found: `${page.url.href} has ${page.samples.length} samples and none of pmcp_: it has ${[...families].slice(0, 5).join('_, ')}_`,
      },
    ];
  },
};
