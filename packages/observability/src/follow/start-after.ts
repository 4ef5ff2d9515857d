import type { Transport } from '../mcp/transport-kind.js';

/**
 * Lets a transport start a moment later, so that its first request is followed like all others. Whoever starts one
 * awaits that anyway; only the first connection of a process ever waits, while the SDK is read from the disk.
 */
export function startAfter(ready: Promise<void>, transport: Transport): void {
  const { start } = transport;
  transport.start = async () => {
    await ready;
    await start.call(transport);
  };
}
