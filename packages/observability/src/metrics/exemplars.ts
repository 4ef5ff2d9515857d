import { formatNumber } from './format.js';

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

/** The last traced observation of each bucket, for OpenMetrics scrapes. */
export class Exemplars {
  private readonly buckets: (Exemplar | undefined)[] = [];

  set(bucket: number, value: number, { traceId, spanId }: TraceIds): void {
    this.buckets[bucket] = { traceId, spanId, value, time: Date.now() / 1000 };
  }

  /** What follows the value on the bucket's line; empty when it has no exemplar. */
  render(bucket: number): string {
    const exemplar = this.buckets[bucket];
    if (exemplar === undefined) return '';
    const { traceId, spanId, value, time } = exemplar;
    return ` # {trace_id="${traceId}",span_id="${spanId}"} ${formatNumber(value)} ${time}`;
  }
}
