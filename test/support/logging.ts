import type { RequestScope } from '../../packages/observability/src/follow/scope.js';
import { type LogOptions, resolveLog } from '../../packages/observability/src/logging/config.js';
import { createLogging } from '../../packages/observability/src/logging/logger.js';
import { createFamilies } from '../../packages/observability/src/metrics/families.js';

export interface Line extends Record<string, unknown> {
  readonly msg: string;
}

/** A logger, and the lines that it wrote. */
export function logging(options: LogOptions = {}, env: Record<string, string> = {}) {
  const lines: Line[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const families = createFamilies();
  let scope: RequestScope | undefined;
  const { logger } = createLogging(families, resolveLog({ destination, ...options }, env), {
    request: () => scope,
    service: () => 'notes',
  });
  const inside = (request: RequestScope, log: () => void) => {
    scope = request;
    log();
    scope = undefined;
  };
  return { logger, lines, families, inside, messages: () => lines.map(({ msg }) => msg) };
}
