import { catalog, doctorCatalog, jobCatalog, type Metric } from '@pmcp/observability/catalog';
import { ruleGroups } from '../../alerts/groups.js';
import { isAlert } from '../../alerts/rule.js';

/** METRICS.md: the catalog as a page for people. */
export function metricsPage(metrics: readonly Metric[] = Object.values(catalog)): string {
  return `# Metrics

<!-- Generated from packages/observability/src/catalog.ts by \`npm run generate\`. -->

These metrics are on \`/metrics\`, together with \`process_*\` and \`nodejs_*\` of prom-client. Durations are in seconds, sizes in
bytes. Every label has a limited number of values. A value beyond the limit is \`_other\`. A value that the client or server did not send is
\`unknown\`.

| metric | type | labels | meaning |
| --- | --- | --- | --- |
${metrics.map(row).join('\n')}

## Each metric

${metrics.map(entry).join('\n\n')}

## How requests end

| \`outcome\` | what it means |
| --- | --- |
| \`ok\` | a result |
| \`tool_error\` | a result with \`isError: true\` |
| \`client_error\` | an error that is the client's fault, or a refusal with a 4xx status |
| \`server_error\` | any other error, or an answer that could not be sent |
| \`cancelled\` | the client cancelled the request or disconnected |
| \`input_required\` | not finished: the server needs input first (protocol 2026-07-28) |
| \`task\` | not finished: the call continues as a task |
| \`_other\` | a result of an unknown type |

The last three are neither good nor bad for an SLO.

### Calls that continue

A call with several rounds, and a task, are followed to their end. \`pmcp_operation_duration_seconds\` then has their whole duration and their outcome. The
end of a task also counts in \`pmcp_requests_total\`. The outcome is \`abandoned\` if nobody saw the end:

- a call with rounds, after one hour
- a task, when its time to live has passed since it was last seen
- the oldest, when there are more than 10,000

Rounds that have the same \`requestState\` belong to one call; a client must send it back unchanged. If a server sends no \`requestState\`, rounds belong
together if they have the same method, name, client and connection (any connection if there are no sessions). If several calls match, the
oldest one continues. So counts and sums are right, but single durations may be swapped.

If a later round, or the end of a task, reaches another process, that process counts a new request. The process where the call began counts
\`abandoned\`.

### Time that the server waits for its client

\`pmcp_request_duration_seconds\` does not include the time that the server waits for its client: for sampling, elicitation or roots. Each of these questions
belongs to a request: the one that the SDK names, else the one whose handler asks, else the only one in flight. If none of these is known, the
waiting time stays in the duration.

\`pmcp_server_requests_total\` says how users answered an elicitation. They can also decline it (\`declined\`) or close it (\`dismissed\`).

## Several processes

A server with several processes or threads looks like one. Counters, histograms and gauges are summed, except these gauges:

| gauge | what is shown |
| --- | --- |
${metrics
  .filter(({ aggregate }) => aggregate)
  .map(aggregated)
  .join('\n')}

Metrics that prom-client collects, and metrics of your own, are combined by their \`aggregator\`. Averages and summaries cannot be combined. They get a label
\`worker\`; 0 is the process that has the port.

## Jobs

\`pmcp-observability job\` publishes these to a Pushgateway or to a textfile of node_exporter.

${Object.values(jobCatalog).map(entry).join('\n\n')}

## The doctor

\`pmcp-observability doctor --metrics-file FILE\` writes these, and \`--pushgateway URL\` publishes them.

${Object.values(doctorCatalog).map(entry).join('\n\n')}

## Buckets

| histogram | upper bounds |
| --- | --- |
${metrics
  .filter(({ buckets }) => buckets)
  .map(bounds)
  .join('\n')}
`;
}

/**
 * The section of a metric, with its own address: its meaning,
 * its labels, a query, and the alerts that read it.
 */
function entry(metric: Metric): string {
  const { name, type, labels, help, unit } = metric;
  const readers = alertsThatRead(name).map(
    (alert) => `[${alert}](docs/reference/alerts.md#${alert.toLowerCase()})`,
  );
  return [
    `### ${name}\n\n${help}\n`,
    `- Type: ${type}${unit ? `, in ${unit}` : ''}`,
    `- Labels: ${labels.map((label) => `\`${label}\``).join(', ') || 'none'}`,
    ...(readers.length > 0 ? [`- Alerts: ${readers.join(', ')}`] : []),
    `\n\`\`\`promql\n${queryOf(metric)}\n\`\`\``,
  ].join('\n');
}

/** Returns the query that most people need first. */
function queryOf({ name, type, labels }: Metric): string {
  const by = labels.length > 0 ? ` by (${labels.join(', ')})` : '';
  if (type === 'counter') return `sum${by} (rate(${name}[5m]))`;
  if (type === 'gauge') return labels.length > 0 ? `sum${by} (${name})` : name;
  return `histogram_quantile(0.95, sum by (${['le', ...labels].join(', ')}) (rate(${name}_bucket[5m])))`;
}

/** Returns the alerts whose expression reads a metric, or a recording rule that reads it. */
function alertsThatRead(metric: string): string[] {
  const rules = ruleGroups().flatMap((group) => group.rules);
  const names = new Set([`${metric}(?:_bucket|_sum|_count)?`]);
  const reads = ({ expr }: { readonly expr: string }) =>
    new RegExp(`(?<![\\w:])(?:${[...names].join('|')})(?![\\w:])`).test(expr);
  // A recording rule comes after the recording rules that it reads.
  for (const rule of rules) if (!isAlert(rule) && reads(rule)) names.add(rule.record);
  return [
    ...new Set(
      rules
        .filter(isAlert)
        .filter(reads)
        .map(({ alert }) => alert),
    ),
  ];
}

function row({ name, type, labels, help }: Metric): string {
  return `| [\`${name}\`](#${name}) | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`;
}

function bounds({ name, buckets = [] }: Metric): string {
  return `| \`${name}\` | ${buckets.join(' ')} |`;
}

function aggregated({ name, aggregate }: Metric): string {
  return `| \`${name}\` | ${aggregate === 'min' ? 'the lowest value, which is the worst' : 'the highest value'} |`;
}
