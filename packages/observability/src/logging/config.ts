import type { DestinationStream, Logger } from 'pino';
import { unexpected } from '../expect.js';
import { exporterIn } from '../exporters.js';
import { array, boolean, type Env, integer, isSet, known } from '../validate.js';

export interface LogOptions {
  /** Levels, as `info,pmcp=debug,pmcp::http=trace`. Default: `PMCP_LOG`, else `RUST_LOG`, else info. */
  readonly level?: string;
  /** The `service` of each line. Default: `OTEL_SERVICE_NAME`, else the name of the server. */
  readonly service?: string;
  /** Where lines go: a file's path or a stream. Default: stderr. */
  readonly destination?: string | DestinationStream;
  /** What to redact beside the usual secrets, in pino's syntax: `user.email`, `items[*].owner`. Default: none. */
  readonly redact?: readonly string[];
  /** The application's own pino logger; it keeps its levels, redaction and destination. Default: one of ours. */
  readonly logger?: Logger;
  /** Whether lines go to the OTLP collector too. Default: whether `OTEL_LOGS_EXPORTER` is otlp. */
  readonly otlp?: boolean;
  /**
   * Lines a second for finished requests; as many again for those that did not end ok. What is above is
   * dropped and counted; 0 for none. Default: 100.
   */
  readonly requestsPerSecond?: number;
  /** Whether lines written inside a request know it. Costs an AsyncLocalStorage. Default: true. */
  readonly context?: boolean;
}

export interface LogConfig {
  readonly level: string;
  /** Whether the level was written for other programs too, whose directives are none of our business. */
  readonly levelIsShared: boolean;
  readonly service: string | undefined;
  readonly destination: string | DestinationStream | undefined;
  readonly redactPaths: readonly string[];
  readonly logger: Logger | undefined;
  readonly otlp: boolean;
  readonly requestsPerSecond: number;
  readonly context: boolean;
}

/** @throws TypeError that names the option, what was expected and what came */
export function resolveLog(log: LogOptions = {}, env: Env): LogConfig {
  known('log', log, [
    'level',
    'service',
    'destination',
    'redact',
    'logger',
    'otlp',
    'requestsPerSecond',
    'context',
  ]);
  return {
    ...level(log.level, env),
    service: text('log.service', log.service) ?? (env.OTEL_SERVICE_NAME || undefined),
    destination: destination(log.destination),
    redactPaths: array('log.redact', log.redact),
    logger: logger(log.logger),
    otlp: boolean('log.otlp', log.otlp, exportsLogs(env)),
    requestsPerSecond: integer('log.requestsPerSecond', log.requestsPerSecond, 100, 0, 1e9),
    context: boolean('log.context', log.context, true),
  };
}

function level(option: string | undefined, env: Env): Pick<LogConfig, 'level' | 'levelIsShared'> {
  const own = text('log.level', option) ?? env.PMCP_LOG;
  if (isSet(own)) return { level: own, levelIsShared: false };
  return { level: isSet(env.RUST_LOG) ? env.RUST_LOG : 'info', levelIsShared: true };
}

function text(name: string, value: string | undefined): string | undefined {
  if (value !== undefined && (typeof value !== 'string' || value === '')) {
    throw unexpected(name, 'a text that is not empty', value);
  }
  return value;
}

function destination(option: LogOptions['destination']): LogConfig['destination'] {
  const isStream = typeof option === 'object' && typeof option?.write === 'function';
  if (option !== undefined && !isStream && (typeof option !== 'string' || option === '')) {
    throw unexpected('log.destination', "a file's path or a stream with a method write", option);
  }
  return option;
}

function logger(option: Logger | undefined): Logger | undefined {
  if (option !== undefined && (typeof option?.child !== 'function' || typeof option.info !== 'function')) {
    throw unexpected('log.logger', 'a pino logger', option);
  }
  return option;
}

function exportsLogs(env: Env): boolean {
  const disabled = env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true';
  return exporterIn('OTEL_LOGS_EXPORTER', env) === 'otlp' && !disabled;
}
