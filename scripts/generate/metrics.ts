import { catalog, jobCatalog, type Metric } from '@pmcp/observability/catalog';

/** METRICS.md: the catalog as a page for people. */
export function metricsPage(metrics: readonly Metric[] = Object.values(catalog)): string {
  return `# Metrics

<!-- Generated from packages/observability/src/catalog.ts by \`npm run generate\`. -->

What \`@pmcp/observability\` shows on \`/metrics\`, beside prom-client's \`process_*\` and \`nodejs_*\`.
Durations are in seconds, sizes in bytes. Values of labels are bounded; what does not fit is \`_other\`,
and what a peer did not say is \`unknown\`.

| metric | type | labels | meaning |
| --- | --- | --- | --- |
${metrics.map(row).join('\n')}

## How requests end

| \`outcome\` | what it means |
| --- | --- |
| \`ok\` | a result |
| \`tool_error\` | a result with \`isError: true\` |
| \`client_error\` | an error that is the caller's fault, or a refusal with a 4xx status |
| \`server_error\` | every other error, and an answer that could not be sent |
| \`cancelled\` | the client took it back, or went away |
| \`input_required\` | not the end: the server asks for something first (2026-07-28) |
| \`task\` | not the end: the call goes on as a task |
| \`_other\` | a result of a type that is not known |

The last three are neither good nor bad. A call that goes on is followed to its end by what its server says: \`pmcp_operation_duration_seconds\`
has its whole time and how it ended, or \`abandoned\` when nobody saw that: a call in rounds after an hour, a task
after its time to live since it was last seen, or the oldest of more than 10,000. A task's end counts once more in \`pmcp_requests_total\`.

Rounds belong together by their \`requestState\`, which the client has to send back as it was. Where a server gives none, by method,
name, client and connection (without sessions: whatever connection); of several that are alike the oldest goes on, so that counts and sums
are right and single durations may be swapped. A round that reaches another process is a request of its own there, and where it began
the call counts as abandoned. So does a task of which only another process learns the end.

\`pmcp_request_duration_seconds\` is without the time that the server waited for its client. A question belongs to the request that the
SDK names, else to the one whose handler asks, else to the only one in flight; where none of them tells, the time stays in.
A user may also decline a question (\`declined\`) or close it (\`dismissed\`): see \`pmcp_server_requests_total\`.

## Several processes

A server of several processes or threads shows them as one. Counters, histograms and gauges are their sums, but for
gauges that a sum would spoil:

| gauge | what is shown |
| --- | --- |
${metrics
  .filter(({ aggregate }) => aggregate)
  .map(aggregated)
  .join('\n')}

Of what prom-client collects, and of the application's own metrics, each becomes one as its \`aggregator\` says. Averages and
summaries, which can't, keep a label \`worker\`: 0 is the process that has the port.

## Jobs

What \`pmcp-observability job\` publishes to a Pushgateway or a node_exporter textfile.

| metric | type | labels | meaning |
| --- | --- | --- | --- |
${Object.values(jobCatalog).map(row).join('\n')}

## Buckets

| histogram | upper bounds |
| --- | --- |
${metrics
  .filter(({ buckets }) => buckets)
  .map(bounds)
  .join('\n')}
`;
}

function row({ name, type, labels, help }: Metric): string {
  return `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`;
}

function bounds({ name, buckets = [] }: Metric): string {
  return `| \`${name}\` | ${buckets.join(' ')} |`;
}

function aggregated({ name, aggregate }: Metric): string {
  return `| \`${name}\` | ${aggregate === 'min' ? 'the least of them, which is the worst' : 'the greatest of them'} |`;
}
