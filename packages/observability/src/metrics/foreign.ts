import { clearTimeout, setTimeout } from 'node:timers';
import type { Metric as PromMetric, Registry } from 'prom-client';
import { renderExemplar } from './exemplars.js';
import { escapeHelp, formatNumber, labelPairs } from './format.js';
import { type Snapshot, valuesOf } from './prom-values.js';

/** Text formats that Prometheus negotiates. */
export type TextFormat = 'text' | 'openmetrics';

/** All formats that it does. */
export type Format = TextFormat | 'protobuf';

/** A collect function that hangs must not take the scrape with it. */
const COLLECT_TIMEOUT_MS = 5_000;

/** @param timeoutMs what the metric gets to answer */
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

/** A counter has lost its `_total` when the application rendered its registry in OpenMetrics; the registry still knows it. */
function ownName(values: Snapshot, metric: PromMetric, registry: Registry): Snapshot {
  const { name, type } = values;
  if (type !== 'counter' || name.endsWith('_total')) return values;
  const own = `${name}_total`;
  return registry.getSingleMetric(own) === metric ? { ...values, name: own } : values;
}

/** Name and type lines of a family; OpenMetrics names a counter without its `_total`. */
export function header(name: string, type: string, help: string, format: TextFormat): string {
  if (format === 'text') return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
  // Without _total a counter's only sample would have an illegal name there.
  const illegal = type === 'counter' && !name.endsWith('_total');
  const family = type === 'counter' ? name.replace(/_total$/, '') : name;
  const safeHelp = escapeHelp(help).replaceAll('"', '\\"');
  return `# HELP ${family} ${safeHelp}\n# TYPE ${family} ${illegal ? 'unknown' : type}\n`;
}

export const TYPES: ReadonlySet<unknown> = new Set(['counter', 'gauge', 'histogram', 'summary']);
export const METRIC_NAME = /^[a-zA-Z_:][\w:]*$/;
export const LABEL_NAME = /^[a-zA-Z_]\w*$/;

/**
 * Renders a metric that is not ours, the runtime's or the application's own, line by line. What would be no line of the
 * format is left out: one of them makes Prometheus refuse the whole page.
 *
 * @param onBad called for each line that is left out
 * @throws when not even its first lines can be made
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

/** How each format calls what is none of its types. */
const UNTYPED: Readonly<Record<TextFormat, string>> = { text: 'untyped', openmetrics: 'unknown' };

type Value = NonNullable<Snapshot['values']>[number];

function lineWriter(
  name: string,
  defaults: Record<string, string>,
  format: TextFormat,
): (value: Value) => string {
  // A metric's lines have the same few names over and over.
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
