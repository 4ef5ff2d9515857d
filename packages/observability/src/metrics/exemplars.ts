import { formatNumber, labelPairs } from './format.js';

/** The ids of the trace of an observation. */
export interface TraceIds {
  readonly traceId: string;
  readonly spanId: string;
}

interface Exemplar extends TraceIds {
  readonly value: number;
  /** Seconds since 1970. */
  readonly time: number;
}

/** An exemplar in the form of prom-client. */
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

/** Returns the text after the value of a bucket; empty without an exemplar. */
export function renderExemplar(exemplar: ShownExemplar | null | undefined): string {
  if (!exemplar) return '';
  const { labelSet, value, timestamp } = exemplar;
  const pairs = labelPairs(Object.keys(labelSet), Object.values(labelSet).map(String));
  return ` # {${pairs}} ${formatNumber(value)} ${timestamp}`;
}
