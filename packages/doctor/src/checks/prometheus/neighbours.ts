import { TooEarly } from '../../check.js';
import type { Context } from '../../context.js';
import { query } from '../../facts/prometheus.js';
import { prometheusCheck } from './define.js';

/** Services that a server's health checks show it to need, and the exporters that alerts about them need. */
const EXPORTERS = [
  {
    metric: 'pg_up',
    needed: 'pmcp_health_check_up{check=~"(?i).*(postgres|pg).*"}',
    why: 'servers have a health check of Postgres',
    name: 'postgres_exporter',
  },
  {
    metric: 'redis_up',
    needed: 'pmcp_health_check_up{check=~"(?i).*redis.*"}',
    why: 'servers have a health check of Redis',
    name: 'redis_exporter',
  },
  {
    metric: 'kube_pod_container_status_ready',
    needed: 'pmcp_build_info{pod!="", namespace!=""}',
    why: 'servers run in Kubernetes',
    name: 'kube-state-metrics',
  },
  {
    metric: 'container_memory_working_set_bytes',
    needed: 'pmcp_build_info{pod!="", namespace!=""}',
    why: 'servers run in Kubernetes',
    name: 'cAdvisor',
  },
] as const;

export const neighboursAreScraped = prometheusCheck({
  code: 'PMCP-D140',
  title: "What alerts about the servers' surroundings need is scraped.",
  why: 'Alerts about databases, pods and memory can never fire without the series of their exporters, and do not say so.',
  cure: 'Run the exporter and scrape it under the job of the shipped configuration: `npx pmcp-observability assets ./monitoring` writes it.',
  severity: 'warn',
  after: ['PMCP-D104'],
  async run(context) {
    const found = await Promise.all(
      EXPORTERS.map(async ({ metric, needed, why, name }) =>
        (await query(context, `(count(${needed}) > 0) unless on () (count(${metric}) > 0)`)).length > 0
          ? [{ found: `${why}, and nobody scrapes ${name}: there is no ${metric}` }]
          : [],
      ),
    );
    return found.flat();
  },
});

export const exportersReachTheirs = prometheusCheck({
  code: 'PMCP-D128',
  title: 'Each exporter reaches what it watches.',
  why: 'Its page is there and looks healthy, and has no number of the database: panels are empty, and alerts about it cannot fire.',
  cure: 'Look into the log of the exporter: its password or address of the database is wrong (`DATA_SOURCE_NAME`, `REDIS_ADDR`, `REDIS_PASSWORD`), or the database is down.',
  severity: 'fail',
  // Where a server says so itself, its own words say more.
  after: ['PMCP-D100', 'PMCP-D014'],
  async run(context) {
    const down = await ofExporters(context, (up) => `max_over_time(${up}[1m]) == 0`);
    const [recently] = down.length === 0 ? await ofExporters(context, (up) => `${up} == 0`) : [];
    if (recently)
      throw new TooEarly(`${recently} became 0 less than a minute ago, as in a restart: ask again in 1 min`);
    return down.map((exporter) => ({
      found: `${exporter} is 0: the exporter does not reach its database`,
    }));
  },
});

/** Names the exporters that a query selects by whether they reach their database. */
async function ofExporters(context: Context, expression: (up: string) => string): Promise<string[]> {
  const found = ['pg_up', 'redis_up'].map(async (up) =>
    (await query(context, expression(up))).map(
      ({ labels }) => `${up} of ${labels.instance} (job ${labels.job})`,
    ),
  );
  return (await Promise.all(found)).flat();
}

export const versionsAreTheSame = prometheusCheck({
  code: 'PMCP-D141',
  title: 'All copies of a server have one version, but for the time of a deployment.',
  why: 'A deployment that stopped half-way serves two versions, and users get either.',
  cure: 'Look which instances are old: `pmcp_build_info`. Then end the deployment: `kubectl rollout status deployment/NAME`, or `kubectl rollout undo deployment/NAME`.',
  severity: 'warn',
  async run(context) {
    const several = (when: string) =>
      `count by (job, namespace, server) (count by (job, namespace, server, version) (pmcp_build_info ${when})) > 1`;
    const found = await query(
      context,
      `(${several('')}) and on (job, namespace, server) (${several('offset 1h')})`,
    );
    return found.map(({ labels, value }) => ({
      found: `${labels.server ?? labels.job} has run in ${value} versions for an hour`,
    }));
  },
});
