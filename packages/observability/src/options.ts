import { Registry } from 'prom-client';
import {
  ACCESS_OPTIONS,
  type AccessConfig,
  type AccessOptions,
  resolveAccess,
} from './admin/access/options.js';
import { type AuditConfig, type AuditOptions, resolveAudit } from './audit/config.js';
import type { Warning } from './codes/tell.js';
import { unexpected } from './expect.js';
import type { HealthCheck } from './health/check.js';
import { type LogConfig, type LogOptions, resolveLog } from './logging/config.js';
import { HISTOGRAM_FORMS, type HistogramForm } from './metrics/histogram-family.js';
import { unknownNames } from './otel.js';
import { protocolWarnings } from './otlp/protocol.js';
import { type PushOptions, pushOptions } from './otlp/push-options.js';
import { type CaptureConfig, type ProfilingOptions, resolveCapture } from './profiling/config.js';
import { resolveTraces, type TracesConfig, type TracesOptions } from './tracing/config.js';
import { array, boolean, type Env, integer, isServiceLink, isSet, known, oneOf } from './validate.js';
import { misspelt } from './variables.js';

/** Options of `createObservability`; every one has a default, and the ports and hosts come from env. */
export interface Options {
  readonly metrics?: AccessOptions & {
    /**
     * Port of the admin server; 0 takes a free one, false opens none. Default: `PMCP_METRICS_PORT`
     * (`off` or `false` for none), else 9090, and then not for a stdio server.
     */
    readonly port?: number | false;
    /** Address to listen on. Default: `PMCP_METRICS_HOST`, else all in Kubernetes and loopback elsewhere. */
    readonly host?: string;
    /**
     * Names by which the admin server may be asked for over loopback, beside IP addresses, names without a dot and those of
     * local networks: a page of the web must not get there under a name of its own. Default:
     * `PMCP_METRICS_ALLOWED_HOSTS`, separated by commas, else none.
     */
    readonly allowedHosts?: readonly string[];
    /**
     * A folder that a Prometheus on this host reads by `file_sd_configs`; where the metrics are is announced there as
     * long as the process lives, on a free port unless one is given. Default: `PMCP_METRICS_FILE_SD_DIR`, else none.
     */
    readonly announceDir?: string;
    /** The prom-client registry to use. Default: a new one. */
    readonly registry?: Registry;
    /** Whether to collect prom-client's `process_*` and `nodejs_*` metrics too. Default: true. */
    readonly runtime?: boolean;
    /**
     * The buckets of histograms, where the scraper can read native ones (as Prometheus where it is told to): `native` ones,
     * which tell values apart that lie 9 % from each other, the `classic` ones, or `both`. A page of text has the classic ones in
     * any case. Default: `PMCP_METRICS_HISTOGRAMS`, else `both`.
     */
    readonly histograms?: HistogramForm;
    /**
     * Whether to show the OpenTelemetry conventions' `mcp.server.operation.duration` and `mcp.server.session.duration`
     * too. Default: whether metrics are pushed (`OTEL_METRICS_EXPORTER=otlp`).
     */
    readonly semconv?: boolean;
    /** Tool and prompt names that become label values; those after are `_other`. Default: 200. */
    readonly maxNames?: number;
    /** Client names that become label values; those after are `_other`. Default: 50. */
    readonly maxClients?: number;
  };
  readonly connections?: {
    /** The maximum that the deployment is made for, shown as `pmcp_connections_limit`. Default: none. */
    readonly limit?: number;
    /** Milliseconds without a request or an open stream after which a session counts as gone. Default: 300000. */
    readonly idleTimeoutMs?: number;
  };
  readonly http?: {
    /**
     * The path of the MCP endpoint, or several: what is refused there counts even if no request has reached a server
     * yet. Paths that requests reach servers by are found by themselves. Default: `PMCP_HTTP_PATH` (separated by
     * commas), else `/mcp`.
     */
    readonly path?: string | readonly string[];
  };
  readonly health?: {
    /** Checks beside the built-in ones for disk, memory and event loop. */
    readonly checks?: readonly HealthCheck[];
    /** Milliseconds for which the results of checks are used again. Default: 1000. */
    readonly cacheMs?: number;
    /**
     * Whether `/health` and `/health/ready` show what checks say, which may name hosts, users and paths of what the server
     * needs. Default: false: how each check ended, and a word why; the rest is in the log.
     */
    readonly details?: boolean;
  };
  readonly shutdown?: {
    /** Whether SIGTERM and SIGINT start a graceful shutdown. Default: true. */
    readonly onSigterm?: boolean;
    /** Milliseconds that requests in flight get to finish. Default: 25000, less than Kubernetes' 30 s. */
    readonly deadlineMs?: number;
  };
  /** Spans, one for each request. */
  readonly traces?: TracesOptions;
  /** Log lines, and one for each finished request. */
  readonly log?: LogOptions;
  /** A record of each call, of what was refused, and of what operators did. */
  readonly audit?: AuditOptions;
  /** Profiles that `SIGUSR2` has written to a folder. */
  readonly profiling?: ProfilingOptions;
}

