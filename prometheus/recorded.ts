/**
 * The series that recording rules write. Alerts and dashboards read them instead of every series of every
 * tool: a thousand servers with fifty tools have a million of those. The names consist of level, metric and
 * operations, as Prometheus advises.
 */
import { catalog } from '@pmcp/observability/catalog';
import {
  bucketsOf,
  countOf,
  type Duration,
  type Expression,
  type Gauge,
  gauge,
  type HistogramForm,
  labelReplace,
  max,
  maxOverTime,
  nativeOf,
  not,
  type Recorded,
  rate,
  recordedOf,
  select,
  sum,
  sumOf,
  type TargetLabel,
  topk,
} from './promql.js';

/** How often the rules are evaluated, unless they are expensive or change slowly. */
export const RECORDING_INTERVAL = '1m';
/** Often enough for series not to become stale. */
export const SLOW_INTERVAL = '2m';
/** The window of the rates. */
export const RECORDED_WINDOW = '5m';

/** `outcome` of requests that failed, for any cause. */
export const FAILED = ['tool_error', 'client_error', 'server_error'] as const;
/** `outcome` of requests that ended. A question to the user, or a new task, is neither good nor bad. */
export const FINISHED = not(['input_required', 'task']);
/** Excludes `tasks/result`, which takes as long as its task. */
export const NOT_WAITED_FOR = not('tasks/result');
/** The method that opens a stream for notifications of a server. */
export const LISTEN = 'subscriptions/listen';

/** The quantiles that are recorded. */
export const QUANTILES = [0.5, 0.95, 0.99] as const;
type Quantile = (typeof QUANTILES)[number];

const TOP = 10;
const TOOL_CALLS = { method: 'tools/call' } as const;

/** The requests of each instance, per second. */
export const instanceRequests = gauge('instance:pmcp_requests:rate5m', ['method', 'outcome']);
/** The durations of the requests of each instance, per second: buckets, or native histograms. */
export const instanceDurations = {
  of: catalog.requestDuration,
  buckets: gauge('instance:pmcp_request_duration_seconds_bucket:rate5m', ['method', 'le']),
  native: gauge('instance:pmcp_request_duration_seconds:rate5m', ['method']),
} as const satisfies Recorded<'method'>;
/**
 * The given quantile of the durations of an instance's requests, in seconds. It has no series while there are
 * no requests.
 */
export const instanceQuantile = (fraction: Quantile) =>
  gauge(`instance:pmcp_request_duration_seconds:p${fraction * 100}`, []);
/** The calls of every tool of each server that ended, per second. */
export const toolCalls = gauge('tool:pmcp_requests:rate5m', ['name']);
/** The same for the ten busiest tools of each server. */
export const topToolCalls = gauge('tool:pmcp_requests:rate5m_top10', ['name']);
/** The total duration of the calls of these tools, in seconds per second. */
export const topToolSeconds = gauge('tool:pmcp_request_duration_seconds_sum:rate5m_top10', ['name']);
/** The HTTP exchanges of each instance, per second. Refused ones have a reason. */
export const instanceExchanges = gauge('instance:pmcp_http_exchanges:rate5m', [
  'http_method',
  'status',
  'reason',
]);
/** The tasks of each server that ended, per second. */
export const serverTasks = gauge('server:pmcp_tasks:rate5m', ['outcome']);
/** The total duration of these tasks, in seconds per second. */
export const serverTaskSeconds = gauge('server:pmcp_task_seconds:rate5m', ['outcome']);
/** The failed calls of every tool, per second. It has no series while none fails. */
export const toolErrors = gauge('tool:pmcp_errors:rate5m', ['name', 'outcome']);

/**
 * Tools whose calls were only counted by processes that have ended. They are kept while their server existed
 * within the last day.
 */
export const forgottenTools = gauge('tool:pmcp_requests:forgotten', ['name']);
/** How long Prometheus may be down without losing these tools. */
const REMEMBERED: Duration = '10m';

/** Selects the calls of tools that have their own label value. */
export const CALLED_TOOLS = { ...TOOL_CALLS, name: not('_other') };

/**
 * The workloads that ran servers in the last day: the Deployment, StatefulSet or DaemonSet after which the
 * pod is named. The label is empty for a server whose pod is unknown. A day is kept, since a server that is
 * down no longer has series that name its pod.
 */
export const serverWorkloads = gauge('workload:pmcp_ready:max1d', ['workload']);

/**
 * The servers and workloads of the last hour: one sample an hour. Reading all samples of a day each time is expensive.
 */
const serversOfHours = gauge('server:pmcp_ready:hourly', ['workload']);

