/**
 * What recording rules keep, so that alerts and dashboards don't read every series of every tool: a thousand servers of
 * fifty tools have a million of them. Levels, metrics and operations are named as Prometheus advises.
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

/** How often they are recorded. */
export const RECORDING_INTERVAL = '1m';
/** What the rates are taken over. */
export const RECORDED_WINDOW = '5m';

/** `outcome` of requests that failed, whoever is to blame. */
export const FAILED = ['tool_error', 'client_error', 'server_error'] as const;
/** `outcome` of requests that have come to an end: a question to the user or a task is neither good nor bad. */
export const FINISHED = not(['input_required', 'task']);
/** What is made to be waited for: a task's result takes as long as the task. */
export const NOT_WAITED_FOR = not('tasks/result');
/** Opens a stream for what a server may announce. */
export const LISTEN = 'subscriptions/listen';

/** The quantiles that are recorded. */
export const QUANTILES = [0.5, 0.95, 0.99] as const;
type Quantile = (typeof QUANTILES)[number];

const TOP = 10;
const TOOL_CALLS = { method: 'tools/call' } as const;

/** Requests of each instance, a second. */
export const instanceRequests = gauge('instance:pmcp_requests:rate5m', ['method', 'outcome']);
/** How long requests of each instance took, a second: buckets, or native histograms. */
export const instanceDurations = {
  of: catalog.requestDuration,
  buckets: gauge('instance:pmcp_request_duration_seconds_bucket:rate5m', ['method', 'le']),
  native: gauge('instance:pmcp_request_duration_seconds:rate5m', ['method']),
} as const satisfies Recorded<'method'>;
/** What a share of the requests of an instance did not exceed, in seconds; nothing while there are none. */
export const instanceQuantile = (fraction: Quantile) =>
  gauge(`instance:pmcp_request_duration_seconds:p${fraction * 100}`, []);
/** Calls of every tool of each server that came to an end, a second. */
export const toolCalls = gauge('tool:pmcp_requests:rate5m', ['name']);
/** The same of the ten busiest tools of each server. */
export const topToolCalls = gauge('tool:pmcp_requests:rate5m_top10', ['name']);
/** How long those calls took together, in seconds a second. */
export const topToolSeconds = gauge('tool:pmcp_request_duration_seconds_sum:rate5m_top10', ['name']);
/** HTTP exchanges of each instance, a second: those that were refused have a reason. */
export const instanceExchanges = gauge('instance:pmcp_http_exchanges:rate5m', [
  'http_method',
  'status',
  'reason',
]);
/** Tasks of each server that came to an end, a second. */
export const serverTasks = gauge('server:pmcp_tasks:rate5m', ['outcome']);
/** How long those tasks took together, in seconds a second. */
export const serverTaskSeconds = gauge('server:pmcp_task_seconds:rate5m', ['outcome']);
/** Calls of every tool that failed, a second; nothing while none does. */
export const toolErrors = gauge('tool:pmcp_errors:rate5m', ['name', 'outcome']);

/**
 * Tools that were called by the word of counters that are gone: those last as long as processes do. Of each server, for as long as
 * it was there in the last day.
 */
export const forgottenTools = gauge('tool:pmcp_requests:forgotten', ['name']);
/** How long Prometheus may be away without forgetting them. */
const REMEMBERED: Duration = '10m';

/** How often each tool was called, whether it is known or was made up. */
export const CALLED_TOOLS = { ...TOOL_CALLS, name: not('_other') };

/**
 * What ran a server in the last day: the Deployment, StatefulSet or DaemonSet that its pod is named after, and nothing
 * for a server of whose pod nothing is known. One that is down says no more where it belongs.
 */
export const serverWorkloads = gauge('workload:pmcp_ready:max1d', ['workload']);

/** A pod's name is that of its workload, and what tells it from others: a hash and a suffix, a suffix, or a number. */
const POD_NAME = '(.+?)(-[a-z0-9]{5,10}-[a-z0-9]{5}|-[a-z0-9]{5}|-[0-9]+)?';

/** Gives series of pods the label `workload`. */
export const withWorkload = <Label extends string>(of: Expression<Label | 'pod'>) =>
  labelReplace(of, { label: 'workload', replacement: '$1', from: 'pod', regex: POD_NAME });

interface Recording {
  readonly metric: Gauge;
  readonly expr: Expression<string>;
  /** The only form of histograms for which it is recorded, beside both. */
  readonly only?: Exclude<HistogramForm, 'both'>;
}

/** @param by the labels that tell one server from another */
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
      metric: instanceDurations.buckets,
      expr: rate(bucketsOf(catalog.requestDuration), { ...measured, by: [...measured.by, 'le'] }),
      only: 'classic',
    },
    {
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
      metric: instanceQuantile(fraction),
      // Of no requests at all the quantile is NaN, which no comparison lets pass.
      expr: durations.quantile(fraction).gte(0),
    })),
    { metric: toolCalls, expr: rate(catalog.requests, finished) },
    { metric: topToolCalls, expr: topk(TOP, select(toolCalls), { by }) },
    {
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
      metric: forgottenTools,
      expr: sum(select(catalog.requests, { where: CALLED_TOOLS, offset: window }), { by: tool })
        .gt(0)
        .or(max(maxOverTime(forgottenTools, { window: REMEMBERED }), { by: tool }))
        .unless(sum(select(catalog.requests, { where: CALLED_TOOLS }), { by: tool }).gt(0))
        .and(max(maxOverTime(catalog.ready, { window: '1d' }), { by }), { on: by }),
    },
    {
      metric: serverWorkloads,
      expr: max(withWorkload(maxOverTime(catalog.ready, { window: '1d' })), {
        by: ['cluster', 'namespace', 'workload'],
      }),
    },
  ];
}
