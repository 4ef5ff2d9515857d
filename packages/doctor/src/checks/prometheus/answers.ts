import type { Check, Finding } from '../../check.js';
import { instantQuery, prometheusApi } from '../../facts/prometheus-api.js';
import { scraped } from '../../facts/settled.js';
import { beside } from '../../net/beside.js';
import { prometheusCheck } from './define.js';

/** What the pages of its own interface end with: somebody pastes their address. */
const PAGE =
  /\/(classic\/)?(graph|query|alerts|rules|targets|status|config|flags|tsdb-status|service-discovery)\/?$/;

export const prometheusAnswers: Check = {
  code: 'PMCP-D100',
  group: 'prometheus',
  title: 'Prometheus answers.',
  why: 'Without it there is no dashboard, no alert and no autoscaling.',
  cure: 'Check the address, and that it is reached from here: `curl PROMETHEUS/api/v1/targets`. A token is given by `--token-file prometheus=FILE`.',
  needs: ['prometheus'],
  rights: 'GET of `/api/v1/targets`.',
  severity: 'fail',
  async run(context) {
    try {
      await prometheusApi(context, 'targets?state=active');
      return [];
    } catch (error) {
      return [told(context.settings.prometheus!, (error as Error).message)];
    }
  },
};

function told(prometheus: URL, reason: string): Finding {
  const [, , page] = PAGE.exec(prometheus.pathname) ?? [];
  const { origin, pathname } = beside(prometheus, 'api/v1/targets');
  if (page === undefined) return { found: `${origin}${pathname} can't be asked: ${reason}` };
  const base = `${prometheus.origin}${prometheus.pathname.replace(PAGE, '')}`;
  return {
    found: `${origin}${pathname} can't be asked: ${reason}. Leave /${page} out`,
    cure: `Name Prometheus, and not a page of it: \`--prometheus ${base}\`.`,
  };
}

export const queriesAreAnswered = prometheusCheck({
  code: 'PMCP-D109',
  title: 'Prometheus answers queries.',
  why: 'Dashboards, alerts and most checks ask for samples. One that started a moment ago has none yet.',
  cure: 'Name what keeps the samples: an agent only sends them on, to the stores of its `remote_write`.',
  severity: 'fail',
  async run(context) {
    // Both throw what says why not.
    await instantQuery(context, 'vector(1)');
    await context.get(scraped);
    return [];
  },
});
