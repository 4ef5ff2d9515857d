import { unexpected } from './expected.js';
import { check as checkScrape } from './scrape/check.js';
import { checkAnyForm, checkForm, checkInteger, FORMS } from './scrape/checks.js';
import { jobs } from './scrape/config.js';
import { type Options, SCRAPE_INTERVAL } from './scrape/options.js';

/**
 * The endpoints of an OpenTelemetry Collector. At least one of `traces`, `logs` and `metrics` must be given.
 */
export interface CollectorOptions {
  /**
   * The interface to listen on; `localhost` if not given. The environment variable `OTLP_HOST` overrides it
   * at run time.
   */
  readonly host?: string;
  /** The receiver of traces over OTLP gRPC, as `host:port`: Tempo or Jaeger. */
  readonly traces?: string;
  /** The receiver of logs over OTLP HTTP, as a URL: Loki's `/otlp`. */
  readonly logs?: string;
  /** The receiver of metrics over OTLP HTTP, as a URL: Prometheus' `/api/v1/otlp` or Mimir's `/otlp`. */
  readonly metrics?: string;
  /**
   * The limit of the collector's memory, in percent of what it may use; 75 if not given. From 15 points
   * below, it refuses telemetry.
   */
  readonly memoryPercent?: number;
  /** Whether `traces` is reached without TLS, as inside a cluster. */
  readonly plaintext?: boolean;
  /** The collector's own certificate. With it, senders of telemetry have to use TLS. */
  readonly tls?: {
    readonly certFile: string;
    readonly keyFile: string;
    /** The authorities that must have signed the senders' certificates; senders need none if not given. */
    readonly clientCaFile?: string;
  };
  /**
   * The servers that the collector scrapes instead of a Prometheus, and the credentials for them. Needs
   * `metrics`.
   */
  readonly scrape?: Pick<
    Options,
    'interval' | 'timeout' | 'kubernetes' | 'docker' | 'targets' | 'files' | 'servers'
  >;
}

type Signal = 'traces' | 'logs' | 'metrics';

/** The exporter of each signal, by its newer name. The older ones, `otlp` and `otlphttp`, are deprecated. */
export const OTLP_EXPORTERS = { traces: 'otlp_grpc', logs: 'otlp_http', metrics: 'otlp_http' } as const;

/**
 * Returns the configuration of a collector that forwards the telemetry of servers.
 * @throws TypeError that names the option which is wrong
 */
export function collectorConfig(options: CollectorOptions): object {
  check(options);
  const { host = 'localhost', memoryPercent = 75 } = options;
  const listen = (port: number) => `\${env:OTLP_HOST:-${host}}:${port}`;
  const signals = (Object.keys(OTLP_EXPORTERS) as Signal[]).filter((signal) => options[signal] !== undefined);
  return {
    extensions: { health_check: { endpoint: listen(13133) } },
    receivers: {
      otlp: {
        protocols: {
          grpc: { endpoint: listen(4317), ...shown(options) },
          http: { endpoint: listen(4318), ...shown(options) },
        },
      },
      ...(options.scrape && { prometheus: { config: scraping(options.scrape) } }),
    },
    processors: {
      memory_limiter: { check_interval: '1s', limit_percentage: memoryPercent, spike_limit_percentage: 15 },
      batch: {},
    },
    exporters: Object.fromEntries(signals.map((signal) => [exporterOf(signal), exporter(signal, options)])),
    service: {
      extensions: ['health_check'],
      telemetry: { metrics: { readers: [ownMetrics(`\${env:OTLP_HOST:-${host}}`)] } },
      pipelines: Object.fromEntries(signals.map((signal) => [signal, pipeline(signal, options)])),
    },
  };
}

const exporterOf = (signal: Signal) => `${OTLP_EXPORTERS[signal]}/${signal}`;

function exporter(signal: Signal, options: CollectorOptions): object {
  const endpoint = options[signal];
  if (signal !== 'traces') return { endpoint };
  return { endpoint, ...(options.plaintext && { tls: { insecure: true } }) };
}

/** Reloads the certificates every minute, since they are renewed. */
function shown({ tls }: CollectorOptions): object {
  if (!tls) return {};
  const { certFile, keyFile, clientCaFile } = tls;
  return {
    tls: {
      cert_file: certFile,
      key_file: keyFile,
      reload_interval: '1m',
      ...(clientCaFile && { client_ca_file: clientCaFile, client_ca_file_reload: true }),
    },
  };
}

/**
 * Returns the scrape jobs, as for a Prometheus. `$` is doubled, since a collector reads a single one as the
 * start of a variable.
 */
function scraping(scrape: NonNullable<CollectorOptions['scrape']>): object {
  const { interval = SCRAPE_INTERVAL, timeout = '10s' } = scrape;
  const config = {
    global: { scrape_interval: interval, scrape_timeout: timeout },
    scrape_configs: jobs(scrape),
  };
  return JSON.parse(JSON.stringify(config).replaceAll('$', '$$$$'));
}

/** The memory limiter comes first, since it refuses data. The batch processor comes last. */
function pipeline(signal: Signal, { scrape }: CollectorOptions): object {
  const receivers = scrape && signal === 'metrics' ? ['otlp', 'prometheus'] : ['otlp'];
  return { receivers, processors: ['memory_limiter', 'batch'], exporters: [exporterOf(signal)] };
}

function ownMetrics(host: string): object {
  return { pull: { exporter: { prometheus: { host, port: 8888 } } } };
}

function check({ host, traces, logs, metrics, memoryPercent, tls, scrape }: CollectorOptions): void {
  checkAnyForm('host', host, { form: /^[\w.:[\]-]+$/, is: 'the name or address of an interface' });
  checkAnyForm('traces', traces, FORMS.address);
  checkAnyForm('logs', logs, FORMS.url);
  checkAnyForm('metrics', metrics, FORMS.url);
  checkInteger('memoryPercent', memoryPercent, 16, 100);
  if (!traces && !logs && !metrics) throw unexpected('traces', 'given, or `logs`, or `metrics`', traces);
  for (const key of ['certFile', 'keyFile'] as const)
    if (tls) checkForm(`tls.${key}`, tls[key], FORMS.filled);
  checkAnyForm('tls.clientCaFile', tls?.clientCaFile, FORMS.filled);
  if (!scrape) return;
  checkScrape(scrape);
  if (!metrics) throw unexpected('metrics', 'given with `scrape`', metrics);
}
