import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const EMPTY = Buffer.alloc(0);

/** Sends a head before its body comes. `flushHeaders` would write it as UTF-8, which changes its bytes. */
export function sendHead(outgoing: ServerResponse): void {
  outgoing.write(EMPTY);
}

export function earlyHints(outgoing: ServerResponse, rawHeaders: readonly string[]): void {
  const link = rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === 'link');
  try {
    outgoing.writeEarlyHints({ link });
  } catch {
    // Hints in a form that Node does not know are left out, which is allowed.
  }
}

/**
 * Sends everything that one event causes in one write, before anything else is read. It corks the socket and
 * not the response: in Node 24, a response that is corked when it ends writes its last chunk first.
 */
export function gathering(socket: Socket | null): () => void {
  let isCorked = false;
  return () => {
    if (isCorked || socket === null) return;
    isCorked = true;
    socket.cork();
    // Runs after all callbacks of `process.nextTick`, in which Node sends parts of an answer.
    queueMicrotask(() => {
      isCorked = false;
      socket.uncork();
    });
  };
}
