import { type DestinationStream, type LogFn, type Logger as PinoLogger, pino } from 'pino';
import { logWarning } from '../codes/tell.js';
import { correlation } from '../follow/correlation.js';
import type { RequestScope } from '../follow/scope.js';
import type { Families } from '../metrics/families.js';
import type { Config } from '../options.js';
import { copyLines } from '../otlp/foreign-lines.js';
import { telemetryReport } from '../otlp/report.js';
import { printable } from '../output/printable.js';
import { redact, redacted, unserialisable } from '../redact/value.js';
import { type Destination, destinationOf } from './destination.js';
import { foreignLogger } from './foreign.js';
import { PinoLines } from './pino-lines.js';
import { redactMessage } from './redact-message.js';
import type { RequestLines } from './request-fields.js';
import { Targets } from './targets.js';
import { isOnlyOurs, TextLines } from './text-lines.js';

/**
 * A pino logger with levels for parts of your program.
 *
 * @example
 * ```ts
 * import { createObservability, type Logger } from '@pmcp/observability';
 *
 * const logger: Logger = createObservability().logger;
 * logger.target('notes::search').info({ hits: 3 }, 'searched');
 * logger.setLevels('info,notes::search=debug');
 * ```
 */
export type Logger = PinoLogger & {
  /**
   * The logger of a part of the program, such as `pmcp::http`; its lines bear the name as `target`, and directives
   * such as `pmcp=debug` or `pmcp::http=trace` set its level.
   */
  target(name: string): PinoLogger;
  /** Changes levels, written as in `PMCP_LOG`: `info,pmcp::http=trace`. A bad directive is a warning. */
  setLevels(directives: string): void;
};

/** The logger of the toolkit. The application may use it too. */
export interface Logging {
  readonly logger: Logger;
  /** Writes what is buffered, before the process ends. */
  flush(): void;
  /** Like `flush`, and releases its resources. A later line opens them again. */
  close(): void;
  /** Writes the lines of finished requests, as the logger of a part of the program would. */
  requestLines(logger: PinoLogger): RequestLines;
}

/** The fields that are added to a line. */
interface Surroundings {
  request(): RequestScope | undefined;
  service(): string | undefined;
  /** The levels were changed after the start. */
  levelsSet?(directives: string): void;
}

const NO_COPIES = 'Expected a logger of pino as `log.logger`; its lines will not be exported over OTLP';

/** Creates a logger of JSON lines that name their request. */
export function createLogging(
  families: Families,
  config: Config['log'],
  surroundings: Surroundings,
  copy?: (line: string) => void,
): Logging {
  const fields = () => correlation(surroundings.request());
  if (config.logger !== undefined) {
    if (copy !== undefined && !copyLines(config.logger, copy))
      logWarning(config.logger, 'PMCP_W_LOGGER_NOT_COPIED', NO_COPIES);
    return withTargets(foreignLogger(config.logger, fields), config, surroundings);
  }
  const report = telemetryReport(families, 'logs');
  const target = destinationOf(config.destination, report.dropped);
  const stream = copy === undefined ? target : both(target, copy);
  const { service } = surroundings;
  const all = () => ({ service: service(), ...fields() });
  const count = counting(families);
  const own = ownLogger(config, all, count, stream);
  const logging = withTargets(own, config, surroundings, target);
  if (!isOnlyOurs(own, all, stream, config.redactPaths)) return logging;
  return { ...logging, requestLines: (logger) => new TextLines(logger, { stream, time, service, count }) };
}

function counting({ logMessages }: Families): (level: string) => void {
  return (level) => logMessages.add(logMessages.slot(level), 1);
}

function withTargets(
  root: PinoLogger,
  config: Config['log'],
  surroundings: Surroundings,
  target?: Destination,
): Logging {
  const targets = new Targets(root);
  const logger = Object.assign(root, {
    target: (name: string) => targets.get(name),
    setLevels: (directives: string) => {
      targets.setLevels(directives);
      surroundings.levelsSet?.(directives);
    },
  });
  if (config.logger === undefined) targets.setLevels(config.level, { quietly: config.levelIsShared });
  return {
    logger,
    flush: () => target?.flushSync(),
    close: () => target?.close(),
    requestLines: (logger) => new PinoLines(logger),
  };
}

function ownLogger(
  { redactPaths }: Config['log'],
  mixin: () => object,
  count: (level: string) => void,
  stream: DestinationStream,
): PinoLogger {
  const logger = pino(
    {
      base: null,
      timestamp: time,
      mixin,
      ...(redactPaths.length > 0 && { redact: [...redactPaths] }),
      formatters: {
        level: (label) => ({ level: label }),
        log: redact as (line: object) => Record<string, unknown>,
      },
      // Redaction already serialised errors. pino would take them for plain objects.
      serializers: { err: (error) => error },
      hooks: {
        logMethod(args, method, number) {
          count(pino.levels.labels[number] ?? String(number));
          write(this, method, args);
        },
        // Last, so that it covers every way in which text gets into the message.
        streamWrite: (line) => printable(redactMessage(line)),
      },
    },
    stream,
  );
  // pino passes the bindings of a child to no formatter. Children inherit this method from their parent.
  const { child, setBindings } = logger;
  logger.child = function (this: PinoLogger, bindings: object, options?: object) {
    return child.call(this, bound(bindings), options);
  } as typeof child;
  logger.setBindings = function (this: PinoLogger, bindings: object) {
    setBindings.call(this, bound(bindings));
  };
  return logger;
}

/** A copy, since pino calls methods that an object without a prototype lacks. */
function bound(bindings: object): object {
  return { ...redact(bindings) };
}

/** Never throws: a value that can't be read must not end the request that logs it. */
function write(logger: PinoLogger, method: LogFn, args: unknown[]): void {
  try {
    // The parts of a message are no fields, so no formatter sees them.
    for (let i = 1; i < args.length; i++) args[i] = inMessage(args[i]);
    method.apply(logger, args as Parameters<LogFn>);
  } catch (error) {
    const message = args.find((arg) => typeof arg === 'string');
    method.call(logger, { value: unserialisable(error) }, message);
  }
}

/** Returns the value without secrets. It still converts to the same text in a format string. */
function inMessage(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const shown = redacted(value);
  // A date converts to a text and to a number.
  if (shown === value || typeof shown !== 'object') return value;
  if (Array.isArray(shown)) return shown;
  return Object.defineProperty({ ...shown }, 'toString', { value: () => String(value) });
}

let lastTime = 0;
let lastText = '';

/** Cached, since all lines within a millisecond have the same text. */
function time(): string {
  const now = Date.now();
  if (now !== lastTime) {
    lastTime = now;
    lastText = `,"time":"${new Date(now).toISOString()}"`;
  }
  return lastText;
}

function both(target: Destination, copy: (line: string) => void): Destination {
  return {
    write: (line) => {
      target.write(line);
      copy(line);
    },
    flushSync: () => target.flushSync(),
    close: () => target.close(),
  };
}
