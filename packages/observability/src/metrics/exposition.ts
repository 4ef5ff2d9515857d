import { setImmediate } from 'node:timers/promises';
import { type Metric as PromMetric, Registry } from 'prom-client';
import { Chunk } from './chunk.js';
import type { Family } from './family.js';
import { type Format, foreignLines, header, type Snapshot, snapshot } from './foreign.js';
import { defaultLabelsOf, RegisteredFamily } from './registry.js';

export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  text: Registry.PROMETHEUS_CONTENT_TYPE,
  openmetrics: Registry.OPENMETRICS_CONTENT_TYPE,
};

type OnFailure = (name: string, error: unknown) => void;

/** How long rendering may hold the event loop before it lets others run. */
const SLICE_MS = 1;

/**
 * Renders a registry for a scrape, in chunks: our families from their kept lines, all others through
 * `get()`. Between chunks the event loop runs, so that a large scrape delays no request.
 *
 * @param onFailure called for a metric whose `get()` throws or hangs, or that is no metric; the scrape goes on without it
 */
export async function* expose(
  registry: Registry,
  format: Format = 'text',
  onFailure: OnFailure = () => {},
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
      : foreignTexts(metric, foreign, defaults, format, onFailure);
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

/** Never throws: whatever is wrong with a metric costs its own lines. */
function* foreignTexts(
  metric: unknown,
  snapshots: ReadonlyMap<unknown, Snapshot>,
  defaults: Record<string, string>,
  format: Format,
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

function nameOf(metric: unknown): string {
  return String((metric as { name?: unknown }).name);
}

/** Each metric begins in a turn of its own when those before took long: prom-client copies all its series at once. */
async function snapshots(
  registry: Registry,
  metrics: readonly PromMetric[],
  onFailure: OnFailure,
): Promise<Map<unknown, Snapshot>> {
  const found = new Map<unknown, Snapshot>();
  const begun: Promise<void>[] = [];
  let sliceEnd = performance.now() + SLICE_MS;
  for (const metric of metrics) {
    begun.push(collect(metric, registry, found, onFailure));
    if (performance.now() > sliceEnd) {
      await setImmediate();
      sliceEnd = performance.now() + SLICE_MS;
    }
  }
  await Promise.all(begun);
  return found;
}

async function collect(
  metric: PromMetric,
  registry: Registry,
  found: Map<unknown, Snapshot>,
  onFailure: OnFailure,
): Promise<void> {
  try {
    found.set(metric, await snapshot(metric, registry));
  } catch (error) {
    onFailure(nameOf(metric), error);
  }
}
