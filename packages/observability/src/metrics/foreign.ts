import { clearTimeout, setTimeout } from 'node:timers';
import type { Metric as PromMetric, Registry } from 'prom-client';
import { renderExemplar } from './exemplars.js';
import { escapeHelp, formatNumber, labelPairs } from './format.js';
import { type Snapshot, valuesOf } from './prom-values.js';

/** The text formats that Prometheus negotiates. */
export type TextFormat = 'text' | 'openmetrics';

/**
 * All formats that Prometheus negotiates. The sparse one leaves out counters of names that are still 0, for a Prometheus that reads
 * when a counter began.
 */
export type Format = TextFormat | 'protobuf' | 'sparse-protobuf';

/** A `collect` function that hangs must not block the scrape. */
const COLLECT_TIMEOUT_MS = 5_000;

/** @param timeoutMs how long the metric may take */
export async function snapshot(
  metric: PromMetric,
  registry: Registry,
  timeoutMs = COLLECT_TIMEOUT_MS,
): Promise<Snapshot> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(reject, timeoutMs, new Error('the metric did not answer in time')).unref();
  });
  try {
    return ownName(await Promise.race([valuesOf(metric), expiry]), metric, registry);
  } finally {
    clearTimeout(timer);
  }
}

/** Returns the full name of a metric. A counter lost its `_total` if the application rendered the registry as OpenMetrics. */
function ownName(values: Snapshot, metric: PromMetric, registry: Registry): Snapshot {
  const { name, type } = values;
  if (type !== 'counter' || name.endsWith('_total')) return values;
  const own = `${name}_total`;
  return registry.getSingleMetric(own) === metric ? { ...values, name: own } : values;
}

/** Returns the HELP and TYPE lines of a family. OpenMetrics names a counter without its `_total`. */
export function header(name: string, type: string, help: string, format: TextFormat): string {
  if (format === 'text') return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
  // Without `_total`, the name of a counter's sample would be invalid there.
  const illegal = type === 'counter' && !name.endsWith('_total');
  const family = type === 'counter' ? name.replace(/_total$/, '') : name;
  const safeHelp = escapeHelp(help).replaceAll('"', '\\"');
  return `# HELP ${family} ${safeHelp}\n# TYPE ${family} ${illegal ? 'unknown' : type}\n`;
}

export const TYPES: ReadonlySet<unknown> = new Set(['counter', 'gauge', 'histogram', 'summary']);
export const METRIC_NAME = /^[a-zA-Z_:][\w:]*$/;
export const LABEL_NAME = /^[a-zA-Z_]\w*$/;

/**
 * Renders a metric of the runtime or the application, line by line. Omits invalid lines, since one of them makes Prometheus
 * reject the whole page.
 *
 * @param onBad called for each line that is omitted
 * @throws if not even its first lines can be rendered
 */
export function* foreignLines(
  { name, type, help, values }: Snapshot,
  defaults: Record<string, string>,
  format: TextFormat,
  onBad: (error: unknown) => void,
): Generator<string> {
  if (!METRIC_NAME.test(name)) throw new Error(`Expected the name of a metric, got ${JSON.stringify(name)}`);
  yield header(name, TYPES.has(type) ? type : UNTYPED[format], typeof help === 'string' ? help : '', format);
  const write = lineWriter(name, defaults, format);
  for (const value of values ?? []) {
    try {
      yield write(value);
    } catch (error) {
      onBad(error);
    }
  }
}

/** The name of an unknown type in each format. */
const UNTYPED: Readonly<Record<TextFormat, string>> = { text: 'untyped', openmetrics: 'unknown' };

type Value = NonNullable<Snapshot['values']>[number];

function lineWriter(
  name: string,
  defaults: Record<string, string>,
  format: TextFormat,
): (value: Value) => string {
  // The lines of a metric repeat the same few names.
  const known = new Set<string>();
  const check = (text: string, pattern: RegExp) => {
    if (known.has(text)) return;
    if (!pattern.test(text))
      throw new Error(`Expected the name of a sample or a label, got ${JSON.stringify(text)}`);
    known.add(text);
  };
  return ({ labels, sharedLabels, value, metricName, exemplar }) => {
    const all = { ...defaults, ...sharedLabels, ...labels };
    const names = Object.keys(all);
    for (const label of names) check(label, LABEL_NAME);
    if (metricName !== undefined) check(metricName, METRIC_NAME);
    if (typeof value !== 'number')
      throw new Error(`Expected a number as the value of ${name}, got ${typeof value}`);
    const pairs = labelPairs(names, Object.values(all).map(String));
    const line = `${metricName ?? name}${pairs && `{${pairs}}`} ${formatNumber(value)}`;
    return format === 'openmetrics' ? `${line}${renderExemplar(exemplar)}\n` : `${line}\n`;
  };
}
