import { type Finding, NotApplicable } from '../../check.js';
import { secondsOf } from '../../facts/duration.js';
import { askGrafana, type DataSource, dataSources, refused } from '../../facts/grafana.js';
import { chosenPrometheus, fixedSources, throughGrafana } from '../../facts/grafana-prometheus.js';
import { isServer, query, type Target } from '../../facts/prometheus.js';
import { some } from '../some.js';
import { grafanaCheck } from './define.js';

const THROUGH = 'GET of `/api/datasources/proxy/…`: `datasources:query`.';

export const prometheusSourceIsThere = grafanaCheck({
  code: 'PMCP-D260',
  title: 'Grafana has the Prometheus data source that the dashboards open with.',
  why: 'Without it every panel is empty, or says that the data source was not found.',
  cure: 'Add it (Connections, Data sources, Prometheus), or provision it: `npx pmcp-observability assets ./monitoring` writes `dashboards/provisioning/datasources/pmcp.yaml`. If one was deleted, choose another at the top of the dashboard, and publish the dashboards again.',
  severity: 'fail',
  rights: 'GET of `/api/frontend/settings`.',
  async run(context) {
    const all = (await context.get(dataSources)).filter(({ type }) => type === 'prometheus');
    if (all.length === 0) return [{ found: 'Grafana has no Prometheus data source' }];
    const gone = (await context.get(fixedSources)).filter((uid) => !all.some((source) => source.uid === uid));
    return gone.map((uid) => ({
      found: `dashboards were saved with the data source ${uid}, which Grafana does not have`,
    }));
  },
});

export const prometheusSourceAnswers = grafanaCheck({
  code: 'PMCP-D261',
  title: 'Grafana reaches Prometheus through the data source.',
  why: 'Every panel shows an error if Grafana cannot query its data source.',
  cure: 'Open the data source in Grafana and press "Save & test". The address is seen from Grafana, not from your browser: in a container `localhost` is Grafana itself.',
  severity: 'fail',
  rights: 'GET of `/api/datasources/uid/…/health`: `datasources:query`.',
  after: ['PMCP-D260'],
  async run(context) {
    const { uid, name } = (await context.get(chosenPrometheus))!;
    const path = `api/datasources/uid/${encodeURIComponent(uid)}/health`;
    const { status, body } = await askGrafana(context, path);
    const { status: state, message = '' } = healthOf(body);
    if (state === 'OK') return [];
    const reason = state === undefined ? refused(path, status, body) : message;
    return [{ found: `Grafana can't use the data source ${name}: ${reason}` }];
  },
});

function healthOf(body: string): { readonly status?: string; readonly message?: string } {
  try {
    return JSON.parse(body) as { readonly status?: string; readonly message?: string };
  } catch {
    return {};
  }
}

interface Vector {
  readonly result: readonly { readonly metric: Readonly<Record<string, string>> }[];
}

const SERVERS = 'count by (job, instance) (pmcp_ready)';

export const sourceHasTheServers = grafanaCheck({
  code: 'PMCP-D262',
  title: 'Dashboards read a Prometheus that has the servers.',
  why: 'Grafana that asks another Prometheus shows other servers, or none, while everything else is well.',
  cure: 'Correct the address of the data source, or choose at the top of the dashboard the one of this Prometheus.',
  severity: 'fail',
  rights: `${THROUGH} GET of \`/api/v1/query\` of Prometheus.`,
  after: ['PMCP-D100', 'PMCP-D261'],
  needs: ['grafana', 'prometheus'],
  async run(context) {
    const [wanted, { result }, source] = await Promise.all([
      query(context, SERVERS),
      throughGrafana<Vector>(context, `query?query=${encodeURIComponent(SERVERS)}`),
      context.get(chosenPrometheus),
    ]);
    const shown = new Set(result.map(({ metric }) => nameOf(metric)));
    const missing = wanted.map(({ labels }) => nameOf(labels)).filter((name) => !shown.has(name));
    if (missing.length === 0) return [];
    return [
      {
        found: `the data source ${source!.name} does not have ${missing.length} of the ${wanted.length} servers of ${context.settings.prometheus!.origin}: ${some(missing)}`,
      },
    ];
  },
});

function nameOf({ job = '', instance = '' }: Readonly<Record<string, string>>): string {
  return `${job} ${instance}`;
}

/** The scrape interval that Grafana assumes if the data source sets none. */
const DEFAULT_INTERVAL = '15s';

