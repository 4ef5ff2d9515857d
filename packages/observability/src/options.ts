import { type AuditConfig, type AuditOptions, resolveAudit } from './audit/config.js';
import type { Warning } from './codes/tell.js';
import { unexpected } from './expect.js';
import type { HealthCheck } from './health/check.js';
import { type LogConfig, type LogOptions, resolveLog } from './logging/config.js';
import { type MetricsConfig, type MetricsOptions, resolveMetrics } from './metrics-options.js';
import { unknownNames } from './otel.js';
import { protocolWarnings } from './otlp/protocol.js';
import { type CaptureConfig, type ProfilingOptions, resolveCapture } from './profiling/config.js';
import { resolveTraces, type TracesConfig, type TracesOptions } from './tracing/config.js';
import { array, boolean, type Env, integer, isServiceLink, isSet, known } from './validate.js';
import { misspelt } from './variables.js';

/**
 * Options of `createObservability`. Every option has a default.
 *
 * @example
 * ```ts
 * import { createObservability, type Options } from '@pmcp/observability';
 *
 * const options: Options = { metrics: { port: 9464 }, log: { level: 'debug' } };
 * const observability = createObservability(options);
 * ```
 */
export interface Options {
  readonly metrics?: MetricsOptions;
  readonly connections?: {
    /**
     * The maximum that your deployment is made for. It is shown as `pmcp_connections_limit`. Default: none.
     */
    readonly limit?: number;
    /**
     * Milliseconds after which a session without a request or an open stream counts as gone. Default: 300000.
     */
    readonly idleTimeoutMs?: number;
  };
  readonly http?: {
    /**
     * The path of the MCP endpoint, or several. Requests that are refused there count from the start. The toolkit
     * finds the path by itself when the first request reaches a server. Default: `PMCP_HTTP_PATH`, separated by
     * commas, else `/mcp`.
     */
    readonly path?: string | readonly string[];
  };
  readonly health?: {
    /** Your checks. The checks for disk, memory and event loop are always there. Default: none. */
    readonly checks?: readonly HealthCheck[];
    /** Milliseconds for which the result of a check is used again. Default: 1000. */
    readonly cacheMs?: number;
    /**
     * Whether `/health` and `/health/ready` show the messages of checks. A message may name hosts, users and paths.
     * Default: false. Then they show how each check ended, with one word for the reason, and the log has the rest.
     */
    readonly details?: boolean;
  };
  readonly shutdown?: {
    /** Whether SIGTERM, SIGINT and SIGHUP start a graceful shutdown. Default: true. */
    readonly onSigterm?: boolean;
    /**
     * Milliseconds that requests in flight get to finish. Default: 25000, which is less than the 30 s of Kubernetes.
     */
    readonly deadlineMs?: number;
  };
  /** Spans, one for each request. */
  readonly traces?: TracesOptions;
  /** Log lines, and one for each finished request. */
  readonly log?: LogOptions;
  /** A record of each call, of what was refused, and of what operators did. */
  readonly audit?: AuditOptions;
  /** Profiles that are written to a folder, by `SIGUSR2` and when the event loop stalls. */
  readonly profiling?: ProfilingOptions;
}

/** Options and environment with every default filled in. */
export interface Config {
  readonly metrics: MetricsConfig;
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
  /** Undefined without an audit log. */
  readonly audit: AuditConfig | undefined;
  /** Undefined if profiles are off, so that `SIGUSR2` is not used. */
  readonly capture: CaptureConfig | undefined;
  /** Settings of the environment that are ignored. */
  readonly warnings: readonly Warning[];
}

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
  const { connections = {}, http = {}, health = {}, shutdown = {} } = options;
  known('connections', connections, ['limit', 'idleTimeoutMs']);
  known('http', http, ['path']);
  known('health', health, ['checks', 'cacheMs', 'details']);
  known('shutdown', shutdown, ['onSigterm', 'deadlineMs']);
  const metrics = resolveMetrics(options.metrics, env);
  const log = resolveLog(options.log, env);
  const audit = resolveAudit(options.audit, env);
  return deepFreeze({
    metrics,
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
    audit,
    capture: resolveCapture(options.profiling, env),
    warnings: [
      ...links,
      ...misspelt(environment),
      ...unknownNames(env),
      ...(log.otlp || audit?.destination === 'otlp' ? protocolWarnings('logs', env) : []),
      ...(metrics.push ? protocolWarnings('metrics', env) : []),
    ],
  });
}

/** Returns the environment as the operator set it, and a warning for each of our variables that came from elsewhere. */
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

/** Freezes the configuration, except the user's objects: the registry and the checks. */
function deepFreeze(config: Config): Config {
  for (const group of Object.values(config)) if (group !== undefined) Object.freeze(group);
  return Object.freeze(config);
}