/** Which servers existed within the last day, by labels of `serversOfHours`. */
function existed<Label extends TargetLabel | 'workload'>(by: readonly Label[]): Expression<Label> {
  const recent = max(withWorkload(maxOverTime(catalog.ready, { window: '1h' })), { by });
  return recent.or(max(maxOverTime(serversOfHours, { window: '1d' }), { by })) as Expression<Label>;
}

/**
 * The name of a pod is that of its workload and a unique part: a hash and a suffix, a suffix, or a number.
 */
const POD_NAME = '(.+?)(-[a-z0-9]{5,10}-[a-z0-9]{5}|-[a-z0-9]{5}|-[0-9]+)?';

/** Adds the label `workload` to series of pods. */
export const withWorkload = <Label extends string>(of: Expression<Label | 'pod'>) =>
  labelReplace(of, { label: 'workload', replacement: '$1', from: 'pod', regex: POD_NAME });

/**
 * The groups of these rules, and how often each is evaluated. Prometheus evaluates groups side by side. So what reads the
 * histograms of every tool, which is the most expensive, does not delay what reads counters.
 */
export const RECORDING_GROUPS = {
  requests: RECORDING_INTERVAL,
  durations: RECORDING_INTERVAL,
  'tool-durations': SLOW_INTERVAL,
  'forgotten-tools': SLOW_INTERVAL,
  hours: '1h',
} as const satisfies Readonly<Record<string, Duration>>;

interface Recording {
  /** `requests` if not given. */
  readonly group?: keyof typeof RECORDING_GROUPS;
  readonly metric: Gauge;
  readonly expr: Expression<string>;
  /** The only form of histograms, beside `both`, for which it is recorded. */
  readonly only?: Exclude<HistogramForm, 'both'>;
}

/** @param by the labels that distinguish servers */
export function recordings(by: readonly TargetLabel[], window: Duration = RECORDED_WINDOW): Recording[] {
  const instance = [...by, 'instance'] as const;
  const tool = [...by, 'name'] as const;
  const calls = { by: tool, where: TOOL_CALLS, window };
  const tasks = { by: [...by, 'outcome'] as const, where: { kind: 'task' }, window };
  const finished = { ...calls, where: { ...TOOL_CALLS, outcome: FINISHED } };
  const durations = recordedOf(instanceDurations, { by: instance, where: { method: NOT_WAITED_FOR } });
  const measured = { by: [...instance, 'method'] as const, window };
  return [
    {
      metric: instanceRequests,
      expr: rate(catalog.requests, { by: [...instance, 'method', 'outcome'], window }),
    },
    {
      group: 'durations',
      metric: instanceDurations.buckets,
      expr: rate(bucketsOf(catalog.requestDuration), { ...measured, by: [...measured.by, 'le'] }),
      only: 'classic',
    },
    {
      group: 'durations',
      metric: instanceDurations.native,
      expr: rate(nativeOf(catalog.requestDuration), measured),
      only: 'native',
    },
    {
      metric: instanceExchanges,
      expr: rate(catalog.httpExchanges, {
        by: [...instance, 'http_method', 'status', 'reason'],
        window,
      }),
    },
    ...QUANTILES.map((fraction) => ({
      group: 'durations' as const,
      metric: instanceQuantile(fraction),
      // Without requests the quantile is NaN, which the comparison leaves out.
      expr: durations.quantile(fraction).gte(0),
    })),
    { metric: toolCalls, expr: rate(catalog.requests, finished) },
    { metric: topToolCalls, expr: topk(TOP, select(toolCalls), { by }) },
    {
      group: 'tool-durations',
      metric: topToolSeconds,
      expr: rate(sumOf(catalog.requestDuration), calls).and(select(topToolCalls)),
    },
    { metric: serverTasks, expr: rate(countOf(catalog.operationDuration), tasks) },
    { metric: serverTaskSeconds, expr: rate(sumOf(catalog.operationDuration), tasks) },
    {
      metric: toolErrors,
      expr: rate(catalog.requests, {
        by: [...tool, 'outcome'],
        where: { ...TOOL_CALLS, outcome: FAILED },
        window,
      }).gt(0),
    },
    {
      group: 'forgotten-tools',
      metric: forgottenTools,
      expr: sum(select(catalog.requests, { where: CALLED_TOOLS, offset: window }), { by: tool })
        .gt(0)
        .or(max(maxOverTime(forgottenTools, { window: REMEMBERED }), { by: tool }))
        .unless(sum(select(catalog.requests, { where: CALLED_TOOLS }), { by: tool }).gt(0))
        .and(existed(by), { on: by }),
    },
    { metric: serverWorkloads, expr: existed(['cluster', 'namespace', 'workload']) },
    {
      group: 'hours',
      metric: serversOfHours,
      expr: max(withWorkload(maxOverTime(catalog.ready, { window: '1h' })), {
        by: [...new Set([...by, 'cluster', 'namespace', 'workload'] as const)],
      }),
    },
  ];
}
