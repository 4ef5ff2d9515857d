import { type Logger, pino, stdTimeFunctions } from 'pino';
import { correlation } from '../follow/correlation.js';
import type { RequestScope } from '../follow/scope.js';
import type { Families } from '../metrics/families.js';
import type { Config } from '../options.js';
import { telemetryReport } from '../otlp/report.js';
import { type Destination, foreignDestination, stderrDestination } from './destination.js';

export type { Logger };

/** What the toolkit and, if it likes, the application log with. */
export interface Logging {
  readonly logger: Logger;
  /** Writes out what is buffered; for the moment before the process ends. */
  flush(): void;
}

/** JSON lines, which know the request that they are written for. */
export function createLogging(
  families: Families,
  { level, destination: stream }: Config['log'],
  currentRequest: () => RequestScope | undefined,
  copy?: (line: string) => void,
): Logging {
  const report = telemetryReport(families, 'logs');
  const onDropped = () => report.dropped('queue_full', 1);
  const target = stream ? foreignDestination(stream, onDropped) : stderrDestination(onDropped);
  const { logMessages } = families;
  const logger = pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      mixin: () => correlation(currentRequest()),
      formatters: { level: (label) => ({ level: label }) },
      hooks: {
        logMethod(args, method, number) {
          logMessages.add(logMessages.slot(pino.levels.labels[number] ?? String(number)), 1);
          method.apply(this, args);
        },
      },
    },
    copy === undefined ? target : both(target, copy),
  );
  return { logger, flush: () => target.flushSync() };
}

function both(target: Destination, copy: (line: string) => void): Destination {
  return {
    ...target,
    write: (line) => {
      target.write(line);
      copy(line);
    },
  };
}
