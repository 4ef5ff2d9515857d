import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino';
import { correlation } from '../follow/correlation.js';
import type { RequestScope } from '../follow/scope.js';
import type { Families } from '../metrics/families.js';
import type { Config } from '../options.js';

export type { Logger };

/** What the toolkit and, if it likes, the application log with. */
export interface Logging {
  readonly logger: Logger;
  /** Writes out what is buffered; for the moment before the process ends. */
  flush(): void;
}

/**
 * JSON lines on stderr, for stdout belongs to the protocol. Writing is asynchronous,
 * so that a reader who is slow or gone never holds up a request.
 */
export function createLogging(
  families: Families,
  { level, destination: stream }: Config['log'],
  currentRequest: () => RequestScope | undefined,
  copy?: (line: string) => void,
): Logging {
  const stderr = stream ?? destination({ dest: 2, sync: false });
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
    copy === undefined ? stderr : both(stderr, copy),
  );
  return { logger, flush: () => flush(stderr) };
}

function both(stream: DestinationStream, copy: (line: string) => void): DestinationStream {
  return {
    write: (line) => {
      stream.write(line);
      copy(line);
    },
  };
}

function flush(stream: DestinationStream & { flushSync?(): void }): void {
  try {
    stream.flushSync?.();
  } catch {
    // stderr is closed or not yet open: there is nobody left to tell.
  }
}
