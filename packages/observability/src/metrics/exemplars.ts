import { formatNumber, labelPairs } from './format.js';

/** Where to find the trace of an observation. */
export interface TraceIds {
  readonly traceId: string;
  readonly spanId: string;
}

interface Exemplar extends TraceIds {
  readonly value: number;
  /** Seconds since 1970. */
  readonly time: number;
}

/** An exemplar as prom-client shows it. */
export interface ShownExemplar {
  readonly labelSet: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly timestamp: number;
}

/** The last traced observation of each bucket, for OpenMetrics scrapes. */
export class Exemplars {
  private readonly buckets: (Exemplar | undefined)[] = [];

  set(bucket: number, value: number, { traceId, spanId }: TraceIds): void {
    this.buckets[bucket] = { traceId, spanId, value, time: Date.now() / 1000 };
  }

  get(bucket: number): ShownExemplar | undefined {
    const exemplar = this.buckets[bucket];
    if (exemplar === undefined) return undefined;
    const { traceId, spanId, value, time } = exemplar;
    return { labelSet: { trace_id: traceId, span_id: spanId }, value, timestamp: time };
  }
}

/** What follows the value on a bucket's line; empty when it has no exemplar. */
export function renderExemplar(exemplar: ShownExemplar | null | undefined): string {
  if (!exemplar) return '';
  const { labelSet, value, timestamp } = exemplar;
  const pairs = labelPairs(Object.keys(labelSet), Object.values(labelSet).map(String));
  return ` # {${pairs}} ${formatNumber(value)} ${timestamp}`;
}
