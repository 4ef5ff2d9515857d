import { setImmediate } from 'node:timers/promises';
import { type Metric as PromMetric, Registry } from 'prom-client';
import { Chunk } from './chunk.js';
import type { Family } from './family.js';
import { type Format, header, renderForeign, type Snapshot, snapshot } from './foreign.js';
import { defaultLabelsOf, RegisteredFamily } from './registry.js';

export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  text: Registry.PROMETHEUS_CONTENT_TYPE,
  openmetrics: Registry.OPENMETRICS_CONTENT_TYPE,
};

/** How long rendering may hold the event loop before it lets others run. */
const SLICE_MS = 1;

/**
 * Renders a registry for a scrape, in chunks: our families from their kept lines, all others through
 * `get()`. Between chunks the event loop runs, so that a large scrape delays no request.
 *
 * @param onFailure called for a metric whose `get()` throws or hangs; the scrape goes on without it
 */
export async function* expose(
  registry: Registry,
  format: Format = 'text',
  onFailure: (name: string, error: unknown) => void = () => {},
): AsyncGenerator<Buffer, void, undefined> {
  const metrics = registry.getMetricsAsArray() as unknown as (PromMetric | RegisteredFamily)[];
  const defaults = defaultLabelsOf(registry);
  // The kept lines know nothing of default labels; with them every metric takes the general way.
  const kept = Object.keys(defaults).length === 0;
  const isKept = (metric: unknown): metric is RegisteredFamily => kept && metric instanceof RegisteredFamily;
  const foreign = await snapshots(
    registry,
    metrics.filter((metric) => !isKept(metric)) as PromMetric[],
    onFailure,
  );

  const chunk = new Chunk();
  let sliceEnd = performance.now() + SLICE_MS;
  for (const metric of metrics) {
    const texts = isKept(metric)
      ? familyTexts(metric.family, format)
      : [foreignText(metric, foreign, defaults, format)];
    for (const text of texts) {
      if (!chunk.fits(text)) {
        yield chunk.take();
        if (performance.now() > sliceEnd) {
          await setImmediate();
          sliceEnd = performance.now() + SLICE_MS;
        }
      }
      chunk.append(text);
    }
  }
  if (format === 'openmetrics') chunk.append('# EOF\n');
  yield chunk.take();
}

function* familyTexts(family: Family, format: Format): Generator<string> {
  const { name, type, help } = family.metric;
  if (family.series.length === 0) return;
  yield header(name, type, help, format);
  for (let slot = 0; slot < family.series.length; slot++) {
    yield format === 'openmetrics' ? family.renderOpenMetrics(slot) : family.render(slot);
  }
}

function foreignText(
  metric: unknown,
  snapshots: ReadonlyMap<unknown, Snapshot>,
  defaults: Record<string, string>,
  format: Format,
): string {
  const values = snapshots.get(metric);
  return values ? renderForeign(values, defaults, format) : '';
}

async function snapshots(
  registry: Registry,
  metrics: readonly PromMetric[],
  onFailure: (name: string, error: unknown) => void,
): Promise<Map<unknown, Snapshot>> {
  const found = new Map<unknown, Snapshot>();
  await Promise.all(
    metrics.map(async (metric) => {
      try {
        found.set(metric, await snapshot(metric, registry));
      } catch (error) {
        onFailure((metric as unknown as { name: string }).name, error);
      }
    }),
  );
  return found;
}
