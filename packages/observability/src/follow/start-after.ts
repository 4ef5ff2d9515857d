import { intercept, Unwatchable } from '../mcp/intercept.js';
import { type Callable, Layer } from '../mcp/slots.js';

/**
 * Lets a transport start a moment later, so that its first request is followed like all others. Whoever starts one
 * awaits that anyway; only the first connection of a process ever waits, while the SDK is read from the disk.
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
    // Nor will it be watched, which is said elsewhere.
    if (!(error instanceof Unwatchable)) throw error;
  }
}
