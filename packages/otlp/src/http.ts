import { clearTimeout, setTimeout } from 'node:timers';
import { ExportResultCode } from '@opentelemetry/core';
import {
  convertLegacyHttpOptions,
  createOtlpHttpExportDelegate,
} from '@opentelemetry/otlp-exporter-base/node-http';
import { type Exporter, type ExporterOptions, exporterOver, Rejections, type Way } from './exporter.js';
import { overHttp } from './last-request.js';
import { counting, type Signal, withEndpoint } from './signal.js';

const HEADERS = { 'Content-Type': 'application/x-protobuf' };

/** Creates an exporter. The library itself repeats failed attempts, as the protocol requires. */
export function exporter<Batch>(signal: Signal<Batch>, options: ExporterOptions): Exporter<Batch> {
  const { variable, path, component, serializer, helper } = signal;
  const rejections = new Rejections();
  const configuration = configured(variable, path, options);
  const delegate = createOtlpHttpExportDelegate(
    configuration,
    counting(serializer, rejections),
    `otlp_http_${component}`,
    helper,
    undefined,
  );
  const headers = new Headers(configuration);
  return exporterOver(inTime(delegate, configuration.timeoutMillis), rejections, configuration.url, (batch) =>
    overHttp(variable, configuration.url, headers.known, serializer.serializeRequest(batch)),
  );
}

/** How much longer than its timeout the library itself may take. */
const MARGIN_MS = 1_000;

/**
 * Gives up a batch after its timeout. The library itself waits as long as a byte comes now and then. It goes
 * on reading up to 30 answers at once, and refuses further batches.
 */
function inTime<Batch>(way: Way<Batch>, timeoutMs: number): Way<Batch> {
  return {
    export(batch, done) {
      const late = setTimeout(() => {
        done({ code: ExportResultCode.FAILED, error: new Error(`no whole answer within ${timeoutMs} ms`) });
      }, timeoutMs + MARGIN_MS).unref();
      way.export(batch, (result) => {
        clearTimeout(late);
        done(result);
      });
    },
    shutdown: () => way.shutdown(),
  };
}

/** The headers of a request. They are read early, because the library only returns a promise. */
class Headers {
  known: Readonly<Record<string, string>> = HEADERS;

  constructor({ headers }: { readonly headers: () => Promise<Record<string, string>> }) {
    headers().then(
      (known) => {
        this.known = known;
      },
      () => {},
    );
  }
}

function configured(variable: 'TRACES' | 'LOGS' | 'METRICS', path: string, options: ExporterOptions) {
  const { url, maxTimeoutMs } = options;
  const configuration = withEndpoint(variable, url, () => {
    if (url !== undefined) new URL(url);
    return convertLegacyHttpOptions(url === undefined ? {} : { url }, variable, path, HEADERS);
  });
  return { ...configuration, timeoutMillis: Math.min(configuration.timeoutMillis, maxTimeoutMs) };
}
