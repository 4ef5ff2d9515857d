import { Registry } from 'prom-client';
import { unexpected } from './expect.js';
import type { HealthCheck } from './health/check.js';

/** Options of `createObservability`; every one has a default, and the ports and hosts come from env. */
export interface Options {
  readonly metrics?: {
    /**
     * Port of the admin server; 0 takes a free one, false opens none. Default: `PMCP_METRICS_PORT`
     * (`off` for none), else 9090, and then not for a stdio server.
     */
    readonly port?: number | false;
    /** Address to listen on. Default: `PMCP_METRICS_HOST`, else all in Kubernetes and loopback elsewhere. */
    readonly host?: string;
    /** The prom-client registry to use. Default: a new one. */
    readonly registry?: Registry;
    /** Whether to collect prom-client's `process_*` and `nodejs_*` metrics too. Default: true. */
    readonly runtime?: boolean;
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
  readonly health?: {
    /** Checks beside the built-in ones for disk, memory and event loop. */
    readonly checks?: readonly HealthCheck[];
    /** Milliseconds for which the results of checks are used again. Default: 1000. */
    readonly cacheMs?: number;
  };
  readonly shutdown?: {
    /** Whether SIGTERM starts a graceful shutdown. Default: true. */
    readonly onSigterm?: boolean;
    /** Milliseconds that requests in flight get to finish. Default: 25000, less than Kubernetes' 30 s. */
    readonly deadlineMs?: number;
  };
  readonly log?: {
    /** Default: `PMCP_LOG`, else info. */
    readonly level?: LogLevel;
  };
}

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Options and environment with every default filled in. */
export interface Config {
  readonly metrics: {
    /** Undefined for none. */
    readonly port: number | undefined;
    /** Whether somebody asked for the port; if not, a stdio server goes without. */
    readonly portIsSet: boolean;
    /** Undefined for all interfaces. */
    readonly host: string | undefined;
    readonly registry: Registry;
    readonly runtime: boolean;
    readonly maxNames: number;
    readonly maxClients: number;
  };
  readonly connections: { readonly limit: number | undefined; readonly idleTimeoutMs: number };
  readonly health: { readonly checks: readonly HealthCheck[]; readonly cacheMs: number };
  readonly shutdown: { readonly onSigterm: boolean; readonly deadlineMs: number };
  readonly log: { readonly level: LogLevel };
}

type Env = Readonly<Record<string, string | undefined>>;

const DEFAULT_PORT = 9090;
const MAX_MS = 2 ** 31 - 1;

/**
 * Validates options and environment.
 *
 * @throws TypeError that names the option, what was expected and what came
 */
export function resolveOptions(options: Options = {}, env: Env = process.env): Config {
  known('options', options, ['metrics', 'connections', 'health', 'shutdown', 'log']);
  const { metrics = {}, connections = {}, health = {}, shutdown = {}, log = {} } = options;
  known('metrics', metrics, ['port', 'host', 'registry', 'runtime', 'maxNames', 'maxClients']);
  known('connections', connections, ['limit', 'idleTimeoutMs']);
  known('health', health, ['checks', 'cacheMs']);
  known('shutdown', shutdown, ['onSigterm', 'deadlineMs']);
  known('log', log, ['level']);
  return deepFreeze({
    metrics: {
      port: port(metrics.port, env),
      portIsSet: metrics.port !== undefined || isSet(env.PMCP_METRICS_PORT),
      host: host(metrics.host, env),
      registry: registry(metrics.registry),
      runtime: boolean('metrics.runtime', metrics.runtime, true),
      maxNames: integer('metrics.maxNames', metrics.maxNames, 200, 0, 10_000),
      maxClients: integer('metrics.maxClients', metrics.maxClients, 50, 0, 10_000),
    },
    connections: {
      limit:
        connections.limit === undefined
          ? undefined
          : integer('connections.limit', connections.limit, 0, 1, 1e9),
      idleTimeoutMs: integer('connections.idleTimeoutMs', connections.idleTimeoutMs, 300_000, 1, MAX_MS),
    },
    health: {
      checks: array('health.checks', health.checks),
      cacheMs: integer('health.cacheMs', health.cacheMs, 1_000, 0, MAX_MS),
    },
    shutdown: {
      onSigterm: boolean('shutdown.onSigterm', shutdown.onSigterm, true),
      deadlineMs: integer('shutdown.deadlineMs', shutdown.deadlineMs, 25_000, 0, MAX_MS),
    },
    log: { level: logLevel(log.level, env) },
  });
}

function port(option: number | false | undefined, env: Env): number | undefined {
  if (option === false) return undefined;
  if (option !== undefined) return integer('metrics.port', option, DEFAULT_PORT, 0, 65_535);
  if (!isSet(env.PMCP_METRICS_PORT)) return DEFAULT_PORT;
  if (env.PMCP_METRICS_PORT === 'off') return undefined;
  const number = /^\d+$/.test(env.PMCP_METRICS_PORT) ? Number(env.PMCP_METRICS_PORT) : env.PMCP_METRICS_PORT;
  return integer('PMCP_METRICS_PORT', number, DEFAULT_PORT, 0, 65_535);
}

function host(option: string | undefined, env: Env): string | undefined {
  if (option !== undefined) {
    if (typeof option !== 'string' || option === '') throw unexpected('metrics.host', 'an address', option);
    return option;
  }
  if (isSet(env.PMCP_METRICS_HOST)) return env.PMCP_METRICS_HOST;
  return isSet(env.KUBERNETES_SERVICE_HOST) ? undefined : '127.0.0.1';
}

function registry(option: Registry | undefined): Registry {
  if (option === undefined) return new Registry();
  // Structural, because the application may have another copy of prom-client.
  if (typeof option?.registerMetric !== 'function' || typeof option.getMetricsAsArray !== 'function') {
    throw unexpected('metrics.registry', 'a prom-client Registry', option);
  }
  return option;
}

function logLevel(option: LogLevel | undefined, env: Env): LogLevel {
  const [name, value] = option === undefined ? ['PMCP_LOG', env.PMCP_LOG || 'info'] : ['log.level', option];
  if (!LOG_LEVELS.includes(value as LogLevel))
    throw unexpected(name, `one of ${LOG_LEVELS.join(', ')}`, value);
  return value as LogLevel;
}

function integer(name: string, value: unknown, fallback: number, min: number, max: number): number {
  if (value === undefined) return fallback;
  if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
    throw unexpected(name, `an integer from ${min} to ${max}`, value);
  }
  return value as number;
}

function boolean(name: string, value: unknown, fallback: boolean): boolean {
  if (value === undefined) return fallback;
  if (typeof value !== 'boolean') throw unexpected(name, 'true or false', value);
  return value;
}

function array<T>(name: string, value: readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw unexpected(name, 'an array', value);
  return value;
}

/** A misspelt option would otherwise be ignored in silence. */
function known(name: string, value: object, keys: readonly string[]): void {
  if (typeof value !== 'object' || value === null) throw unexpected(name, 'an object', value);
  const stranger = Object.keys(value).find((key) => !keys.includes(key));
  if (stranger !== undefined)
    throw unexpected(name, `an object with only the keys ${keys.join(', ')}`, stranger);
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

/** Freezes the config but not what belongs to the user: the registry and the checks. */
function deepFreeze(config: Config): Config {
  for (const group of Object.values(config)) Object.freeze(group);
  return Object.freeze(config);
}
