import { SpanKind } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { catalog } from '@pmcp/observability/catalog';
import type { Samples } from '../../support/exposition.js';
import { type Growth, series } from '../scenarios/metrics.js';

/** The log line of a finished request. */
export interface Line {
  readonly level: string;
  readonly msg: string;
  readonly outcome?: string;
  readonly error_type?: string;
  readonly duration_ms?: number;
  /** Present for a request that no transport has seen; its duration is not the duration of a request. */
  readonly http_status?: number;
  readonly waited_ms?: number;
  readonly operation?: string;
  readonly trace_id?: string;
  readonly span_id?: string;
  readonly 'mcp.method'?: string;
  readonly 'mcp.name'?: string;
}

/** Returns the requests in the metrics: their outcomes, by method and name. */
export function countedByMetrics(samples: Samples): Growth {
  const prefix = `${catalog.requests.name}{`;
  return Object.fromEntries([...samples].filter(([key, count]) => key.startsWith(prefix) && count > 0));
}

export function countedByLines(lines: readonly Pick<Line, 'msg' | 'outcome'>[]): Growth {
  return tally(lines.map(({ msg, outcome }) => [...split(msg), outcome ?? '']));
}

type Span = Pick<ReadableSpan, 'name' | 'kind' | 'attributes'>;

export function countedBySpans(spans: readonly Span[]): Growth {
  return tally(
    spans
      // A task has a span of its own, which is no request.
      .filter(({ kind, attributes }) => kind === SpanKind.SERVER || 'pmcp.operation' in attributes)
      .map(({ name, attributes }) => {
        const [method, target] = split(name);
        const isNamed = 'gen_ai.tool.name' in attributes || 'gen_ai.prompt.name' in attributes;
        // Names that are not known to be real are in no span's name.
        return [method, isNamed && target === '' ? '_other' : target, String(attributes['pmcp.outcome'])];
      }),
  );
}

function split(text: string): [string, string] {
  const [method = '', target = ''] = text.split(' ');
  return [method, target];
}

function tally(requests: readonly (readonly string[])[]): Growth {
  const counts: Record<string, number> = {};
  for (const labels of requests) {
    const key = series(catalog.requests, labels);
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
