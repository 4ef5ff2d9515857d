import type { Socket } from 'node:net';

/** Whoever waits for the end of an answer. */
type Listener = () => void;

/** Those that wait, by the socket that their answers go by. One listener a socket serves all of them. */
const WAITING = Symbol('@pmcp/observability waiting');
type Waited = Socket & { [WAITING]?: Set<Listener> };

/** An answer, as far as it is needed to know when it is over. */
interface Closable {
  once(event: 'close', listener: Listener): unknown;
  readonly req?: { readonly socket?: Socket | null } | undefined;
}

/**
 * Calls back once, when an answer is complete or its client has gone. An answer that waits for another one before it on its
 * socket says nothing when the socket closes, so the socket is heard too.
 */
export function whenGone(response: Closable, gone: Listener): void {
  const waiting = waitingOn(response.req?.socket);
  let isOver = false;
  const over = () => {
    if (isOver) return;
    isOver = true;
    waiting?.delete(over);
    gone();
  };
  waiting?.add(over);
  response.once('close', over);
}

function waitingOn(socket: Waited | null | undefined): Set<Listener> | undefined {
  if (typeof socket?.once !== 'function') return undefined;
  const known = socket[WAITING];
  if (known !== undefined) return known;
  const waiting = new Set<Listener>();
  socket[WAITING] = waiting;
  socket.once('close', () => {
    for (const over of [...waiting]) over();
  });
  return waiting;
}
