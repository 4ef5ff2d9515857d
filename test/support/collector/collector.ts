import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type sendUnaryData,
  type status,
} from '@grpc/grpc-js';
import { until } from '../until.js';
import {
  decodeLogs,
  decodeMetrics,
  decodeSpans,
  encodeResponse,
  type LogRecord,
  type Metric,
  type Span,
} from './decode.js';

/** How the collector treats what it is sent; it may change while it runs. */
export interface Behaviour {
  /** Milliseconds before it answers; Infinity for never. */
  delayMs: number;
  /** A gRPC status to refuse with. */
  refuse: status | undefined;
  /** How many items of each export it claims to have rejected. */
  reject: number;
}

const SERVICES = {
  trace: 'TraceService',
  logs: 'LogsService',
  metrics: 'MetricsService',
} as const;

/** A gRPC OTLP collector that keeps what it is sent. */
export class Collector {
  readonly spans: Span[] = [];
  readonly logs: LogRecord[] = [];
  readonly metrics: Metric[] = [];
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
  ) {}

  static async start(credentials = ServerCredentials.createInsecure(), port = 0): Promise<Collector> {
    const server = new Server();
    const bound = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`127.0.0.1:${port}`, credentials, (error, taken) =>
        error ? reject(error) : resolve(taken),
      );
    });
    const collector = new Collector(server, bound, credentials._isSecure() ? 'https' : 'http');
    for (const [signal, service] of Object.entries(SERVICES)) collector.serve(signal, service);
    return collector;
  }

  get url(): string {
    return `${this.scheme}://127.0.0.1:${this.port}`;
  }

  /** Waits until it has been sent so many spans. */
  async spansArrived(count: number): Promise<readonly Span[]> {
    await until(() => this.spans.length >= count);
    return this.spans;
  }

  /** Ends all connections at once, with whatever is on its way. */
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
    this.headers.push(call.metadata);
    const { delayMs, refuse, reject } = this.behaviour;
    if (refuse !== undefined) {
      answer({ code: refuse, details: 'refused', metadata: new Metadata() });
      return;
    }
    this.keep(signal, call.request);
    if (delayMs === Number.POSITIVE_INFINITY) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      answer(null, encodeResponse(reject));
    }, delayMs);
    this.timers.add(timer);
  }

  private keep(signal: string, bytes: Buffer): void {
    if (signal === 'trace') {
      const spans = decodeSpans(bytes);
      this.batches.push(spans.length);
      this.spans.push(...spans);
    } else if (signal === 'logs') this.logs.push(...decodeLogs(bytes));
    else this.metrics.push(...decodeMetrics(bytes));
  }
}