/** Options and environment with every default filled in. */
export interface Config {
  readonly metrics: {
    /** Undefined for none. */
    readonly port: number | undefined;
    /** Whether somebody asked for the port; if not, a stdio server goes without. */
    readonly portIsSet: boolean;
    /** Undefined for all interfaces. */
    readonly host: string | undefined;
    /** In lower case. */
    readonly allowedHosts: readonly string[];
    /** Who may ask. */
    readonly access: AccessConfig;
    /** Undefined when the port is not announced. */
    readonly announceDir: string | undefined;
    readonly registry: Registry;
    readonly runtime: boolean;
    readonly histograms: HistogramForm;
    readonly semconv: boolean;
    readonly maxNames: number;
    readonly maxClients: number;
    /** Undefined when they are not pushed. */
    readonly push: PushOptions | undefined;
  };
  readonly connections: { readonly limit: number | undefined; readonly idleTimeoutMs: number };
  readonly http: { readonly paths: readonly string[] };
  readonly health: {
    readonly checks: readonly HealthCheck[];
    readonly cacheMs: number;
    readonly details: boolean;
  };
  readonly shutdown: { readonly onSigterm: boolean; readonly deadlineMs: number };
  readonly traces: TracesConfig;
  readonly log: LogConfig;
  /** Undefined where there is no audit log. */
  readonly audit: AuditConfig | undefined;
  /** Undefined where `SIGUSR2` is left alone. */
  readonly capture: CaptureConfig | undefined;
  /** What the environment asks for and is ignored. */
  readonly warnings: readonly Warning[];
}

const DEFAULT_PORT = 9090;
const MAX_HTTP_PATHS = 20;
const MAX_MS = 2 ** 31 - 1;

/**
 * Validates options and environment.
 *
 * @throws TypeError that names the option, what was expected and what came
 */
export function resolveOptions(options: Options = {}, environment: Env = process.env): Config {
  const { env, warnings: links } = withoutServiceLinks(environment);
  known('options', options, [
    'metrics',
    'connections',
    'http',
    'health',
    'shutdown',
    'traces',
    'log',
    'audit',
    'profiling',
  ]);
  const { metrics = {}, connections = {}, http = {}, health = {}, shutdown = {} } = options;
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
  known('connections', connections, ['limit', 'idleTimeoutMs']);
  known('http', http, ['path']);
  known('health', health, ['checks', 'cacheMs', 'details']);
  known('shutdown', shutdown, ['onSigterm', 'deadlineMs']);
  const announceDir = text(
    'metrics.announceDir',
    metrics.announceDir,
    'a folder',
    env.PMCP_METRICS_FILE_SD_DIR,
  );
  const push = pushOptions(env);
  const log = resolveLog(options.log, env);
  const portIsSet = metrics.port !== undefined || isSet(env.PMCP_METRICS_PORT);
  return deepFreeze({
    metrics: {
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
    },
    connections: {
      limit:
        connections.limit === undefined
          ? undefined
          : integer('connections.limit', connections.limit, 0, 1, 1e9),
      idleTimeoutMs: integer('connections.idleTimeoutMs', connections.idleTimeoutMs, 300_000, 1, MAX_MS),
    },
    http: { paths: httpPaths(http.path, env) },
    health: {
      checks: array('health.checks', health.checks),
      cacheMs: integer('health.cacheMs', health.cacheMs, 1_000, 0, MAX_MS),
      details: boolean('health.details', health.details, false),
    },
    shutdown: {
      onSigterm: boolean('shutdown.onSigterm', shutdown.onSigterm, true),
      deadlineMs: integer('shutdown.deadlineMs', shutdown.deadlineMs, 25_000, 0, MAX_MS),
    },
    traces: resolveTraces(options.traces, env),
    log,
    audit: resolveAudit(options.audit, env),
    capture: resolveCapture(options.profiling, env),
    warnings: [
      ...links,
      ...misspelt(environment),
      ...unknownNames(env),
      ...(log.otlp ? protocolWarnings('logs', env) : []),
      ...(push ? protocolWarnings('metrics', env) : []),
    ],
  });
}

/** The environment as operators have written it, and a warning for each variable of ours that they have not. */
function withoutServiceLinks(env: Env): { env: Env; warnings: Warning[] } {
  const links = Object.entries(env).filter(
    ([name, value]) => /^PMCP_.*_PORT$/.test(name) && value !== undefined && isServiceLink(value),
  );
  const warnings = links.map(
    ([name, value]): Warning => ({
      code: 'PMCP_W_SERVICE_LINK',
      text:
        `${name} is ignored: ${JSON.stringify(value?.slice(0, 100))} is what Kubernetes sets for a Service of that name; ` +
        'enableServiceLinks: false in the pod, or a value of your own, ends this',
    }),
  );
  return { env: { ...env, ...Object.fromEntries(links.map(([name]) => [name, undefined])) }, warnings };
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

function httpPaths(option: string | readonly string[] | undefined, env: Env): readonly string[] {
  const [name, given] =
    option === undefined ? ['PMCP_HTTP_PATH', env.PMCP_HTTP_PATH?.split(',')] : ['http.path', option];
  if (option === undefined && !isSet(env.PMCP_HTTP_PATH)) return ['/mcp'];
  const paths = [given].flat().map((path) => (typeof path === 'string' ? path.trim() : path));
  const wrong = paths.find((path) => typeof path !== 'string' || !path.startsWith('/'));
  if (paths.length === 0 || paths.length > MAX_HTTP_PATHS || wrong !== undefined)
    throw unexpected(name, `from 1 to ${MAX_HTTP_PATHS} paths that begin with /`, wrong ?? given);
  return paths as string[];
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

/** The option, else the variable; undefined when neither is set. */
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

/** Freezes the config but not what belongs to the user: the registry and the checks. */
function deepFreeze(config: Config): Config {
  for (const group of Object.values(config)) if (group !== undefined) Object.freeze(group);
  return Object.freeze(config);
}
