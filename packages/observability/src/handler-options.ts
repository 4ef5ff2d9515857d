import { integer, known } from './validate.js';

/**
 * What the toolkit cannot read from the result of `createMcpHandler`.
 *
 * @example
 * ```ts
 * import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
 * import { observe } from '@pmcp/observability';
 *
 * const handler = observe(
 *   createMcpHandler(() => observe(new McpServer({ name: 'notes', version: '1.0.0' }))),
 *   { maxSubscriptions: 1000 },
 * );
 * ```
 */
export interface HandlerOptions {
  /** How many streams of `subscriptions/listen` the handler allows at once. Default: unknown until it refuses one. */
  readonly maxSubscriptions?: number | undefined;
}

/** @throws TypeError for a bad option */
export function maxSubscriptionsOf(options: HandlerOptions | undefined): number | undefined {
  // `array.map(observe)` passes a number as the second argument.
  if (typeof options !== 'object' || options === null) return undefined;
  known('options', options, ['maxSubscriptions']);
  const { maxSubscriptions } = options;
  return maxSubscriptions === undefined
    ? undefined
    : integer('maxSubscriptions', maxSubscriptions, 0, 0, Number.MAX_SAFE_INTEGER);
}
