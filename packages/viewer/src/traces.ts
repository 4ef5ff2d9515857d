/**
 * One step of a request, and how long it took.
 *
 * @example
 * ```ts
 * import type { Span } from '@pmcp/viewer';
 *
 * const span: Span = {
 *   spanId: 'b7ad6b7169203331',
 *   parentSpanId: '',
 *   name: 'tools/call search_notes',
 *   service: 'notes',
 *   startMs: Date.now(),
 *   durationMs: 12,
 *   failed: false,
 *   message: '',
 *   attributes: {},
 * };
 * ```
 */
export interface Span {
  readonly spanId: string;
  /** Empty for the first span. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly service: string;
  /** Milliseconds since 1970. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly failed: boolean;
  /** Why it failed, if the span contains a reason. */
  readonly message: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/**
 * One log line of a request.
 *
 * @example
 * ```ts
 * import type { LogLine } from '@pmcp/viewer';
 *
 * const line: LogLine = { atMs: Date.now(), level: 'warn', message: 'slow', spanId: 'b7ad6b7169203331', attributes: {} };
 * ```
 */
export interface LogLine {
  readonly atMs: number;
  readonly level: string;
  readonly message: string;
  readonly spanId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/**
 * Everything that is known about one request.
 *
 * @example
 * ```ts
 * import { summaryOf, type Trace } from '@pmcp/viewer';
 *
 * const trace: Trace = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spans: [], logs: [] };
 * const { durationMs } = summaryOf(trace);
 * ```
 */
export interface Trace {
  readonly traceId: string;
  readonly spans: readonly Span[];
  readonly logs: readonly LogLine[];
}

/**
 * One row in a list of requests.
 *
 * @example
 * ```ts
 * import type { Summary } from '@pmcp/viewer';
 *
 * const slowest = (requests: readonly Summary[]) => requests.toSorted((a, b) => b.durationMs - a.durationMs)[0];
 * ```
 */
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
/**
 * Which requests to list.
 *
 * @example
 * ```ts
 * import type { Kind } from '@pmcp/viewer';
 *
 * const kind: Kind = 'slow';
 * ```
 */
export type Kind = (typeof KINDS)[number];

/**
 * Where the viewer looks up single requests.
 *
 * @example
 * ```ts
 * import { summaryOf, type Trace, type TraceSource } from '@pmcp/viewer';
 *
 * const traces: Trace[] = [];
 * const source: TraceSource = {
 *   list: async (_kind, limit) => traces.map(summaryOf).slice(0, limit),
 *   trace: async (id) => traces.find(({ traceId }) => traceId === id),
 * };
 * ```
 */
export interface TraceSource {
  /** Lists requests: the slowest first for `slow`, else the newest first. */
  list(kind: Kind, limit: number): Promise<readonly Summary[]>;
  /** Resolves with undefined if the trace is not, or no longer, in the store. */
  trace(traceId: string): Promise<Trace | undefined>;
}

/**
 * Returns the row for one request: the name of its first span, its whole duration, and whether it failed.
 *
 * @example
 * ```ts
 * import { summaryOf } from '@pmcp/viewer';
 *
 * const { name, failed } = summaryOf({ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spans: [], logs: [] });
 * ```
 */
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
