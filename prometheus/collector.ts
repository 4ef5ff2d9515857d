import { unexpected } from './expected.js';
import { checkAnyForm, checkInteger, FORMS } from './scrape/checks.js';

/** Where an OpenTelemetry Collector takes telemetry, and where it sends it; at least one kind of it. */
export interface CollectorOptions {
  /** Of the interface to listen on; `localhost` if not given, and `OTLP_HOST` at run time goes before both. */
  readonly host?: string;
  /** Takes traces over OTLP gRPC, as `host:port`: Tempo, Jaeger. */
  readonly traces?: string;
  /** Takes logs over OTLP HTTP: Loki's `/otlp`. */
  readonly logs?: string;
  /** Takes metrics over OTLP HTTP: Prometheus' `/api/v1/otlp`, Mimir's `/otlp`. */
  readonly metrics?: string;
  /** How much of the memory that it may have it uses before it refuses more, in percent; 75 if not given. */
  readonly memoryPercent?: number;
  /** Whether `traces` is reached without TLS, as inside of a cluster. */
  readonly plaintext?: boolean;
}

type Signal = 'traces' | 'logs' | 'metrics';

const EXPORTERS = {
  traces: 'otlp_grpc/traces',
  logs: 'otlp_http/logs',
  metrics: 'otlp_http/metrics',
} as const;

/**
 * The configuration of a collector that hands on what servers send it.
 * @throws TypeError that names the option which is wrong
 */
export function collectorConfig(options: CollectorOptions): object {
  check(options);
  const { host = 'localhost', memoryPercent = 75 } = options;
  const listen = (port: number) => `\${env:OTLP_HOST:-${host}}:${port}`;
  const signals = (Object.keys(EXPORTERS) as Signal[]).filter((signal) => options[signal] !== undefined);
  return {
    extensions: { health_check: { endpoint: listen(13133) } },
    receivers: {
      otlp: { protocols: { grpc: { endpoint: listen(4317) }, http: { endpoint: listen(4318) } } },
    },
    processors: {
      memory_limiter: { check_interval: '1s', limit_percentage: memoryPercent, spike_limit_percentage: 15 },
      batch: {},
    },
    exporters: Object.fromEntries(signals.map((signal) => [EXPORTERS[signal], exporter(signal, options)])),
    service: {
      extensions: ['health_check'],
      telemetry: { metrics: { readers: [ownMetrics(`\${env:OTLP_HOST:-${host}}`)] } },
      pipelines: Object.fromEntries(signals.map((signal) => [signal, pipeline(signal)])),
    },
  };
}

function exporter(signal: Signal, options: CollectorOptions): object {
  const endpoint = options[signal];
  if (signal !== 'traces') return { endpoint };
  return { endpoint, ...(options.plaintext && { tls: { insecure: true } }) };
}

/** What refuses comes first, what gathers last. */
function pipeline(signal: Signal): object {
  return { receivers: ['otlp'], processors: ['memory_limiter', 'batch'], exporters: [EXPORTERS[signal]] };
}

function ownMetrics(host: string): object {
  return { pull: { exporter: { prometheus: { host, port: 8888 } } } };
}

function check({ host, traces, logs, metrics, memoryPercent }: CollectorOptions): void {
  checkAnyForm('host', host, { form: /^[\w.:[\]-]+$/, is: 'the name or address of an interface' });
  checkAnyForm('traces', traces, FORMS.address);
  checkAnyForm('logs', logs, FORMS.url);
  checkAnyForm('metrics', metrics, FORMS.url);
  checkInteger('memoryPercent', memoryPercent, 16, 100);
  if (!traces && !logs && !metrics) throw unexpected('traces', 'given, or `logs`, or `metrics`', traces);
}
