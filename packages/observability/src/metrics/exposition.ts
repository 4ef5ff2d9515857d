import { type Metric as PromMetric, Registry } from 'prom-client';
import { Chunk } from './chunk.js';
import type { Family } from './family.js';
import { type Format, foreignLines, header, type TextFormat } from './foreign.js';
import { foreignSnapshots, nameOf, type OnFailure } from './foreign-snapshots.js';
import { Pace } from './pace.js';
import type { Snapshot } from './prom-values.js';
import { exposeProtobuf } from './protobuf/exposition.js';
import { defaultLabelsOf, RegisteredFamily } from './registry.js';

const PROTOBUF =
  'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';

export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  text: Registry.PROMETHEUS_CONTENT_TYPE,
  openmetrics: Registry.OPENMETRICS_CONTENT_TYPE,
  protobuf: PROTOBUF,
  'sparse-protobuf': PROTOBUF,
};

/**
 * Renders a registry for a scrape, in chunks: our families from their cached lines, all others through `get()`. The event loop
 * runs between chunks, so that a large scrape delays no request.
 *
 * @param onFailure called for a metric whose `get()` throws or hangs, or that is no metric. The scrape continues without it
 */
export function expose(
  registry: Registry,
  format: Format = 'text',
  onFailure: OnFailure = () => {},
): AsyncGenerator<Buffer, void, undefined> {
  if (format === 'text' || format === 'openmetrics') return exposeText(registry, format, onFailure);
  return exposeProtobuf(registry, format === 'sparse-protobuf', onFailure);
}

async function* exposeText(
  registry: Registry,
  format: TextFormat,
  onFailure: OnFailure,
): AsyncGenerator<Buffer, void, undefined> {
  const pace = new Pace();
  const metrics = registry.getMetricsAsArray() as unknown as (PromMetric | RegisteredFamily)[];
  const defaults = defaultLabelsOf(registry);
  // The cached lines have no default labels. With default labels, every metric is rendered through `get()`.
  const kept = Object.keys(defaults).length === 0;
  const isKept = (metric: unknown): metric is RegisteredFamily => kept && metric instanceof RegisteredFamily;
  const others = metrics.filter((metric) => !isKept(metric)) as PromMetric[];
  const foreign = await foreignSnapshots(registry, others, pace, onFailure);

  const chunk = new Chunk();
  for (const metric of metrics) {
    const texts = isKept(metric)
      ? familyTexts(metric.family, format)
      : foreignTexts(metric, foreign, defaults, format, onFailure);
    for (const text of texts) {
      if (!chunk.fits(text)) {
        yield chunk.take();
        if (pace.isSpent) await pace.rest();
      }
      chunk.append(text);
    }
  }
  if (format === 'openmetrics') chunk.append('# EOF\n');
  yield chunk.take();
}

function* familyTexts(family: Family, format: TextFormat): Generator<string> {
  const { name, type, help } = family.metric;
  if (family.series.length === 0) return;
  yield header(name, type, help, format);
  for (let slot = 0; slot < family.series.length; slot++) {
    yield format === 'openmetrics' ? family.renderOpenMetrics(slot) : family.render(slot);
  }
}

/** Never throws: a broken metric loses only its own lines. */
function* foreignTexts(
  metric: unknown,
  snapshots: ReadonlyMap<unknown, Snapshot>,
  defaults: Record<string, string>,
  format: TextFormat,
  onFailure: OnFailure,
): Generator<string> {
  const values = snapshots.get(metric);
  if (values === undefined) return;
  let isBad = false;
  const failed = (error: unknown) => {
    if (!isBad) onFailure(nameOf(metric), error);
    isBad = true;
  };
  try {
    yield* foreignLines(values, defaults, format, failed);
  } catch (error) {
    failed(error);
  }
}
