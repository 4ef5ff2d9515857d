import { describe, it } from 'vitest';
import { allDashboards } from '../../dashboards/dashboards.js';
import { testRules } from '../rules/promtool.js';
import { filled, opened } from './fill.js';
import { type Dashboard, queriesOf } from './model.js';

const dashboards = allDashboards() as unknown as Dashboard[];

/** Series in promtool's notation, and the expected result of a query of the panel. */
interface Case {
  readonly panel: string;
  /** Selects the query by its legend; the first one by default. */
  readonly legend?: string;
  readonly series: Readonly<Record<string, string>>;
  /** When it is evaluated; after ten minutes by default. */
  readonly at?: string;
  /** The chosen values of variables; all by default. */
  readonly chosen?: Readonly<Record<string, string>>;
  readonly shows: Readonly<Record<string, number>>;
}

const INFO = 'pmcp_ready{job="pmcp", namespace="shop", pod="a", instance="a"}';
const firing = (name: string, labels: string) =>
  `ALERTS{alertname="${name}", alertstate="firing", severity="critical"${labels}}`;
const container = (metric: string, pod: string, name: string) =>
  `container_${metric}{job="cadvisor", instance="node", namespace="shop", pod="${pod}", container="${name}"}`;

/** Budgets of servers after a day, in failures that they allow; the rare one has spent most of its budget. */
const budgetsOf = (allowed: { readonly rare: number; readonly busy: number }) =>
  Object.fromEntries(
    Object.entries(allowed).flatMap(([job, events]) => {
      const of = `{job="${job}", slo="Availability"}`;
      return [
        [`slo:pmcp_error_ratio:rate1d${of}`, '0.0005x1500'],
        [`slo:pmcp_errors_allowed:increase30d${of}`, `${events}x1500`],
        [`slo:pmcp_error_budget_remaining:ratio30d${of}`, `${job === 'rare' ? 0.1 : 0.5}x1500`],
      ];
    }),
  );

/** Calls of two tools at two instances. The recorded values differ from them, so that the test can tell which were read. */
const CALLS = {
  'tool:pmcp_requests:rate5m{job="pmcp", name="add"}': '100x10',
  'instance:pmcp_requests:rate5m{job="pmcp", instance="a", method="tools/call", outcome="ok"}': '100x10',
  'instance:pmcp_requests:rate5m{job="pmcp", instance="b", method="tools/call", outcome="ok"}': '200x10',
  'pmcp_requests_total{job="pmcp", instance="a", method="tools/call", name="add", outcome="ok"}': '0+60x10',
  'pmcp_requests_total{job="pmcp", instance="b", method="tools/call", name="add", outcome="ok"}': '0+120x10',
  'pmcp_requests_total{job="pmcp", instance="b", method="tools/call", name="find", outcome="ok"}': '0+300x10',
};

/** The samples of an instance that the request rate is measured from. */
const scraped = (instance: string, ready: string, requests: string) => ({
  [`pmcp_ready{job="pmcp", instance="${instance}"}`]: ready,
  [`pmcp_requests_total{job="pmcp", instance="${instance}", method="ping", name="", outcome="ok"}`]: requests,
});
const RECORDED_RATE = (instance: string) =>
  `instance:pmcp_requests:rate5m{job="pmcp", instance="${instance}", method="ping", outcome="ok"}`;

const buckets = (series: string, step: string) =>
  Object.fromEntries(
    ['0.1', '1', '+Inf'].map((le, index) => [
      series.replace('}', `, le="${le}"}`),
      index > 0 ? step : '0x10',
    ]),
  );
/** Their durations: all between the first two bounds. */
const DURATIONS = {
  ...buckets(
    'instance:pmcp_request_duration_seconds_bucket:rate5m{job="pmcp", instance="a", method="tools/call"}',
    '100x10',
  ),
  ...buckets(
    'pmcp_request_duration_seconds_bucket{job="pmcp", instance="a", method="tools/call", name="add"}',
    '0+60x10',
  ),
};

