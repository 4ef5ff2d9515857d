import { describe, it } from 'vitest';
import { allDashboards } from '../../dashboards/dashboards.js';
import { testRules } from '../rules/promtool.js';
import { filled, opened } from './fill.js';
import { type Dashboard, queriesOf } from './model.js';

const dashboards = allDashboards() as unknown as Dashboard[];

/** The series that there are, in promtool's notation, and what the panel's first query makes of them. */
interface Case {
  readonly panel: string;
  readonly series: Readonly<Record<string, string>>;
  /** After ten minutes, if nothing else is said. */
  readonly at?: string;
  readonly shows: Readonly<Record<string, number>>;
}

const INFO = 'pmcp_ready{job="pmcp", namespace="shop", pod="a", instance="a"}';
const firing = (name: string, labels: string) =>
  `ALERTS{alertname="${name}", alertstate="firing", severity="critical"${labels}}`;
const container = (metric: string, pod: string, name: string) =>
  `container_${metric}{job="cadvisor", instance="node", namespace="shop", pod="${pod}", container="${name}"}`;

/** Of servers that were watched for a day, by how many bad events their budget is; the rare one has spent most of it. */
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

const CASES: Readonly<Record<string, Case>> = {
  'counts alerts that have no job, and none of other people': {
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
  'compares the memory of a container with its own limit, in pods of servers only': {
    panel: 'Memory against limits',
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
  'tells apart autoscalers of the same name, and leaves out those without a server beside them': {
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
  'knows backups from other jobs': {
    panel: 'Backups, oldest first',
    series: {
      'pmcp_job_last_success_timestamp_seconds{job="pushgateway", instance="p", job_name="notes-backup"}':
        '60x10',
      'pmcp_job_last_success_timestamp_seconds{job="pushgateway", instance="p", job_name="weekly-report"}':
        '0x10',
    },
    shows: { '{job_name="notes-backup"}': 540 },
  },
  'keeps a budget to itself that it has known for minutes only': {
    panel: 'Availability: budget left',
    series: {
      'slo:pmcp_error_budget_remaining:ratio30d{job="pmcp", slo="Availability"}': '-17.38x10',
      'slo:pmcp_error_ratio:rate1d{job="pmcp", slo="Availability"}': '0.02x10',
    },
    shows: {},
  },
  'keeps a budget to itself while it is a handful of bad events': {
    panel: 'Availability: budget left',
    series: budgetsOf({ rare: 9, busy: 11 }),
    at: '1500m',
    shows: { '{}': 0.5 },
  },
  'tells the rate of a server that was scraped twice, not of the minutes before': {
    panel: 'Request rate',
    series: {
      'pmcp_request_duration_seconds_count{job="pmcp", instance="a", method="ping", name=""}': '_x9 0 300',
    },
    shows: { '{}': 5 },
  },
};

describe('a panel', () => {
  it.each(Object.entries(CASES))('%s', async (_, { panel, series, shows, at = '10m' }) => {
    const test = {
      input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
      promql_expr_test: [
        {
          expr: queryOf(panel),
          eval_time: at,
          exp_samples: Object.entries(shows).map(([labels, value]) => ({ labels, value })),
        },
      ],
    };
    await testRules([], [test]);
  });
});

/** The first query of the panel, with everything chosen. */
function queryOf(title: string): string {
  for (const dashboard of dashboards) {
    const found = queriesOf(dashboard, 'prometheus').find(({ panel }) => panel.title === title);
    if (found) return filled(found.text, { ...opened(dashboard), __rate_interval: '5m' });
  }
  throw new Error(`There is no panel ${title}`);
}
