import { setTimeout as delay } from 'node:timers/promises';
import { spanExporter } from '../otlp/exporter.js';
import type { Report } from '../otlp/report.js';
import type { Exporter, Span, SpanBatch } from '../otlp/sdk.js';
import { stderr } from '../output/file.js';
import { LineWriter } from '../output/line-writer.js';
import type { SpanExporter, TracesConfig } from './config.js';

/** An exporter, and the counter of its results. */
export interface Outlet {
  readonly exporter: Exporter<SpanBatch>;
  /** Whether it takes spans that are encoded already. */
  readonly takesEncoded: boolean;
  readonly report: Report;
}

/** @throws if `@pmcp/otlp` is not installed, or if the endpoint is invalid */
export function outlets({ exporters, endpoint }: TracesConfig, report: Report): Promise<Outlet[]> {
  // A span with two exporters is counted for the one that can fail.
  const silent: Report = { exported() {}, failing() {}, dropped() {} };
  const made = exporters.map(async (to): Promise<Outlet> => {
    if (to === 'otlp') return { exporter: await spanExporter(endpoint, report), takesEncoded: true, report };
    if (to === 'console')
      return {
        exporter: stderrExporter(),
        takesEncoded: false,
        report: exporters.length > 1 ? silent : report,
      };
    return { exporter: ofApplication(to), takesEncoded: false, report };
  });
  return Promise.all(made);
}

/** Wraps an exporter of the application, so that a batch always ends. */
function ofApplication(exporter: SpanExporter): Exporter<SpanBatch> {
  return {
    send: ({ finished }) =>
      new Promise((resolve, reject) => {
        exporter.export(finished as never, ({ code, error }) => {
          if (code === 0) resolve(0);
          else reject(error ?? new Error('the exporter failed'));
        });
      }),
    shutdown: async () => exporter.shutdown(),
  };
}

/** Milliseconds for writing a batch. A reader that needs longer does not read. */
const MAX_WRITE_MS = 5_000;
const LOOK_AGAIN_MS = 20;

/**
 * Writes spans to stderr, without a collector. The SDK's own console exporter writes to stdout, which belongs to the protocol.
 * Node's stream for stderr would end the process when its reader closes.
 */
function stderrExporter(): Exporter<SpanBatch> {
  let lost = 0;
  const writer = new LineWriter(stderr, (_, count) => {
    lost += count;
  });
  return {
    send: async ({ finished }) => {
      for (const span of finished) writer.write(`${JSON.stringify(describe(span))}\n`);
      // Counts its checks, since fake timers in tests stop the clock.
      for (let looks = MAX_WRITE_MS / LOOK_AGAIN_MS; !writer.isIdle && looks > 0; looks--)
        await delay(LOOK_AGAIN_MS);
      const failed = lost;
      lost = 0;
      if (failed > 0) throw new Error('stderr could not be written');
      return 0;
    },
    shutdown: async () => writer.close(),
  };
}

function describe(span: Span): object {
  const { traceId, spanId } = span.spanContext();
  const { name, kind, parentSpanContext, attributes, status, events, duration } = span;
  const parent = parentSpanContext?.spanId;
  return { name, traceId, spanId, parent, kind, status, duration, attributes, events };
}
