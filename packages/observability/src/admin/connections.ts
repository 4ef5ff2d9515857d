import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Probes, a pair of Prometheus servers and a few people need far fewer. */
const MAX_CONNECTIONS = 256;

/**
 * The open connections of a server, never more than it can bear. A newcomer is not refused, for it may be a
 * probe that decides whether the process lives: it takes the place of the one that has been idle for longest.
 */
export class Connections {
  /** Without an answer under way, also those that never asked; the longest idle first. */
  private readonly idle = new Set<Socket>();
  /** With an answer under way; the one that asked first comes first. */
  private readonly busy = new Set<Socket>();

  opened(socket: Socket): void {
    if (this.idle.size + this.busy.size >= MAX_CONNECTIONS) this.makeRoom();
    this.idle.add(socket);
    socket.once('close', () => this.forget(socket));
  }

  asked(socket: Socket, response: ServerResponse): void {
    if (!this.idle.delete(socket)) return;
    this.busy.add(socket);
    response.once('close', () => {
      if (this.busy.delete(socket)) this.idle.add(socket);
    });
  }

  private makeRoom(): void {
    const [socket] = this.idle.size > 0 ? this.idle : this.busy;
    if (socket === undefined) return;
    this.forget(socket);
    socket.destroy();
  }

  private forget(socket: Socket): void {
    this.idle.delete(socket);
    this.busy.delete(socket);
  }
}
