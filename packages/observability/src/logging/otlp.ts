import { type HrTime, isSpanContextValid, TraceFlags } from '@opentelemetry/api';
import { INSTRUMENTATION } from '../instrumentation.js';
import { Batcher } from '../otlp/batcher.js';
import { logExporter } from '../otlp/exporter.js';
import type { Report } from '../otlp/report.js';
import {
  type Exporter,
  type LastRequest,
  type LogRecord,
  loadedSdk,
  loadSdk,
  type Sdk,
} from '../otlp/sdk.js';
import { type BatchVariables, batchOptions } from '../otlp/variables.js';
import { redact } from '../redact/value.js';
import type { ResourceAttributes } from '../resource.js';
import { conventional } from './conventional.js';

/** The variables of the batch processor for logs, with the specification's defaults. */
const BATCH: BatchVariables = {
  delay: ['OTEL_BLRP_SCHEDULE_DELAY', 1_000],
  queue: ['OTEL_BLRP_MAX_QUEUE_SIZE', 2_048],
  batch: ['OTEL_BLRP_MAX_EXPORT_BATCH_SIZE', 512],
};

/** The severity numbers of OpenTelemetry's log data model. */
const SEVERITIES: ReadonlyMap<unknown, number> = new Map([
  ['trace', 1],
  ['debug', 5],
  ['info', 9],
  ['warn', 13],
  ['error', 17],
  ['fatal', 21],
]);

/**
 * Sends log lines to a collector. Lines are kept as text, and parsed only when a batch is sent, so that no request waits for it.
 */
export class OtlpLines {
  private readonly batcher: Batcher<string>;
  private exporter: Promise<Exporter<LogRecord[]>> | undefined;
  private ready: Exporter<LogRecord[]> | undefined;
  private isClosed = false;

  constructor(
    /** Called for each batch, since the name of the server is known only when it connects. */
    private readonly resource: () => ResourceAttributes,
    private readonly report: Report,
    /** Whether lines come from the application's own logger, which has its own redaction. */
    private readonly isForeign: boolean,
  ) {
    this.batcher = new Batcher(batchOptions(BATCH), (lines) => this.send(lines), report);
  }

  write(line: string): void {
    if (this.isClosed) this.report.dropped('export_failed', 1);
    else this.batcher.add(line);
  }

  /** Closes the connection. Later lines are lost, and counted. Never throws. */
  close(): void {
    this.isClosed = true;
    // Not awaited, since callers that need the lines have flushed.
    this.exporter?.then((exporter) => exporter.shutdown()).catch(() => {});
  }

  flush(): Promise<void> {
    return this.batcher.flush();
  }

  /** Returns what `flush` would send, for callers that can't wait. */
  lastRequests(): LastRequest[] {
    const { ready } = this;
    const sdk = loadedSdk();
    if (ready === undefined || sdk === undefined) return [];
    const read = reader(this.resource(), sdk, this.isForeign);
    return this.batcher.unanswered().flatMap((lines) => ready.lastRequest?.(lines.map(read)) ?? []);
  }

  /** Reports missing packages now, and loads what is needed if the process ends soon. */
  start(): void {
    this.connected().catch((error) => this.report.failing(error));
  }

  private connected(): Promise<Exporter<LogRecord[]>> {
    this.exporter ??= logExporter(this.report).then((exporter) => {
      this.ready = exporter;
      return exporter;
    });
    return this.exporter;
  }

  private async send(lines: string[]): Promise<number> {
    const exporter = await this.connected();
    return exporter.send(lines.map(reader(this.resource(), await loadSdk(), this.isForeign)));
  }
}

/** Converts a line to a record. Fields of the data model go to their place, all others become attributes. */
function reader(
  attributes: ResourceAttributes,
  { resourceOf }: Sdk,
  isForeign: boolean,
): (line: string) => LogRecord {
  const resource = resourceOf(attributes);
  return (line) => {
    const { level, time, msg, ...fields } = isForeign ? withoutSecrets(parse(line)) : parse(line);
    const hrTime = toHrTime(time);
    return {
      hrTime,
      hrTimeObserved: hrTime,
      severityText: String(level),
      severityNumber: SEVERITIES.get(level) ?? 0,
      body: String(msg ?? ''),
      droppedAttributesCount: 0,
      resource,
      instrumentationScope: INSTRUMENTATION,
      ...correlated(fields),
    };
  };
}

/** Invalid ids are fields of the application. The collector would reject a record with them. */
function correlated(fields: Record<string, unknown>): Pick<LogRecord, 'attributes' | 'spanContext'> {
  const { trace_id, span_id, trace_flags, ...rest } = fields;
  // A line of another logger may not show whether its trace is sampled.
  const traceFlags = trace_flags === '01' ? TraceFlags.SAMPLED : TraceFlags.NONE;
  const spanContext = { traceId: String(trace_id), spanId: String(span_id), traceFlags };
  if (!isSpanContextValid(spanContext)) return { attributes: conventional(fields) };
  return { attributes: conventional(rest), spanContext };
}

/** A line that is no JSON object becomes a message. Other loggers may write such lines. */
function parse(line: string): Record<string, unknown> {
  try {
    const fields: unknown = JSON.parse(line);
    if (typeof fields === 'object' && fields !== null) return fields as Record<string, unknown>;
  } catch {
    // The line is plain text.
  }
  return { msg: line.trimEnd() };
}

function withoutSecrets(fields: Record<string, unknown>): Record<string, unknown> {
  return redact(fields) as Record<string, unknown>;
}

function toHrTime(time: unknown): HrTime {
  const ms = Date.parse(String(time)) || Date.now();
  return [Math.floor(ms / 1000), (ms % 1000) * 1e6];
}
