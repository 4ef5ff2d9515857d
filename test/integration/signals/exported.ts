import { type Attributes, SpanKind } from '@opentelemetry/api';
import { expect } from 'vitest';
import type { Collector } from '../../../scripts/collector/collector.js';
import type { Running } from '../scenarios/host.js';
import type { Growth } from '../scenarios/metrics.js';
import { countedByLines, countedByMetrics, countedBySpans } from './agreement.js';

/** The number of this kind of span in OTLP. */
const SERVER = 2;

const idOf = (resource: object | undefined) => resource && Reflect.get(resource, 'service.instance.id');

interface Exporting extends Pick<Running, 'metrics'> {
  readonly collector: Collector;
}

/** Waits until the metrics of a process, and its exported spans and log lines, contain the same requests: these. */
export async function agreed({ metrics, collector }: Exporting): Promise<Growth> {
  let byMetrics: Growth = {};
  const differences = async () => {
    byMetrics = countedByMetrics(await metrics());
    // A client of SDK v2 may first start a separate process to ask for its protocol, and end it.
    const own = idOf(collector.spans.at(-1)?.resource);
    const isOwn = ({ resource }: { readonly resource: object }) => idOf(resource) === own;
    const spans = collector.spans.filter(isOwn).map(({ name, kind, attributes }) => ({
      name,
      kind: kind === SERVER ? SpanKind.SERVER : SpanKind.INTERNAL,
      attributes: attributes as Attributes,
    }));
    const lines = collector.logs
      .filter((line) => isOwn(line) && line.attributes.outcome !== undefined)
      .map(({ body, attributes }) => ({ msg: String(body), outcome: String(attributes.outcome) }));
    return {
      spans: missing(byMetrics, countedBySpans(spans)),
      lines: missing(byMetrics, countedByLines(lines)),
    };
  };
  await expect.poll(differences).toEqual({ spans: {}, lines: {} });
  return byMetrics;
}

/** Returns by how much the metrics count more than another signal. */
function missing(byMetrics: Growth, byOthers: Growth): Growth {
  const keys = new Set([...Object.keys(byMetrics), ...Object.keys(byOthers)]);
  const differences = [...keys].map((key) => [key, (byMetrics[key] ?? 0) - (byOthers[key] ?? 0)] as const);
  return Object.fromEntries(differences.filter(([, difference]) => difference !== 0));
}
