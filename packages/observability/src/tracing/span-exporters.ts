import { spanExporter } from '../otlp/exporter.js';
import type { Report } from '../otlp/report.js';
import type { Exporter, Span } from '../otlp/sdk.js';
import type { SpanExporter, TracesConfig } from './config.js';

/** An exporter, and who counts what becomes of its spans. */
export interface Outlet {
  readonly exporter: Exporter<Span[]>;
  readonly report: Report;
}

/** @throws when `@pmcp/otlp` is not installed, or the endpoint is none */
export function outlets({ exporters, endpoint }: TracesConfig, report: Report): Promise<Outlet[]> {
  // A span that goes both ways is counted for the one that can fail.
  const silent: Report = { exported() {}, failing() {}, dropped() {} };
  const made = exporters.map(async (to): Promise<Outlet> => {
    if (to === 'otlp') return { exporter: await spanExporter(endpoint, report), report };
    if (to === 'console')
      return { exporter: stderrExporter(), report: exporters.length > 1 ? silent : report };
    return { exporter: ofApplication(to), report };
  });
  return Promise.all(made);
}

/** An exporter that the application made. Whatever it does, a batch ends. */
function ofApplication(exporter: SpanExporter): Exporter<Span[]> {
  return {
    send: (spans) =>
      new Promise((resolve, reject) => {
        exporter.export(spans as never, ({ code, error }) => {
          if (code === 0) resolve(0);
          else reject(error ?? new Error('the exporter failed'));
        });
      }),
    shutdown: async () => exporter.shutdown(),
  };
}

/** For a look at spans without a collector. The SDK's own writes to stdout, which is the protocol's. */
function stderrExporter(): Exporter<Span[]> {
  return {
    send: async (spans: Span[]) => {
      for (const span of spans) process.stderr.write(`${JSON.stringify(describe(span))}\n`);
      return 0;
    },
    shutdown: async () => {},
  };
}

function describe(span: Span): object {
  const { traceId, spanId } = span.spanContext();
  const { name, kind, parentSpanContext, attributes, status, events, duration } = span;
  const parent = parentSpanContext?.spanId;
  return { name, traceId, spanId, parent, kind, status, duration, attributes, events };
}
