import type { Kind, Span, Summary, Trace, TraceSource } from './traces.js';
import { summaryOf } from './traces.js';
import { ask, type Upstream } from './upstream.js';
import { whole } from './whole.js';

interface JaegerTag {
  readonly key: string;
  readonly value: unknown;
}

interface JaegerTrace {
  readonly traceID: string;
  readonly processes: Readonly<Record<string, { readonly serviceName: string }>>;
  readonly spans: readonly {
    readonly spanID: string;
    readonly operationName: string;
    readonly references?: readonly { readonly refType: string; readonly spanID: string }[];
    /** In microseconds, like the duration. */
    readonly startTime: number;
    readonly duration: number;
    readonly processID: string;
    readonly tags?: readonly JaegerTag[];
    readonly logs?: readonly { readonly timestamp: number; readonly fields: readonly JaegerTag[] }[];
  }[];
}

const MICROS_IN_A_MS = 1000;
/** The most services whose requests are put into a list. */
const MOST_SERVICES = 20;
/** How long a whole answer may take, even if its data keeps arriving. */
const MOST_MS = 60_000;
/** The least duration of a slow request. */
const SLOW = '1s';

/** Returns a source of traces that asks a store with the query API of Jaeger. */
export function jaeger(upstream: Upstream): TraceSource {
  return {
    async list(kind, limit) {
      const { data: services } = await askJson<{ data: readonly string[] | null }>(upstream, 'api/services');
      const lists = await Promise.all(
        (services ?? []).slice(0, MOST_SERVICES).map((service) => search(upstream, service, kind, limit)),
      );
      const each = new Map(lists.flat().map((summary) => [summary.traceId, summary]));
      const order = kind === 'slow' ? byDuration : byTime;
      return [...each.values()].sort(order).slice(0, limit);
    },
    async trace(traceId) {
      const answer = await askJson<{ data: readonly JaegerTrace[] }>(
        upstream,
        `api/traces/${traceId}`,
        '',
        [404],
      );
      const [found] = answer?.data ?? [];
      return found && toTrace(found);
    },
  };
}

const byTime = (a: Summary, b: Summary) => b.startMs - a.startMs;
const byDuration = (a: Summary, b: Summary) => b.durationMs - a.durationMs;

async function search(
  upstream: Upstream,
  service: string,
  kind: Kind,
  limit: number,
): Promise<readonly Summary[]> {
  const parameters = new URLSearchParams({ service, limit: String(limit), lookback: '1h' });
  if (kind === 'failed') parameters.set('tags', '{"error":"true"}');
  if (kind === 'slow') parameters.set('minDuration', SLOW);
  const { data } = await askJson<{ data: readonly JaegerTrace[] }>(upstream, 'api/traces', `?${parameters}`);
  return data.map((trace) => summaryOf(toTrace(trace)));
}

function toTrace({ traceID, processes, spans }: JaegerTrace): Trace {
  return {
    traceId: traceID,
    spans: spans.map((span): Span => {
      const attributes = toObject(span.tags ?? []);
      const failed = attributes.error === true || attributes['otel.status_code'] === 'ERROR';
      return {
        spanId: span.spanID,
        parentSpanId: span.references?.find(({ refType }) => refType === 'CHILD_OF')?.spanID ?? '',
        name: span.operationName,
        service: processes[span.processID]?.serviceName ?? '',
        startMs: span.startTime / MICROS_IN_A_MS,
        durationMs: span.duration / MICROS_IN_A_MS,
        failed,
        message: failed
          ? String(attributes['otel.status_description'] ?? attributes['error.type'] ?? '')
          : '',
        attributes,
      };
    }),
    logs: spans.flatMap(({ spanID, logs = [] }) =>
      logs.map(({ timestamp, fields }) => {
        const { event, message, level, ...attributes } = toObject(fields);
        return {
          atMs: timestamp / MICROS_IN_A_MS,
          level: String(level ?? 'event'),
          message: String(message ?? event ?? ''),
          spanId: spanID,
          attributes,
        };
      }),
    ),
  };
}

function toObject(tags: readonly JaegerTag[]): Record<string, unknown> {
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
}

function askJson<T>(upstream: Upstream, path: string, search?: string): Promise<T>;
function askJson<T>(
  upstream: Upstream,
  path: string,
  search: string,
  none: readonly number[],
): Promise<T | undefined>;
/** @param none status codes that mean that nothing was found */
async function askJson<T>(
  upstream: Upstream,
  path: string,
  search = '',
  none: readonly number[] = [],
): Promise<T | undefined> {
  const signal = AbortSignal.timeout(MOST_MS);
  const answer = await ask(upstream, { method: 'GET', path, search, signal });
  const body = await whole(answer);
  if (none.includes(answer.statusCode ?? 0)) return undefined;
  if (answer.statusCode !== 200) {
    throw new Error(`${upstream.url.origin} answered ${answer.statusCode}: ${body.slice(0, 500)}`);
  }
  return JSON.parse(body) as T;
}
