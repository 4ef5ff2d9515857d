import { Registry } from 'prom-client';
import {
  ACCESS_OPTIONS,
  type AccessConfig,
  type AccessOptions,
  resolveAccess,
} from './admin/access/options.js';
import { unexpected } from './expect.js';
import { HISTOGRAM_FORMS, type HistogramForm } from './metrics/histogram-family.js';
import { type PushOptions, pushOptions } from './otlp/push-options.js';
import { array, boolean, type Env, integer, isSet, known, oneOf } from './validate.js';

/** Options of the metrics, and of the port that shows them. */
export interface MetricsOptions extends AccessOptions {
  /**
   * Port of the admin server. `0` takes a free port, `false` opens none. Default: `PMCP_METRICS_PORT` (`off` or
   * `false` for none), else 9090. A stdio server opens no port unless one is set.
   */
  readonly port?: number | false;
  /**
   * Address that the admin server listens on. Default: `PMCP_METRICS_HOST`, else all interfaces in Kubernetes, and
   * loopback elsewhere.
   */
  readonly host?: string;
  /**
   * More host names that clients may use for the admin server over loopback. IP addresses, names without a dot and
   * names of local networks always work. This stops a web page that gives its own name to your loopback address.
   * Default: `PMCP_METRICS_ALLOWED_HOSTS`, separated by commas, else none.
   */
  readonly allowedHosts?: readonly string[];
  /**
   * A folder that a Prometheus on this host reads with `file_sd_configs`. The server announces its metrics there
   * while it runs. It takes a free port unless one is set. Default: `PMCP_METRICS_FILE_SD_DIR`, else none.
   */
  readonly announceDir?: string;
  /** The prom-client registry to use. Default: a new one. */
  readonly registry?: Registry;
  /** Whether to collect the `process_*` and `nodejs_*` metrics of prom-client too. Default: true. */
  readonly runtime?: boolean;
  /**
   * The buckets that a scraper gets if it can read native histograms: `native` ones, which are 9 % wide, the
   * `classic` ones, or `both`. A scraper that asks for text always gets the classic ones. Default:
   * `PMCP_METRICS_HISTOGRAMS`, else `both`.
   */
  readonly histograms?: HistogramForm;
  /**
   * Whether to also show `mcp.server.operation.duration` and `mcp.server.session.duration`, the metrics of the
   * OpenTelemetry conventions. Default: true if metrics are pushed (`OTEL_METRICS_EXPORTER=otlp`), else false.
   */
  readonly semconv?: boolean;
  /** How many tool and prompt names become label values. Further names are `_other`. Default: 200. */
  readonly maxNames?: number;
  /** How many client names become label values. Further names are `_other`. Default: 50. */
  readonly maxClients?: number;
}

/** The same with every default filled in. */
export interface MetricsConfig {
  /** Undefined if no port is opened. */
  readonly port: number | undefined;
  /** Whether the port was configured. If not, a stdio server opens none. */
  readonly portIsSet: boolean;
  /** Undefined for all interfaces. */
  readonly host: string | undefined;
  /** In lower case. */
  readonly allowedHosts: readonly string[];
  /** The access rules. */
  readonly access: AccessConfig;
  /** Undefined if the port is not announced. */
  readonly announceDir: string | undefined;
  readonly registry: Registry;
  readonly runtime: boolean;
  readonly histograms: HistogramForm;
  readonly semconv: boolean;
  readonly maxNames: number;
  readonly maxClients: number;
  /** Undefined if metrics are not pushed. */
  readonly push: PushOptions | undefined;
}

const DEFAULT_PORT = 9090;

