import { integer, known } from './validate.js';

/** What `createMcpHandler` was given and what it returns does not show. */
export interface HandlerOptions {
  /** How many streams of `subscriptions/listen` the handler lets be open. Without it, that shows when one is refused. */
  readonly maxSubscriptions?: number | undefined;
}

/** @throws TypeError for a bad option */
export function maxSubscriptionsOf(options: HandlerOptions | undefined): number | undefined {
  // An array's map() gives a number with each server.
  if (typeof options !== 'object' || options === null) return undefined;
  known('options', options, ['maxSubscriptions']);
  const { maxSubscriptions } = options;
  return maxSubscriptions === undefined
    ? undefined
    : integer('maxSubscriptions', maxSubscriptions, 0, 0, Number.MAX_SAFE_INTEGER);
}
