import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Probes, two Prometheus servers and a few people need far fewer. */
const MAX_CONNECTIONS = 256;

/**
 * The open connections of a server, up to a limit. A new connection is not refused, since it may be a probe that decides whether
 * the process is restarted. It replaces the connection that was idle for longest. Connections are identified by the address of
 * their peer, since TLS puts a second socket over the first.
 */
export class Connections {
  /** Connections without a request in progress, including those that never sent one. The longest idle first. */
  private readonly idle = new Map<string, Socket>();
  /** Connections with a request in progress. The oldest request first. */
  private readonly busy = new Map<string, Socket>();

  opened(socket: Socket): void {
    if (this.idle.size + this.busy.size >= MAX_CONNECTIONS) this.makeRoom();
    const peer = peerOf(socket);
    this.idle.set(peer, socket);
    socket.once('close', () => this.forget(peer, socket));
  }

  /** @param overTls the socket of the request, which may differ from the one that was opened */
  asked(overTls: Socket, response: ServerResponse): void {
    const peer = peerOf(overTls);
    const socket = this.idle.get(peer);
    if (socket === undefined) return;
    this.idle.delete(peer);
    this.busy.set(peer, socket);
    response.once('close', () => {
      if (this.busy.get(peer) !== socket) return;
      this.busy.delete(peer);
      this.idle.set(peer, socket);
    });
  }

  /** Closes all connections, including those that never carried a request. */
  endAll(): void {
    for (const sockets of [this.idle, this.busy])
      for (const socket of [...sockets.values()]) socket.destroy();
  }

  private makeRoom(): void {
    const [entry] = this.idle.size > 0 ? this.idle : this.busy;
    if (entry === undefined) return;
    this.forget(...entry);
    entry[1].destroy();
  }

  private forget(peer: string, socket: Socket): void {
    for (const sockets of [this.idle, this.busy]) if (sockets.get(peer) === socket) sockets.delete(peer);
  }
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