/** @throws TypeError that names the option, what was expected and what came */
export function resolveMetrics(metrics: MetricsOptions = {}, env: Env): MetricsConfig {
  known('metrics', metrics, [
    'port',
    'host',
    'allowedHosts',
    'announceDir',
    'registry',
    'runtime',
    'histograms',
    'semconv',
    'maxNames',
    'maxClients',
    ...ACCESS_OPTIONS,
  ]);
  const announceDir = text(
    'metrics.announceDir',
    metrics.announceDir,
    'a folder',
    env.PMCP_METRICS_FILE_SD_DIR,
  );
  const push = pushOptions(env);
  const portIsSet = metrics.port !== undefined || isSet(env.PMCP_METRICS_PORT);
  return {
    port: announceDir !== undefined && !portIsSet ? 0 : port(metrics.port, env),
    portIsSet: portIsSet || announceDir !== undefined,
    host: host(metrics.host, env),
    allowedHosts: allowedHosts(metrics.allowedHosts, env),
    access: resolveAccess(metrics, env),
    announceDir,
    registry: registry(metrics.registry),
    runtime: boolean('metrics.runtime', metrics.runtime, true),
    histograms: histograms(metrics.histograms, env),
    semconv: boolean('metrics.semconv', metrics.semconv, push !== undefined),
    maxNames: integer('metrics.maxNames', metrics.maxNames, 200, 0, 10_000),
    maxClients: integer('metrics.maxClients', metrics.maxClients, 50, 0, 10_000),
    push,
  };
}

function port(option: number | false | undefined, env: Env): number | undefined {
  if (option === false) return undefined;
  if (option !== undefined) return integer('metrics.port', option, DEFAULT_PORT, 0, 65_535, 'false');
  if (!isSet(env.PMCP_METRICS_PORT)) return DEFAULT_PORT;
  if (['off', 'false'].includes(env.PMCP_METRICS_PORT)) return undefined;
  const number = /^\d+$/.test(env.PMCP_METRICS_PORT) ? Number(env.PMCP_METRICS_PORT) : env.PMCP_METRICS_PORT;
  return integer('PMCP_METRICS_PORT', number, DEFAULT_PORT, 0, 65_535, 'off');
}

function histograms(option: HistogramForm | undefined, env: Env): HistogramForm {
  const { PMCP_METRICS_HISTOGRAMS: variable } = env;
  return option === undefined && isSet(variable)
    ? oneOf('PMCP_METRICS_HISTOGRAMS', variable, 'both', HISTOGRAM_FORMS)
    : oneOf('metrics.histograms', option, 'both', HISTOGRAM_FORMS);
}

function host(option: string | undefined, env: Env): string | undefined {
  const given = text('metrics.host', option, 'an address', env.PMCP_METRICS_HOST);
  if (given !== undefined) return given;
  return isSet(env.KUBERNETES_SERVICE_HOST) ? undefined : '127.0.0.1';
}

function allowedHosts(option: readonly string[] | undefined, env: Env): readonly string[] {
  const variable = 'PMCP_METRICS_ALLOWED_HOSTS';
  const names = option ?? (env[variable] ?? '').split(',').filter(isSet);
  const wrong = array('metrics.allowedHosts', names).find((name) => !isHostName(name));
  if (wrong === undefined) return names.map((name) => name.trim().toLowerCase());
  throw unexpected(
    option === undefined ? variable : 'metrics.allowedHosts',
    'names of hosts without a port, such as metrics.example.com',
    wrong,
  );
}

function isHostName(name: unknown): boolean {
  return typeof name === 'string' && /^\s*[a-z\d_.-]+\s*$/i.test(name);
}

/** Returns the option, else the variable; undefined if neither is set. */
function text(
  name: string,
  option: string | undefined,
  expected: string,
  variable: string | undefined,
): string | undefined {
  if (option === undefined) return isSet(variable) ? variable : undefined;
  if (typeof option !== 'string' || option === '') throw unexpected(name, expected, option);
  return option;
}

function registry(option: Registry | undefined): Registry {
  if (option === undefined) return new Registry();
  // Structural, because the application may have another copy of prom-client.
  if (typeof option?.registerMetric !== 'function' || typeof option.getMetricsAsArray !== 'function') {
    throw unexpected('metrics.registry', 'a prom-client Registry', option);
  }
  return option;
}
