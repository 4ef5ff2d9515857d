import type { IncomingMessage } from 'node:http';

/**
 * Calls back once no more of a body comes, whether it is complete or not. The socket is watched too: Node
 * emits nothing on a request that was already answered, if its connection breaks in the middle of the body.
 */
export function whenBodyOver(incoming: IncomingMessage, then: () => void): void {
  const { socket } = incoming;
  const over = () => {
    incoming.off('close', over);
    socket.off('close', broken);
    then();
  };
  const broken = () => {
    if (!incoming.complete) over();
  };
  incoming.once('close', over);
  socket.once('close', broken);
}
