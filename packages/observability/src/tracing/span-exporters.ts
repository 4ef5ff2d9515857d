import { setTimeout as delay } from 'node:timers/promises';
import { spanExporter } from '../otlp/exporter.js';
import type { Report } from '../otlp/report.js';
import type { Exporter, Span } from '../otlp/sdk.js';
import { stderr } from '../output/file.js';
import { LineWriter } from '../output/line-writer.js';
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

/** Milliseconds for a batch to be written; a reader that takes longer does not read. */
const MAX_WRITE_MS = 5_000;
const LOOK_AGAIN_MS = 20;

/**
 * For a look at spans without a collector. The SDK's own writes to stdout, which is the protocol's, and the stream that
 * Node has for stderr ends the process when its reader goes.
 */
function stderrExporter(): Exporter<Span[]> {
  let lost = 0;
  const writer = new LineWriter(stderr, (_, count) => {
    lost += count;
  });
  return {
    send: async (spans: Span[]) => {
      for (const span of spans) writer.write(`${JSON.stringify(describe(span))}\n`);
      // Counted, for the clock stands still in tests that have one of their own.
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
