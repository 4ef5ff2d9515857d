import { type DestinationStream, type Logger, pino } from 'pino';
import { unexpected } from '../expect.js';
import { namesIn, sdkIsDisabled } from '../otel.js';
import { serviceNameIn } from '../resource.js';
import { array, boolean, type Env, integer, isSet, known } from '../validate.js';

export interface LogOptions {
  /**
   * The levels to log, such as `info,pmcp=debug,pmcp::http=trace`. Default: `PMCP_LOG`, else `RUST_LOG`, else `info`.
   */
  readonly level?: string;
  /**
   * The field `service` of each line. Default: `OTEL_SERVICE_NAME`, else `service.name` in
   * `OTEL_RESOURCE_ATTRIBUTES`, else the name of the server.
   */
  readonly service?: string;
  /** Where lines go: the path of a file, or a stream. Default: stderr. */
  readonly destination?: string | DestinationStream;
  /**
   * More paths to redact in lines, in pino's syntax: `user.email`, `items[*].owner`. The usual secrets are always
   * redacted. Content that spans capture has only the usual ones redacted. Default: none.
   */
  readonly redact?: readonly string[];
  /**
   * A pino logger of your own. It keeps its levels, redaction and destination. Default: a logger that the toolkit
   * creates.
   */
  readonly logger?: Logger;
  /**
   * Whether lines also go to the OTLP collector. Default: true if `OTEL_LOGS_EXPORTER` is `otlp`, else false.
   */
  readonly otlp?: boolean;
  /**
   * Log lines a second for requests that ended `ok`, and as many again for requests that ended otherwise. Lines above
   * that are dropped and counted. `0` writes none. Default: 100.
   */
  readonly requestsPerSecond?: number;
  /**
   * Whether a line that is written inside a request names the request. This needs an `AsyncLocalStorage`. Default:
   * true.
   */
  readonly context?: boolean;
}

export interface LogConfig {
  readonly level: string;
  /** Whether the level comes from a variable of other programs too, so that unknown directives are no mistake. */
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
    service: text('log.service', log.service) ?? serviceNameIn(env),
    destination: destination(log.destination),
    redactPaths: redactPaths(log.redact),
    logger: logger(log.logger),
    otlp: boolean('log.otlp', log.otlp, exportsLogs(env)) && !sdkIsDisabled(env),
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

function redactPaths(option: LogOptions['redact']): readonly string[] {
  const paths = array('log.redact', option);
  const wrong = paths.findIndex((path) => !isPath(path));
  if (wrong < 0) return paths;
  throw unexpected(`log.redact[${wrong}]`, 'a path such as user.email or items[*].owner', paths[wrong]);
}

/** pino checks its own syntax. */
function isPath(path: string): boolean {
  try {
    pino({ redact: [path] }, { write: () => {} });
    return true;
  } catch {
    return false;
  }
}

function logger(option: Logger | undefined): Logger | undefined {
  if (option !== undefined && (typeof option?.child !== 'function' || typeof option.info !== 'function')) {
    throw unexpected('log.logger', 'a pino logger', option);
  }
  return option;
}

function exportsLogs(env: Env): boolean {
  return namesIn('OTEL_LOGS_EXPORTER', env).includes('otlp');
}
