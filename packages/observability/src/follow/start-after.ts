import { intercept, Unwatchable } from '../mcp/intercept.js';
import { type Callable, Layer } from '../mcp/slots.js';

/**
 * Delays the start of a transport, so that its first request is followed like all others. Code that starts a transport awaits
 * it anyway. Only the first connection of a process waits, while the SDK is loaded from disk.
 */
export function startAfter(ready: Promise<void>, transport: object): void {
  const wrap = (start: Callable): Callable =>
    async function (this: unknown, ...args) {
      await ready;
      return start.apply(this, args);
    };
  try {
    intercept(transport, [new Layer('start', 'method', wrap)]);
  } catch (error) {
    // It can't be watched either. That warning comes from elsewhere.
    if (!(error instanceof Unwatchable)) throw error;
  }
}