const CASES: Readonly<Record<string, Case>> = {
  'counts alerts without a job, and none of other teams': {
    panel: 'Firing alerts',
    series: {
      [firing('PmcpTargetsAbsent', '')]: '1x10',
      [firing('PmcpCrashLoop', ', namespace="shop", pod="a"')]: '1x10',
      [firing('PmcpToolErrors', ', namespace="shop", job="pmcp"')]: '1x10',
      [firing('Watchdog', '')]: '1x10',
      [firing('KubeNodeNotReady', '')]: '1x10',
    },
    shows: { '{}': 3 },
  },
  'shows no replicas when all are gone': {
    panel: 'Replicas',
    series: { 'pmcp_ready{job="pmcp", namespace="shop", instance="a"}': '1 1 stale' },
    shows: { '{}': 0 },
  },
  'compares the memory of a container with its own limit, only for pods of servers': {
    panel: 'Memory against limits',
    legend: 'highest',
    series: {
      [INFO]: '1x5 stale',
      [container('memory_working_set_bytes', 'a', 'server')]: '100x10',
      [container('spec_memory_limit_bytes', 'a', 'server')]: '500x10',
      [container('memory_working_set_bytes', 'a', 'proxy')]: '195x10',
      [container('spec_memory_limit_bytes', 'a', 'proxy')]: '200x10',
      [container('memory_working_set_bytes', 'other', 'server')]: '100x10',
      [container('spec_memory_limit_bytes', 'other', 'server')]: '100x10',
    },
    shows: { '{}': 0.975 },
  },
  'shows the worst instance’s share, not the sum of all': {
    panel: 'Garbage collection',
    series: {
      'nodejs_gc_duration_seconds_sum{job="pmcp", instance="a", kind="major"}': '0+15x10',
      'nodejs_gc_duration_seconds_sum{job="pmcp", instance="b", kind="major"}': '0+30x10',
    },
    shows: { '{kind="major"}': 0.5 },
  },
  'distinguishes autoscalers with the same name, and omits those without a server in their namespace': {
    panel: 'Autoscalers',
    series: {
      [INFO]: '1x10',
      'kube_horizontalpodautoscaler_status_desired_replicas{job="kube-state-metrics", instance="k", namespace="shop", horizontalpodautoscaler="web"}':
        '2x10',
      'kube_horizontalpodautoscaler_status_desired_replicas{job="kube-state-metrics", instance="k", namespace="other", horizontalpodautoscaler="web"}':
        '9x10',
    },
    shows: { '{namespace="shop", horizontalpodautoscaler="web"}': 2 },
  },
  'distinguishes backups from other jobs': {
    panel: 'Backups, oldest first',
    series: {
      'pmcp_job_last_success_timestamp_seconds{job="pushgateway", instance="p", job_name="notes-backup"}':
        '60x10',
      'pmcp_job_last_success_timestamp_seconds{job="pushgateway", instance="p", job_name="weekly-report"}':
        '0x10',
    },
    shows: { '{job_name="notes-backup"}': 540 },
  },
  'hides a budget that has been known only for minutes': {
    panel: 'Availability: budget left',
    series: {
      'slo:pmcp_error_budget_remaining:ratio30d{job="pmcp", slo="Availability"}': '-17.38x10',
      'slo:pmcp_error_ratio:rate1d{job="pmcp", slo="Availability"}': '0.02x10',
    },
    shows: {},
  },
  'hides a budget of only a few bad events': {
    panel: 'Availability: budget left',
    series: budgetsOf({ rare: 9, busy: 11 }),
    at: '1500m',
    shows: { '{}': 0.5 },
  },
  'shows the rate of a server that was scraped twice, without the minutes before': {
    panel: 'Request rate',
    series: {
      'pmcp_requests_total{job="pmcp", instance="a", method="ping", name="", outcome="ok"}': '_x9 0 300',
    },
    shows: { '{}': 5 },
  },
  'shows the recorded rate of an instance that misses scrapes, and the measured one of the others': {
    panel: 'Request rate',
    series: {
      ...scraped('a', '1x5 _ _ _ _ 1', '0+60x5 _ _ _ _ 600'),
      ...scraped('b', '1x10', '0+120x10'),
      [RECORDED_RATE('a')]: '22x10',
      [RECORDED_RATE('b')]: '33x10',
    },
    shows: { '{}': 24 },
  },
  'shows no rate of a server that misses scrapes if no rule recorded one': {
    panel: 'Request rate',
    series: scraped('a', '1x5 _ _ _ _ 1', '0+60x5 _ _ _ _ 600'),
    shows: {},
  },
  'shows no rate of a server that is gone, even while its recorded rate falls': {
    panel: 'Request rate',
    series: { ...scraped('a', '1x4 stale', '0+60x4 stale'), [RECORDED_RATE('a')]: '22x10' },
    shows: {},
  },
  'shows that a server has no requests': {
    panel: 'Request rate',
    series: scraped('a', '1x10', '60x10'),
    shows: { '{}': 0 },
  },
  'shows that a server never had a request': {
    panel: 'Request rate',
    series: { 'pmcp_ready{job="pmcp", instance="a"}': '1x10' },
    shows: { '{}': 0 },
  },
  'shows no rate if no server is scraped': { panel: 'Request rate', series: {}, shows: {} },
  'shows that a server never had a connection': {
    panel: 'Connections',
    series: { 'pmcp_ready{job="pmcp", instance="a"}': '1x10' },
    shows: { '{}': 0 },
  },
  'shows no connections if the only server could not be scraped': {
    panel: 'Connections',
    series: {
      'pmcp_ready{job="pmcp", instance="a"}': '1x9 stale',
      'pmcp_active_connections{job="pmcp", instance="a", transport="http"}': '8x9 stale',
    },
    shows: {},
  },
  'reads the recorded values of each tool for all tools': {
    panel: 'Tools by calls',
    series: CALLS,
    shows: { '{name="add"}': 100 },
  },
  'reads every tool directly for a chosen instance': {
    panel: 'Tools by calls',
    series: CALLS,
    chosen: { instance: 'b' },
    shows: { '{name="add"}': 2, '{name="find"}': 5 },
  },
  'reads every tool directly for some chosen instances': {
    panel: 'Tools by calls',
    series: CALLS,
    chosen: { instance: '(a|b)' },
    shows: { '{name="add"}': 3, '{name="find"}': 5 },
  },
  'reads the recorded outcomes of instances for all tools': {
    panel: 'Outcomes',
    series: CALLS,
    shows: { '{outcome="ok"}': 300 },
  },
  'reads the recorded outcomes of a chosen instance for all tools': {
    panel: 'Outcomes',
    series: CALLS,
    chosen: { instance: 'a' },
    shows: { '{outcome="ok"}': 100 },
  },
  'reads outcomes directly for chosen tools': {
    panel: 'Outcomes',
    series: CALLS,
    chosen: { tool: '(add|find)' },
    shows: { '{outcome="ok"}': 8 },
  },
  'reads the recorded buckets for all tools': {
    panel: 'Latency',
    series: DURATIONS,
    shows: { '{le="0.1"}': 0, '{le="1"}': 100, '{le="+Inf"}': 100 },
  },
  'reads buckets directly for a chosen tool': {
    panel: 'Latency',
    series: DURATIONS,
    chosen: { tool: 'add' },
    shows: { '{le="0.1"}': 0, '{le="1"}': 1, '{le="+Inf"}': 1 },
  },
  'reads quantiles from recorded buckets for all tools': {
    panel: 'Duration',
    series: DURATIONS,
    shows: { '{}': 0.55 },
  },
  'reads quantiles directly for a chosen tool': {
    panel: 'Duration',
    series: DURATIONS,
    chosen: { tool: 'add' },
    shows: { '{}': 0.55 },
  },
};

describe('a panel', () => {
  it.each(Object.entries(CASES))('%s', async (_, { series, shows, at = '10m', ...asked }) => {
    const test = {
      input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
      promql_expr_test: [
        {
          expr: queryOf(asked),
          eval_time: at,
          exp_samples: Object.entries(shows).map(([labels, value]) => ({ labels, value })),
        },
      ],
    };
    await testRules([], [test]);
  });
});

/** Returns the query of the panel with these variables, and all others at `All`. */
function queryOf({ panel: title, legend, chosen = {} }: Pick<Case, 'panel' | 'legend' | 'chosen'>): string {
  for (const dashboard of dashboards) {
    const found = queriesOf(dashboard, 'prometheus').find(
      ({ panel, target }) =>
        panel.title === title && !target.exemplar && (!legend || target.legendFormat === legend),
    );
    if (found) return filled(found.text, { ...opened(dashboard), __rate_interval: '5m', ...chosen });
  }
  throw new Error(`There is no panel ${title}`);
}
