import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const EMPTY = Buffer.alloc(0);

/** Sends a head before its body comes. `flushHeaders` would write it as UTF-8, which is not how it came. */
export function sendHead(outgoing: ServerResponse): void {
  outgoing.write(EMPTY);
}

export function earlyHints(outgoing: ServerResponse, rawHeaders: readonly string[]): void {
  const link = rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === 'link');
  try {
    outgoing.writeEarlyHints({ link });
  } catch {
    // Hints of a form that Node does not know may be left out.
  }
}

/**
 * Lets what one event brings leave in one write, before anything else is read. The socket is what waits: a response that is
 * corked when it ends writes its last chunk first in Node 24.
 */
export function gathering(socket: Socket | null): () => void {
  let isCorked = false;
  return () => {
    if (isCorked || socket === null) return;
    isCorked = true;
    socket.cork();
    // Runs after all that the event puts off by `process.nextTick`, as Node does with the parts of an answer.
    queueMicrotask(() => {
      isCorked = false;
      socket.uncork();
    });
  };
}
