import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Clients of MCP and Prometheus ask one thing at a time of a connection; a packet of the shortest requests holds a thousand. */
const MAX_AHEAD = 25;

/** Counts what the clients of each connection have asked and got no answer to yet. */
export class Ahead {
  private readonly open = new WeakMap<Socket, number>();

  /** @returns whether the request may be answered; of a connection that asks too much ahead nothing is any more */
  admits({ socket }: IncomingMessage, outgoing: ServerResponse): boolean {
    if (socket.destroyed) return false;
    const open = this.open.get(socket) ?? 0;
    if (open >= MAX_AHEAD) {
      socket.destroy();
      return false;
    }
    this.open.set(socket, open + 1);
    outgoing.once('close', () => this.open.set(socket, this.open.get(socket)! - 1));
    return true;
  }
}
