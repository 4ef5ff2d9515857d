import { createRequire } from 'node:module';
import type { Attributes, HrTime } from '@opentelemetry/api';
import { Batcher } from '../otlp/batcher.js';
import { type Exporter, type LogRecord, logExporter } from '../otlp/exporter.js';
import type { Report } from '../otlp/report.js';
import { type BatchVariables, batchOptions } from '../otlp/variables.js';
import type { ResourceAttributes } from '../resource.js';

/** Loaded only where lines are exported; see `otlp/exporter.ts`. */
const load = createRequire(import.meta.url);

type Resources = typeof import('@opentelemetry/resources');

/** The variables of the batch processor for logs, with the specification's defaults. */
const BATCH: BatchVariables = {
  delay: ['OTEL_BLRP_SCHEDULE_DELAY', 1_000],
  queue: ['OTEL_BLRP_MAX_QUEUE_SIZE', 2_048],
  batch: ['OTEL_BLRP_MAX_EXPORT_BATCH_SIZE', 512],
};

/** The severity numbers of OpenTelemetry's log data model. */
const SEVERITIES: Readonly<Record<string, number>> = {
  trace: 1,
  debug: 5,
  info: 9,
  warn: 13,
  error: 17,
  fatal: 21,
};

const SCOPE = { name: '@pmcp/observability' };

/**
 * Brings log lines to a collector. They are kept as they were written and only read again when a batch leaves,
 * so that a request waits for none of it.
 */
export class OtlpLines {
  private readonly batcher: Batcher<string>;
  private exporter: Exporter<LogRecord> | undefined;
  private recordOf: ((line: string) => LogRecord) | undefined;

  constructor(
    /** Asked when the first batch leaves: by then the server has told its name. */
    private readonly resource: () => ResourceAttributes,
    report: Report,
  ) {
    this.batcher = new Batcher(batchOptions(BATCH), (lines) => this.send(lines), report);
  }

  write(line: string): void {
    this.batcher.add(line);
  }

  flush(): Promise<void> {
    return this.batcher.flush();
  }

  async shutdown(): Promise<void> {
    await this.batcher.flush();
    await this.exporter?.shutdown();
  }

  private async send(lines: string[]): Promise<number> {
    this.exporter ??= logExporter(undefined);
    this.recordOf ??= reader(this.resource());
    return this.exporter.send(lines.map(this.recordOf));
  }
}

/** How a line becomes a record: what the data model has a place for goes there, all else is an attribute. */
function reader(attributes: ResourceAttributes): (line: string) => LogRecord {
  const { resourceFromAttributes } = load('@opentelemetry/resources') as Resources;
  const resource = resourceFromAttributes(attributes);
  return (line) => {
    const { level, time, msg, trace_id, span_id, ...rest } = parse(line);
    const hrTime = toHrTime(time);
    const spanContext = { traceId: String(trace_id), spanId: String(span_id), traceFlags: 1 };
    return {
      hrTime,
      hrTimeObserved: hrTime,
      severityText: String(level),
      severityNumber: SEVERITIES[String(level)] ?? 0,
      body: String(msg ?? ''),
      attributes: rest as Attributes,
      droppedAttributesCount: 0,
      resource,
      instrumentationScope: SCOPE,
      ...(trace_id !== undefined && { spanContext }),
    };
  };
}

/** A line that is no JSON, as a stranger's logger may write, is a message. */
function parse(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return { msg: line.trimEnd() };
  }
}

function toHrTime(time: unknown): HrTime {
  const ms = Date.parse(String(time)) || Date.now();
  return [Math.floor(ms / 1000), (ms % 1000) * 1e6];
}