export const intervalsAgree = grafanaCheck({
  code: 'PMCP-D263',
  title: 'Grafana knows how often the servers are scraped.',
  why: 'Panels that draw rates look at a window of four scrapes, `$__rate_interval`. Made from too short an interval it has one sample or none: panels are empty or have gaps.',
  cure: 'Set "Scrape interval" of the data source to that of the job (`timeInterval` in `jsonData`).',
  severity: 'fail',
  rights: `${THROUGH} GET of \`/api/frontend/settings\`.`,
  after: ['PMCP-D261'],
  async run(context) {
    const { name, jsonData } = (await context.get(chosenPrometheus))!;
    const { activeTargets } = await throughGrafana<{ readonly activeTargets: readonly Target[] }>(
      context,
      'targets?state=active',
    );
    const longest = activeTargets.filter(isServer).sort((one, other) => seconds(other) - seconds(one))[0];
    const known = jsonData.timeInterval || DEFAULT_INTERVAL;
    if (longest === undefined || seconds(longest) === secondsOf(known)) return [];
    const isShort = secondsOf(known) < seconds(longest);
    return [
      {
        found: `the data source ${name} says that it scrapes every ${known}${jsonData.timeInterval ? '' : ' (the default)'}, and servers are scraped every ${longest.scrapeInterval}`,
        cure: `Set "Scrape interval" of the data source to ${longest.scrapeInterval}.`,
        // Too long a window shows less detail, but it still shows data.
        severity: isShort ? 'fail' : 'warn',
      },
    ];
  },
});

function seconds({ scrapeInterval }: Target): number {
  return secondsOf(scrapeInterval);
}

export const linksOfSourcesLeadOn = grafanaCheck({
  code: 'PMCP-D264',
  title: 'Links between metrics, logs and traces lead to data sources that exist.',
  why: 'The way from an exemplar to its trace, and from there to its lines, is needed when something is wrong; a link to a data source that is gone is a button that does nothing.',
  cure: 'Choose the data source again: "Exemplars" of Prometheus, "Derived fields" of Loki, "Trace to logs" of Tempo. The shipped `dashboards/provisioning/datasources/pmcp.yaml` has all three.',
  severity: 'fail',
  rights: 'GET of `/api/frontend/settings`.',
  async run(context) {
    const all = await context.get(dataSources);
    const uids = new Set(all.map(({ uid }) => uid));
    return all.flatMap((source) =>
      linksOf(source)
        .filter(([, to]) => to !== undefined && to !== '' && !uids.has(to))
        .map(
          ([what, to]): Finding => ({
            found: `${what} of the data source ${source.name} lead to ${to}, which Grafana does not have`,
          }),
        ),
    );
  },
});

function linksOf({ jsonData }: DataSource): (readonly [what: string, to: string | undefined])[] {
  const { exemplarTraceIdDestinations = [], derivedFields = [], tracesToLogsV2, tracesToMetrics } = jsonData;
  return [
    ...exemplarTraceIdDestinations.map(({ datasourceUid }) => ['exemplars', datasourceUid] as const),
    ...derivedFields.map(({ name, datasourceUid }) => [`links "${name}"`, datasourceUid] as const),
    ['links from traces to logs', tracesToLogsV2?.datasourceUid],
    ['links from traces to metrics', tracesToMetrics?.datasourceUid],
  ];
}

const TRACES = ['tempo', 'jaeger', 'zipkin'];

export const exemplarsLeadToTraces = grafanaCheck({
  code: 'PMCP-D265',
  title: 'Exemplars lead to traces where Grafana has traces.',
  why: 'The points on a latency panel name the very request that was slow; without the link nobody can look at it.',
  cure: 'Add under "Exemplars" of the Prometheus data source an internal link with label `trace_id` to the data source of traces.',
  severity: 'warn',
  rights: 'GET of `/api/frontend/settings`.',
  after: ['PMCP-D260'],
  async run(context) {
    const traces = (await context.get(dataSources)).filter(({ type }) => TRACES.includes(type));
    const { name, jsonData } = (await context.get(chosenPrometheus))!;
    const destinations = jsonData.exemplarTraceIdDestinations ?? [];
    if (traces.length === 0) throw new NotApplicable('Grafana has no data source of traces');
    if (destinations.some((one) => one.name === 'trace_id')) return [];
    const other = destinations.map((one) => one.name).join(', ');
    return [
      {
        found: `exemplars of the data source ${name} have ${other ? `a link for ${other} and none for trace_id` : 'no link'}, and Grafana has traces in ${traces[0]!.name}`,
      },
    ];
  },
});
