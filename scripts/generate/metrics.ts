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
