import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Probes, a pair of Prometheus servers and a few people need far fewer. */
const MAX_CONNECTIONS = 256;

/**
 * The open connections of a server, never more than it can bear. A newcomer is not refused, for it may be a
 * probe that decides whether the process lives: it takes the place of the one that has been idle for longest.
 * They go by the address of their peer, for TLS makes one socket of another.
 */
export class Connections {
  /** Without an answer under way, also those that never asked; the longest idle first. */
  private readonly idle = new Map<string, Socket>();
  /** With an answer under way; the one that asked first comes first. */
  private readonly busy = new Map<string, Socket>();

  opened(socket: Socket): void {
    if (this.idle.size + this.busy.size >= MAX_CONNECTIONS) this.makeRoom();
    const peer = peerOf(socket);
    this.idle.set(peer, socket);
    socket.once('close', () => this.forget(peer, socket));
  }

  /** @param overTls the socket that it came through, which may be another than the one that was opened */
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

  /** Ends all of them, those too that never got as far as to be asked over. */
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
