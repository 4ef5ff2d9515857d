import type { Metric as PromMetric, Registry } from 'prom-client';
import { foreignSnapshots, nameOf, type OnFailure } from '../foreign-snapshots.js';
import { Pace } from '../pace.js';
import type { Snapshot } from '../prom-values.js';
import { defaultLabelsOf, RegisteredFamily } from '../registry.js';
import { type Written, writeForeign } from './foreign.js';
import { writeFamily } from './messages.js';
import { writeOwn } from './own.js';
import { Parts } from './parts.js';
import { BackwardWriter } from './writer.js';

/**
 * Renders a registry as protobuf: one message for each family, with its length before it.
 *
 * @param isSparse leaves out our counters of names that are still 0
 */
export async function* exposeProtobuf(
  registry: Registry,
  isSparse: boolean,
  onFailure: OnFailure,
): AsyncGenerator<Buffer, void, undefined> {
  const to = new BackwardWriter();
  const page = new Parts();
  for await (const family of families(registry, isSparse, to, onFailure)) {
    // A family without series is omitted.
    if (to.length === 0) continue;
    writeFamily(to, family.name, family.help, family.type);
    to.varint(to.length);
    for (const bytes of to.take()) page.append(bytes);
    yield* page.takeFull();
  }
  yield page.takeLast();
}

/** Yields each family after its series were written. */
async function* families(
  registry: Registry,
  isSparse: boolean,
  to: BackwardWriter,
  onFailure: OnFailure,
): AsyncGenerator<Written> {
  const pace = new Pace();
  const metrics = registry.getMetricsAsArray() as unknown as (PromMetric | RegisteredFamily)[];
  const defaults = defaultLabelsOf(registry);
  const others = metrics.filter((metric) => !(metric instanceof RegisteredFamily)) as PromMetric[];
  const snapshots = await foreignSnapshots(registry, others, pace, onFailure);
  for (const metric of metrics) {
    if (metric instanceof RegisteredFamily) {
      await writeOwn(metric.family, { defaults, isSparse }, to, pace);
      yield metric.family.metric;
    } else yield* foreign(nameOf(metric), snapshots.get(metric), defaults, to, pace, onFailure);
  }
}

/** Never throws: a broken metric loses only its own series. */
async function* foreign(
  name: string,
  snapshot: Snapshot | undefined,
  defaults: Record<string, string>,
  to: BackwardWriter,
  pace: Pace,
  onFailure: OnFailure,
): AsyncGenerator<Written> {
  if (snapshot === undefined) return;
  let isBad = false;
  const failed = (error: unknown) => {
    if (!isBad) onFailure(name, error);
    isBad = true;
  };
  try {
    yield* writeForeign(snapshot, defaults, to, pace, failed);
  } catch (error) {
    failed(error);
  }
}
