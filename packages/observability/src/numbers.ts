import type { Registry } from 'prom-client';
import { createFamilies, type Families } from './metrics/families.js';
import { Recorder } from './metrics/recorder.js';
import { registerFamilies } from './metrics/registry.js';
import { registerRuntimeMetrics } from './metrics/runtime.js';
import { SemconvMetrics } from './metrics/semconv.js';
import type { Config } from './options.js';

/** What a toolkit counts, and where it is shown. */
export interface Numbers {
  readonly families: Families;
  readonly registry: Registry;
  readonly recorder: Recorder;
  /** Ends what measures the runtime. */
  readonly end: () => void;
}

/** Creates the metrics in their registry, and what records them. */
export function createNumbers({ metrics, connections }: Pick<Config, 'metrics' | 'connections'>): Numbers {
  const { registry, histograms } = metrics;
  const families = createFamilies(histograms);
  registerFamilies(Object.values(families), registry);
  const end = metrics.runtime ? registerRuntimeMetrics(registry) : () => {};
  const limits = { names: metrics.maxNames, clients: metrics.maxClients };
  const semconv = metrics.semconv ? new SemconvMetrics(histograms) : undefined;
  if (semconv) registerFamilies([semconv.operation, semconv.session], registry);
  const { connectionsLimit } = families;
  if (connections.limit !== undefined) connectionsLimit.set(connectionsLimit.slot(), connections.limit);
  return { families, registry, recorder: new Recorder(families, limits, semconv), end };
}
