import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** MCP clients and Prometheus send one request at a time on a connection. One packet can hold a thousand of the shortest requests. */
const MAX_AHEAD = 25;
/** The same for all connections together, since the number of connections does not bound it. */
const MAX_ALL_AHEAD = 1_000;

/** Counts the unanswered requests of each connection. */
export class Ahead {
  private readonly open = new WeakMap<Socket, number>();
  /** Unanswered requests that came after another one of their connection. */
  private all = 0;

  /** @returns whether to answer the request; once a connection has sent too many ahead, none of its requests is answered */
  admits({ socket }: IncomingMessage, outgoing: ServerResponse): boolean {
    if (socket.destroyed) return false;
    const open = this.open.get(socket) ?? 0;
    if (open >= MAX_AHEAD || (open > 0 && this.all >= MAX_ALL_AHEAD)) {
      socket.destroy();
      return false;
    }
    const isAhead = Number(open > 0);
    this.open.set(socket, open + 1);
    this.all += isAhead;
    outgoing.once('close', () => {
      this.open.set(socket, this.open.get(socket)! - 1);
      this.all -= isAhead;
    });
    return true;
  }
}
