/** One thing that was done for a request, and for how long. */
export interface Span {
  readonly spanId: string;
  /** Empty for the first. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly service: string;
  /** Milliseconds since 1970. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly failed: boolean;
  /** Why it failed, as far as it says. */
  readonly message: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface LogLine {
  readonly atMs: number;
  readonly level: string;
  readonly message: string;
  readonly spanId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** All that is known of one request. */
export interface Trace {
  readonly traceId: string;
  readonly spans: readonly Span[];
  readonly logs: readonly LogLine[];
}

/** A line in a list of requests. */
export interface Summary {
  readonly traceId: string;
  readonly name: string;
  readonly service: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly failed: boolean;
  readonly spans: number;
}

export const KINDS = ['recent', 'slow', 'failed'] as const;
export type Kind = (typeof KINDS)[number];

/** Where single requests are looked up. */
export interface TraceSource {
  /** Newest first, or slowest first. */
  list(kind: Kind, limit: number): Promise<readonly Summary[]>;
  /** Undefined when it is not, or no longer, there. */
  trace(traceId: string): Promise<Trace | undefined>;
}

export function summaryOf({ traceId, spans }: Trace): Summary {
  const root =
    spans.find(({ parentSpanId }) => !spans.some(({ spanId }) => spanId === parentSpanId)) ?? spans[0];
  const start = Math.min(...spans.map(({ startMs }) => startMs));
  const end = Math.max(...spans.map(({ startMs, durationMs }) => startMs + durationMs));
  return {
    traceId,
    name: root?.name ?? '',
    service: root?.service ?? '',
    startMs: start,
    durationMs: end - start,
    failed: spans.some(({ failed }) => failed),
    spans: spans.length,
  };
}
