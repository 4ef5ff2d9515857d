import {
  type Kind,
  type LogLine,
  type Span,
  type Summary,
  summaryOf,
  type Trace,
  type TraceSource,
} from '@pmcp/viewer';
import type * as otlp from '../collector/decode.js';

/** How many requests are kept, and how many more of the slow or failed ones. */
const RECENT = 4_000;
const NOTABLE = 500;
const SLOW_MS = 500;

interface Kept {
  readonly traceId: string;
  readonly spans: Span[];
  readonly logs: LogLine[];
}

/** The latest requests that the collector received. Slow and failed ones are kept longer. */
export class RecentRequests implements TraceSource {
  private readonly recent = new Map<string, Kept>();
  private readonly notable = new Map<string, Kept>();

  add(spans: readonly otlp.Span[], logs: readonly otlp.LogRecord[]): void {
    for (const span of spans) {
      const kept = this.of(span.traceId);
      kept.spans.push(toSpan(span));
      const notable = span.status.code === 2 || span.endMs - span.startMs >= SLOW_MS;
      if (notable) put(this.notable, kept, NOTABLE);
    }
    for (const log of logs) if (log.traceId !== '') this.of(log.traceId).logs.push(toLine(log));
  }

  async list(kind: Kind, limit: number): Promise<readonly Summary[]> {
    const source = kind === 'recent' ? this.recent : this.notable;
    const all = [...source.values()].filter(({ spans }) => spans.length > 0).map(summaryOf);
    if (kind === 'slow') {
      const slow = all.filter(({ durationMs }) => durationMs >= SLOW_MS);
      return slow.sort((a, b) => b.durationMs - a.durationMs).slice(0, limit);
    }
    return all
      .filter(({ failed }) => kind === 'recent' || failed)
      .sort((a, b) => b.startMs - a.startMs)
      .slice(0, limit);
  }

  async trace(traceId: string): Promise<Trace | undefined> {
    return this.recent.get(traceId) ?? this.notable.get(traceId);
  }

  private of(traceId: string): Kept {
    const kept = this.recent.get(traceId) ?? this.notable.get(traceId) ?? { traceId, spans: [], logs: [] };
    put(this.recent, kept, RECENT);
    return kept;
  }
}

/** Adds an entry, and removes the oldest if there are more than `most`. */
function put(map: Map<string, Kept>, kept: Kept, most: number): void {
  if (map.has(kept.traceId)) return;
  map.set(kept.traceId, kept);
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}

function toSpan({
  spanId,
  parentSpanId,
  name,
  startMs,
  endMs,
  status,
  attributes,
  resource,
}: otlp.Span): Span {
  return {
    spanId,
    parentSpanId,
    name,
    service: String(resource['service.name'] ?? ''),
    startMs,
    durationMs: endMs - startMs,
    failed: status.code === 2,
    message: status.message,
    attributes,
  };
}

function toLine({ atMs, severity, body, spanId, attributes }: otlp.LogRecord): LogLine {
  return { atMs, level: severity.toLowerCase(), message: String(body ?? ''), spanId, attributes };
}
