import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type sendUnaryData,
  type status,
} from '@grpc/grpc-js';
import {
  decodeLogs,
  decodeMetrics,
  decodeSpans,
  encodeResponse,
  type LogRecord,
  type Metric,
  type Span,
} from './decode.js';

/** How the collector answers exports. May change while it runs. */
export interface Behaviour {
  /** Milliseconds before it answers. Infinity: it never answers. */
  delayMs: number;
  /** The gRPC status with which it rejects exports. */
  refuse: status | undefined;
  /** How many items of each export it reports as rejected. */
  reject: number;
}

interface Options {
  readonly credentials?: ServerCredentials;
  /** 0: any free port. */
  readonly port?: number;
  /** Whether it keeps the items that arrive. Otherwise it only counts them. */
  readonly keep?: boolean;
  /** Is called with all items that arrive, even if they are not kept. */
  readonly onArrival?: (spans: readonly Span[], logs: readonly LogRecord[]) => void;
}

const SERVICES = {
  trace: 'TraceService',
  logs: 'LogsService',
  metrics: 'MetricsService',
} as const;

/** A gRPC OTLP collector on loopback that keeps the items that it receives. */
export class Collector {
  /** Spans and log lines that arrived. */
  readonly counts = { spans: 0, logs: 0 };
  readonly spans: Span[] = [];
  readonly logs: LogRecord[] = [];
  /** The latest point of each series, as a backend keeps it. */
  readonly metrics: Metric[] = [];
  /** Every export of metrics, unchanged, so that it can be passed on. */
  readonly metricExports: Buffer[] = [];
  /** Headers of every export. */
  readonly headers: Metadata[] = [];
  /** Items in each export of spans. */
  readonly batches: number[] = [];
  readonly behaviour: Behaviour = { delayMs: 0, refuse: undefined, reject: 0 };
  private readonly timers = new Set<NodeJS.Timeout>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
    private readonly scheme: 'http' | 'https',
    private readonly keep: boolean,
    private readonly onArrival: Options['onArrival'],
  ) {}

  static async start({
    credentials = ServerCredentials.createInsecure(),
    port = 0,
    keep = true,
    onArrival,
  }: Options = {}): Promise<Collector> {
    const server = new Server();
    const bound = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`127.0.0.1:${port}`, credentials, (error, taken) =>
        error ? reject(error) : resolve(taken),
      );
    });
    const scheme = credentials._isSecure() ? 'https' : 'http';
    const collector = new Collector(server, bound, scheme, keep, onArrival);
    for (const [signal, service] of Object.entries(SERVICES)) collector.serve(signal, service);
    return collector;
  }

  get url(): string {
    return `${this.scheme}://127.0.0.1:${this.port}`;
  }

  /** Closes all connections at once, even during an export. */
  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.server.forceShutdown();
  }

  private serve(signal: string, service: string): void {
    const asIs = (bytes: Buffer) => bytes;
    const path = `/opentelemetry.proto.collector.${signal}.v1.${service}/Export`;
    const definition = {
      path,
      requestStream: false as const,
      responseStream: false as const,
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    };
    const handle = (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) =>
      this.received(signal, call, answer);
    this.server.addService({ Export: definition }, { Export: handle });
  }

  private received(
    signal: string,
    call: ServerUnaryCall<Buffer, Buffer>,
    answer: sendUnaryData<Buffer>,
  ): void {
    if (this.keep) this.headers.push(call.metadata);
    const { delayMs, refuse, reject } = this.behaviour;
    if (refuse !== undefined) {
      answer({ code: refuse, details: 'refused', metadata: new Metadata() });
      return;
    }
    this.take(signal, call.request);
    if (delayMs === Number.POSITIVE_INFINITY) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      answer(null, encodeResponse(reject));
    }, delayMs);
    this.timers.add(timer);
  }

  private take(signal: string, bytes: Buffer): void {
    if (signal === 'trace') {
      const spans = decodeSpans(bytes);
      this.counts.spans += spans.length;
      this.onArrival?.(spans, []);
      if (!this.keep) return;
      this.batches.push(spans.length);
      this.spans.push(...spans);
    } else if (signal === 'logs') {
      const logs = decodeLogs(bytes);
      this.counts.logs += logs.length;
      this.onArrival?.([], logs);
      if (this.keep) this.logs.push(...logs);
    } else {
      if (this.keep) this.metricExports.push(bytes);
      for (const metric of decodeMetrics(bytes)) this.update(metric);
    }
  }

  private update(metric: Metric): void {
    const known = this.metrics.findIndex(({ name }) => name === metric.name);
    if (known < 0) {
      this.metrics.push(metric);
      return;
    }
    const series = [...(this.metrics[known]?.points ?? []), ...metric.points];
    const latest = new Map(series.map((point) => [JSON.stringify(point.attributes), point]));
    this.metrics[known] = { ...metric, points: [...latest.values()] };
  }
}
