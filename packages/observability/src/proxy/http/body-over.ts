import type { IncomingMessage } from 'node:http';

/**
 * Calls back once no more of a body comes, be it that all of it came. Node forgets a request that has been answered: when
 * its connection breaks in the middle of its body, the request itself says nothing.
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
