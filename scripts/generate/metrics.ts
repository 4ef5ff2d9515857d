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
