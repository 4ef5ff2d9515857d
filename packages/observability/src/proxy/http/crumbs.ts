import type { IncomingMessage } from 'node:http';

/** How many chunks a body may have, however small they are. */
const MAX_CHUNKS = 2_000;
const CRUMB_BYTES = 16;

/** Calls back when a body comes in so many small chunks that only an attacker can have sent it. */
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
