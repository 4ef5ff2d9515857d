import type { Metric as PromMetric, Registry } from 'prom-client';
import { renderExemplar, type ShownExemplar } from './exemplars.js';
import { escapeHelp, formatNumber, labelPairs } from './format.js';

/** Text formats that Prometheus negotiates. */
export type Format = 'text' | 'openmetrics';

/** What any prom-client metric answers to `get()`. */
export interface Snapshot {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values?: readonly {
    readonly labels?: Record<string, string | number>;
    /** Labels that prom-client states once for all the lines of a histogram's series. */
    readonly sharedLabels?: Record<string, string | number>;
    readonly value: number;
    readonly metricName?: string;
    readonly exemplar?: ShownExemplar | null;
  }[];
}

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
    return ownName((await Promise.race([metric.get(), expiry])) as unknown as Snapshot, metric, registry);
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
export function header(name: string, type: string, help: string, format: Format): string {
  if (format === 'text') return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
  // Without _total a counter's only sample would have an illegal name there.
  const illegal = type === 'counter' && !name.endsWith('_total');
  const family = type === 'counter' ? name.replace(/_total$/, '') : name;
  const safeHelp = escapeHelp(help).replaceAll('"', '\\"');
  return `# HELP ${family} ${safeHelp}\n# TYPE ${family} ${illegal ? 'unknown' : type}\n`;
}

/** Renders a metric that is not ours: the runtime's, or the application's own. */
export function renderForeign(metric: Snapshot, defaults: Record<string, string>, format: Format): string {
  let text = header(metric.name, metric.type, metric.help, format);
  for (const { labels, sharedLabels, value, metricName, exemplar } of metric.values ?? []) {
    const all = { ...defaults, ...sharedLabels, ...labels };
    const pairs = labelPairs(Object.keys(all), Object.values(all).map(String));
    text += `${metricName ?? metric.name}${pairs && `{${pairs}}`} ${formatNumber(value)}`;
    text += format === 'openmetrics' ? `${renderExemplar(exemplar)}\n` : '\n';
  }
  return text;
}
