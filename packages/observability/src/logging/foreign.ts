import type { Logger } from 'pino';
import { logWarning } from '../codes/tell.js';

type Mixin = (line: object, level: number, logger: Logger) => object;

/**
 * Adds fields to each line of the application's own logger, and of its children. Its levels, redaction and destination stay
 * unchanged.
 *
 * pino stores the mixin of a logger under a symbol. Each copy of pino has its own symbol, so it is found by its name.
 */
export function foreignLogger(logger: Logger, fields: () => object): Logger {
  const symbol = Object.getOwnPropertySymbols(logger).find(({ description }) => description === 'pino.mixin');
  if (symbol === undefined) {
    logWarning(
      logger,
      'PMCP_W_LOGGER_NOT_ROOT',
      'Expected a root logger of pino 9 or 10 as `log.logger`; its lines will not know their request',
    );
    return logger;
  }
  const slots = logger as unknown as Record<symbol, Mixin | undefined>;
  const own = slots[symbol];
  slots[symbol] = (line, level, self) => ({ ...own?.(line, level, self), ...fields() });
  return logger;
}
