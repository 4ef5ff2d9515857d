import type { IncomingMessage } from 'node:http';

/** Chunks of a body that are worth their price, whatever they hold. */
const MAX_CHUNKS = 2_000;
const CRUMB_BYTES = 16;

/** Calls back when a body comes in so many chunks, and so small ones, that nobody but an attacker has sent it. */
export function watchForCrumbs(incoming: IncomingMessage, onCrumbs: () => void): void {
  let chunks = 0;
  let bytes = 0;
  incoming.on('data', function count(chunk: Buffer) {
    chunks++;
    bytes += chunk.length;
    if (chunks <= MAX_CHUNKS || bytes >= chunks * CRUMB_BYTES) return;
    incoming.off('data', count);
    onCrumbs();
  });
}
